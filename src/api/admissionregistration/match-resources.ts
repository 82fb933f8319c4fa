import { checkEach, type FieldError, requiredValue, unsupportedValue } from '../../machinery/field-error.ts';
import { checkLabelSelector } from '../label-selector-validation.ts';
import type { MatchResources } from '../types/admissionregistration-v1.generated.ts';
import { checkNamedRule, defaultRules } from './rules.ts';

export const matchPolicies = ['Equivalent', 'Exact'];

/** What a policy, or a binding of it, is for. */
export function defaultMatchResources(match: MatchResources | undefined): void {
  if (match === undefined) return;
  match.matchPolicy ??= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  defaultRules(match.resourceRules);
  defaultRules(match.excludeResourceRules);
}

/** Adds to `errors` what is wrong with it. Defaults are there already. */
export function checkMatchResources(match: MatchResources, path: string, errors: FieldError[]): void {
  const { matchPolicy = '' } = match;
  if (!matchPolicies.includes(matchPolicy)) {
    errors.push(unsupportedValue(`${path}.matchPolicy`, matchPolicy, matchPolicies));
  }
  checkLabelSelector(match.namespaceSelector, `${path}.namespaceSelector`, errors);
  checkLabelSelector(match.objectSelector, `${path}.objectSelector`, errors);
  for (const field of ['resourceRules', 'excludeResourceRules'] as const) {
    checkEach(match[field], `${path}.${field}`, errors, (rule, at) => checkNamedRule(rule, at, errors));
  }
}

/** The same of a policy, which has to say what it is for, so that the types of what it sees are known. */
export function checkMatchConstraints(match: MatchResources | undefined, path: string, errors: FieldError[]): void {
  if (match === undefined) {
    errors.push(requiredValue(path));
    return;
  }
  checkMatchResources(match, path, errors);
  if ((match.resourceRules ?? []).length === 0) errors.push(requiredValue(`${path}.resourceRules`));
}

/** Without DELETE, which leaves nothing to change. */
const mutatingOperations = ['*', 'CONNECT', 'CREATE', 'UPDATE'];

/** Adds to `errors` operations in which nothing can be changed. They are told without their places. */
export function checkMutatingOperations(match: MatchResources | undefined, path: string, errors: FieldError[]): void {
  for (const operation of (match?.resourceRules ?? []).flatMap(({ operations = [] }) => operations)) {
    if (mutatingOperations.includes(operation)) continue;
    errors.push(unsupportedValue(`${path}.resourceRules.operations`, operation, mutatingOperations));
  }
}

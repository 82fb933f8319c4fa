import {
  addInvalid,
  checkEach,
  errorsOfEach,
  type FieldError,
  invalidValue,
  requiredValue,
} from '../../machinery/field-error.ts';
import { emptiedAt } from '../../machinery/json/emptied.ts';
import { fieldIsImmutable } from '../../machinery/validation/values.ts';
import type {
  ResourceQuota,
  ResourceQuotaSpec,
  ScopedResourceSelectorRequirement,
} from '../types/core-v1.generated.ts';
import { internalStruct } from './internal-structs.ts';
import { isStandardQuotaResource, quotaResourceName } from './resource-names.ts';
import { validateResourceValue } from './resource-values.ts';

const ofPods = ['pods'];
const ofComputing = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];
const ofClaims = ['persistentvolumeclaims', 'requests.storage'];
const ofRunning = [...ofPods, ...ofComputing];

/** The scopes there are, each with what can be limited in it. */
const scopes = new Map<string, readonly string[]>([
  ['Terminating', ofRunning],
  ['NotTerminating', ofRunning],
  ['BestEffort', ofPods],
  ['NotBestEffort', ofRunning],
  ['PriorityClass', ofRunning],
  ['VolumeAttributesClass', ofClaims],
  ['CrossNamespacePodAffinity', ofRunning],
]);
/** Scopes that are there or not, without values. */
const valueless = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'];
const conflicting = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

type Amounts = { readonly [resource: string]: string };

const validateAmounts = (amounts: Amounts | undefined, path: string): FieldError[] =>
  errorsOfEach(Object.entries(amounts ?? {}), ([name, amount]) => {
    const field = `${path}[${name}]`;
    return [
      ...quotaResourceName(name).map((why) => invalidValue(field, name, why)),
      ...validateResourceValue(name, amount, field),
    ];
  });

export function validateQuota({ spec = {} }: ResourceQuota): FieldError[] {
  const errors = validateAmounts(spec.hard, 'spec.hard');
  checkScopes(spec, errors);
  checkSelector(spec, errors);
  return errors;
}

/** What it is about stays. */
export function validateQuotaUpdate(quota: ResourceQuota, old: ResourceQuota): FieldError[] {
  const [now, before] = [new Set(quota.spec?.scopes), new Set(old.spec?.scopes)];
  const same = now.size === before.size && [...now].every((scope) => before.has(scope));
  const errors = validateQuota(quota);
  if (!same)
    errors.push(
      invalidValue('spec.scopes', quota.spec?.scopes ?? emptiedAt(quota.spec, 'scopes') ?? null, fieldIsImmutable),
    );
  return errors;
}

export const validateQuotaStatus = ({ status = {} }: ResourceQuota): FieldError[] => [
  ...validateAmounts(status.hard, 'status.hard'),
  ...validateAmounts(status.used, 'status.used'),
];

/** Those of what a quota limits that a scope has nothing to do with. */
const strangersTo = (scope: string, { hard = {} }: ResourceQuotaSpec): string[] => {
  const known = scopes.get(scope);
  if (known === undefined) return [];
  return Object.keys(hard).filter((name) => isStandardQuotaResource(name) && !known.includes(name));
};

function checkScopes(spec: ResourceQuotaSpec, errors: FieldError[]): void {
  const all = spec.scopes ?? [];
  const wrong = (why: string) => errors.push(invalidValue('spec.scopes', all, why));
  checkEach(all, 'spec.scopes', errors, (scope) => {
    if (!scopes.has(scope)) wrong('unsupported scope');
    for (const _ of strangersTo(scope, spec)) wrong('unsupported scope applied to resource');
  });
  checkConflicts(all, spec, 'spec.scopes', errors);
}

/** What is shown is `scopes` in either case. */
function checkConflicts(names: readonly string[], spec: ResourceQuotaSpec, field: string, errors: FieldError[]): void {
  for (const [one, other] of conflicting) {
    if (names.includes(one) && names.includes(other))
      errors.push(invalidValue(field, spec.scopes ?? null, 'conflicting scopes'));
  }
}

const path = 'spec.scopeSelector.matchExpressions';

function checkSelector(spec: ResourceQuotaSpec, errors: FieldError[]): void {
  const { scopeSelector } = spec;
  if (scopeSelector === undefined) return;
  const all = scopeSelector.matchExpressions ?? [];
  checkEach(all, path, errors, (requirement) => {
    const { scopeName = '' } = requirement;
    if (!scopes.has(scopeName)) errors.push(invalidValue(`${path}.scopeName`, scopeName, 'unsupported scope'));
    const shown = internalStruct('ScopeSelector', scopeSelector);
    addInvalid(
      errors,
      path,
      shown,
      strangersTo(scopeName, spec).map(() => 'unsupported scope applied to resource'),
    );
    checkRequirement(requirement, errors);
  });
  checkConflicts(
    all.map(({ scopeName = '' }) => scopeName),
    spec,
    path,
    errors,
  );
}

function checkRequirement(requirement: ScopedResourceSelectorRequirement, errors: FieldError[]): void {
  const { scopeName = '', operator = '', values } = requirement;
  const count = (values ?? []).length;
  if (valueless.includes(scopeName) && operator !== 'Exists') {
    const why =
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, " +
      'ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity';
    errors.push(invalidValue(`${path}.operator`, operator, why));
  }
  if (operator === 'In' || operator === 'NotIn') {
    const why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    if (count === 0) errors.push(requiredValue(`${path}.values`, why));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    const why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    if (count > 0) errors.push(invalidValue(`${path}.values`, values ?? [], why));
  } else errors.push(invalidValue(`${path}.operator`, operator, 'not a valid selector operator'));
}

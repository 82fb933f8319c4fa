import {
  checkEach,
  type FieldError,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import type { MutatingAdmissionPolicy, Mutation } from '../types/admissionregistration-v1.generated.ts';
import type { CheckExpression } from './expressions.ts';
import { checkMatchConditions, expressionsOf } from './match-conditions.ts';
import { checkMatchConstraints, checkMutatingOperations } from './match-resources.ts';
import { checkParamKind } from './params.ts';
import { hasSameConditions } from './validating-policy-validation.ts';
import { checkVariables, type Scope } from './variables.ts';
import { failurePolicies, reinvocationPolicies } from './webhooks.ts';

/** The two ways to say what changes: the field of a mutation that is for it, and what its expression results in. */
const patchTypes = {
  ApplyConfiguration: { field: 'applyConfiguration', other: 'jsonPatch' },
  JSONPatch: { field: 'jsonPatch', other: 'applyConfiguration' },
} as const;

const isPatchType = (type: string): type is keyof typeof patchTypes => Object.hasOwn(patchTypes, type);

/** What is wrong with a policy. `old`: undefined for a create. */
export function validateMutatingPolicy(
  policy: MutatingAdmissionPolicy,
  old: MutatingAdmissionPolicy | undefined,
  checkExpression: CheckExpression,
): FieldError[] {
  const { spec = {} } = policy;
  const { failurePolicy = '', paramKind, matchConstraints, mutations = [], reinvocationPolicy = '' } = spec;
  const hasParams = paramKind !== undefined;
  const errors: FieldError[] = [];
  if (!failurePolicies.includes(failurePolicy)) {
    errors.push(unsupportedValue('spec.failurePolicy', failurePolicy, failurePolicies));
  }
  if (paramKind !== undefined) checkParamKind(paramKind, 'spec.paramKind', errors);
  checkMatchConstraints(matchConstraints, 'spec.matchConstraints', errors);
  checkMutatingOperations(matchConstraints, 'spec.matchConstraints', errors);
  if (old === undefined || !hasSameConditions(spec, old.spec ?? {})) {
    const rules = { hasParams, stored: new Set(expressionsOf(old?.spec?.matchConditions)), checkExpression };
    checkMatchConditions(spec.matchConditions, rules, 'spec.matchConditions', errors);
  }
  const variableRules = { hasParams, stored: new Set<string>() };
  const variables = checkVariables(spec.variables, variableRules, checkExpression, 'spec.variables', errors);
  if (mutations.length === 0) errors.push(requiredValue('spec.mutations', 'mutations must contain at least one item'));
  const checks: Checks = { scope: { hasParams, variables }, stored: storedConfigurations(old), checkExpression };
  checkEach(mutations, 'spec.mutations', errors, (mutation, at) => checkMutation(mutation, checks, at, errors));
  if (reinvocationPolicy === '') errors.push(requiredValue('spec.reinvocationPolicy'));
  else if (!reinvocationPolicies.includes(reinvocationPolicy)) {
    errors.push(unsupportedValue('spec.reinvocationPolicy', reinvocationPolicy, reinvocationPolicies));
  }
  return errors;
}

const storedConfigurations = (old: MutatingAdmissionPolicy | undefined): ReadonlySet<string> =>
  new Set((old?.spec?.mutations ?? []).flatMap(({ applyConfiguration: { expression = '' } = {} }) => expression));

interface Checks {
  readonly scope: Scope;
  readonly stored: ReadonlySet<string>;
  readonly checkExpression: CheckExpression;
}

function checkMutation(
  mutation: Mutation,
  { scope, stored, checkExpression }: Checks,
  path: string,
  errors: FieldError[],
): void {
  const { patchType = '' } = mutation;
  if (patchType === '') {
    errors.push(requiredValue(`${path}.patchType`));
    return;
  }
  if (!isPatchType(patchType)) {
    errors.push(unsupportedValue(`${path}.patchType`, patchType, Object.keys(patchTypes)));
    return;
  }
  const { field, other } = patchTypes[patchType];
  const patch = mutation[field];
  if (patch === undefined) {
    errors.push(requiredValue(`${path}.${field}`, `must be specified when patchType is ${patchType}`));
  } else if ((patch.expression ?? '').trim() === '') errors.push(requiredValue(`${path}.${field}.expression`));
  else {
    const { expression = '' } = patch;
    const what = { ...scope, text: expression.trim(), result: field, hasAuthorizer: true } as const;
    checkExpression({ ...what, stored: stored.has(expression) }, `${path}.${field}.expression`, errors);
  }
  if (mutation[other] !== undefined) {
    errors.push(invalidValue(`${path}.${other}`, `{${other}}`, `must not be specified when patchType is ${patchType}`));
  }
}

import { type FieldError, invalidValue, unsupportedValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { numberAt, valueAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { checkAtMostAll, checkIntOrPercent } from '../apps/int-or-percent.ts';
import { checkConditions } from '../condition-validation.ts';
import { internalStruct } from '../core/internal-structs.ts';
import { checkCount } from '../core/workload.ts';
import { defineKind } from '../kind.ts';
import { validateLabelSelector } from '../label-selector-validation.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from '../types/policy-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';

const evictionPolicies = ['AlwaysAllow', 'IfHealthyBudget'];

function validateSpec(spec: PodDisruptionBudgetSpec, takesAnyValues: boolean): FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const why = 'minAvailable and maxUnavailable cannot be both set';
    errors.push(invalidValue('spec', internalStruct('PodDisruptionBudgetSpec', spec), why));
  }
  for (const field of ['minAvailable', 'maxUnavailable'] as const) {
    const value = spec[field];
    if (value === undefined) continue;
    checkIntOrPercent(value, `spec.${field}`, errors);
    checkAtMostAll(value, `spec.${field}`, errors);
  }
  if (selector !== undefined) errors.push(...validateLabelSelector(selector, 'spec.selector', takesAnyValues));
  if (policy !== undefined && !evictionPolicies.includes(policy)) {
    errors.push(unsupportedValue('spec.unhealthyPodEvictionPolicy', policy, evictionPolicies));
  }
  return errors;
}

/** Only its key and values may be wrong where they were before. */
function hadAnyValues({ spec }: PodDisruptionBudget): boolean {
  const selector = spec?.selector;
  if (selector === undefined) return false;
  return validateLabelSelector(selector, '').length > validateLabelSelector(selector, '', true).length;
}

function validateStatus({ status = {} }: PodDisruptionBudget): FieldError[] {
  const errors: FieldError[] = [];
  checkConditions(status.conditions, 'status.conditions', errors);
  for (const field of ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const) {
    checkCount(status[field], `status.${field}`, errors);
  }
  return errors;
}

/** In a selector that once meant no pods it stands alone, and in no other. */
const matchLabel = 'pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match';

function dropMatchLabel({ spec }: PodDisruptionBudget, old: PodDisruptionBudget | undefined): void {
  const selector = spec?.selector;
  const { matchExpressions = [], matchLabels } = selector ?? {};
  if (selector === undefined || !matchExpressions.some(({ key }) => key === matchLabel)) return;
  if (old !== undefined && jsonEqual(selector, old.spec?.selector)) return;
  const [first] = matchExpressions;
  const isAlone = matchExpressions.length === 1 && matchLabels === undefined;
  if (isAlone && first?.operator === 'Exists' && (first.values ?? []).length === 0) return;
  const rest = matchExpressions.filter(({ key }) => key !== matchLabel);
  if (rest.length === 0) delete selector.matchExpressions;
  else selector.matchExpressions = rest;
}

const amount = (field: string) => (budget: JsonObject) => {
  const value = valueAt(budget, 'spec', field);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'N/A';
};

/** `policy/v1` PodDisruptionBudget. */
export const podDisruptionBudgets = defineKind({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  resource: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'poddisruptionbudgets',
  fields: {},
  columns: [
    nameColumn,
    column('Min Available', 'Pods that must stay available.', amount('minAvailable')),
    column('Max Unavailable', 'Pods that may be unavailable.', amount('maxUnavailable')),
    column(
      'Allowed Disruptions',
      'Pods that may be evicted now.',
      (budget) => numberAt(budget, 'status', 'disruptionsAllowed'),
      { type: 'integer' },
    ),
    ageColumn,
  ],
  strategy: genericStrategy<PodDisruptionBudget>({
    initialStatus: () => ({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }),
    generationOf: [['spec']],
    onCreate: (budget) => dropMatchLabel(budget, undefined),
    onUpdate: dropMatchLabel,
    validate: ({ spec = {} }) => validateSpec(spec, false),
    validateUpdate: ({ spec = {} }, old) => validateSpec(spec, hadAnyValues(old)),
    validateStatus,
    // Its metadata is looked at as little as can be.
    allowAnyFinalizer: true,
    allowUnconditionalUpdate: false,
  }),
});

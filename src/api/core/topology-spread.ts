import {
  checkEach,
  duplicateValue,
  type FieldError,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { checkLabelSelector } from '../label-selector-validation.ts';
import type { TopologySpreadConstraint } from '../types/core-v1.generated.ts';
import { checkLabelKeys } from './affinity.ts';

const actions = ['DoNotSchedule', 'ScheduleAnyway'];
const policies = ['Honor', 'Ignore'];

/** Adds to `errors` what is wrong with how a pod's like are to be spread. */
export function checkTopologySpread(
  constraints: readonly TopologySpreadConstraint[] | undefined,
  path: string,
  errors: FieldError[],
): void {
  if (constraints === undefined) return;
  /** How often each pair is still to come. */
  const pairs = new Map<string, number>();
  for (const constraint of constraints) pairs.set(pairOf(constraint), (pairs.get(pairOf(constraint)) ?? 0) + 1);
  checkEach(constraints, path, errors, (constraint, at) => {
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains } = constraint;
    if (maxSkew <= 0) errors.push(invalidValue(`${at}.maxSkew`, maxSkew, 'must be greater than zero'));
    if (topologyKey === '') errors.push(requiredValue(`${at}.topologyKey`, 'can not be empty'));
    if (!actions.includes(whenUnsatisfiable)) {
      errors.push(unsupportedValue(`${at}.whenUnsatisfiable`, whenUnsatisfiable, actions));
    }
    const pair = pairOf(constraint);
    const left = (pairs.get(pair) ?? 1) - 1;
    pairs.set(pair, left);
    if (left > 0) errors.push(duplicateValue(`${at}.{topologyKey, whenUnsatisfiable}`, pair));
    if (minDomains !== undefined) {
      const wrong = (why: string) => errors.push(invalidValue(`${at}.minDomains`, minDomains, why));
      if (minDomains <= 0) wrong('must be greater than zero');
      if (whenUnsatisfiable !== 'DoNotSchedule') {
        wrong(`can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`);
      }
    }
    for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      const policy = constraint[field];
      if (policy === undefined || policies.includes(policy)) continue;
      errors.push(unsupportedValue(`${at}.${field}`, policy, policies));
    }
    checkLabelKeys(constraint, at, errors);
    checkLabelSelector(constraint.labelSelector, `${at}.labelSelector`, errors);
  });
}

const pairOf = ({ topologyKey = '', whenUnsatisfiable = '' }: TopologySpreadConstraint): string =>
  `{${topologyKey}, ${whenUnsatisfiable}}`;

import {
  checkEach,
  duplicateValue,
  type FieldError,
  invalidField,
  invalidValue,
  requiredValue,
  tooLong,
  tooMany,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import { validateText } from '../../machinery/validation/values.ts';
import { checkCount } from '../core/workload.ts';
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from '../types/batch-v1.generated.ts';
import { countIndexes } from './index-intervals.ts';

const maxRules = 20;
const maxExitCodes = 255;
const maxConditions = 20;
const maxIndexesBytes = 64 * 1024;

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const operators = ['In', 'NotIn'];
const statuses = ['False', 'True', 'Unknown'];

/** Adds to `errors` unless a value is one of some; what they are is told where there is none, too. */
function checkOneOf(value: string, supported: readonly string[], path: string, errors: FieldError[]): void {
  if (value === '') errors.push(requiredValue(path, `valid values: [${supported.map(goQuote).join(' ')}]`));
  else if (!supported.includes(value)) errors.push(unsupportedValue(path, value, supported));
}

/** Adds to `errors` what is wrong with what a job makes of pods that fail. */
export function checkPodFailurePolicy(spec: JobSpec, path: string, errors: FieldError[]): void {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const { containers, initContainers } = spec.template?.spec ?? {};
  const names = new Set([...(containers ?? []), ...(initContainers ?? [])].map(({ name = '' }) => name));
  if (rules.length > maxRules) errors.push(tooMany(path, rules.length, maxRules));
  checkEach(rules, path, errors, (rule, at) => checkFailureRule(rule, spec, names, at, errors));
}

function checkFailureRule(
  { action = '', onExitCodes, onPodConditions = [] }: PodFailurePolicyRule,
  { backoffLimitPerIndex }: JobSpec,
  containers: ReadonlySet<string>,
  path: string,
  errors: FieldError[],
): void {
  if (action !== 'FailIndex') checkOneOf(action, actions, `${path}.action`, errors);
  else if (backoffLimitPerIndex === undefined) {
    errors.push(invalidValue(`${path}.action`, action, 'requires the backoffLimitPerIndex to be set'));
  }
  if (onExitCodes !== undefined) checkExitCodes(onExitCodes, containers, `${path}.onExitCodes`, errors);
  checkConditions(onPodConditions, `${path}.onPodConditions`, errors);
  const [byCode, byCondition] = [onExitCodes !== undefined, onPodConditions.length > 0];
  if (byCode && byCondition) {
    errors.push(invalidField(path, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  } else if (!byCode && !byCondition) {
    errors.push(invalidField(path, 'specifying one of OnExitCodes and OnPodConditions is required'));
  }
}

function checkConditions(
  patterns: readonly PodFailurePolicyOnPodConditionsPattern[],
  path: string,
  errors: FieldError[],
): void {
  if (patterns.length > maxConditions) errors.push(tooMany(path, patterns.length, maxConditions));
  checkEach(patterns, path, errors, ({ type = '', status = '' }, at) => {
    errors.push(...validateText(type, `${at}.type`, labelKey));
    checkOneOf(status, statuses, `${at}.status`, errors);
  });
}

function checkExitCodes(
  { operator = '', containerName, values }: PodFailurePolicyOnExitCodesRequirement,
  containers: ReadonlySet<string>,
  path: string,
  errors: FieldError[],
): void {
  checkOneOf(operator, operators, `${path}.operator`, errors);
  if (containerName !== undefined && !containers.has(containerName)) {
    const why = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalidValue(`${path}.containerName`, containerName, why));
  }
  const field = `${path}.values`;
  const codes = values ?? [];
  if (codes.length === 0) errors.push(invalidValue(field, values ?? null, 'at least one value is required'));
  else if (codes.length > maxExitCodes) errors.push(tooMany(field, codes.length, maxExitCodes));
  const seen = new Set<number>();
  checkEach(codes, field, errors, (code, at) => {
    if (operator === 'In' && code === 0) errors.push(invalidValue(at, code, 'must not be 0 for the In operator'));
    if (seen.has(code)) errors.push(duplicateValue(at, code));
    seen.add(code);
  });
  const ordered = codes.every((code, index) => index === 0 || (codes[index - 1] ?? code) <= code);
  if (!ordered) errors.push(invalidValue(field, codes, 'must be ordered'));
}

/** Adds to `errors` what is wrong with when a job that has indexes is done before all of them are. */
export function checkSuccessPolicy(spec: JobSpec, path: string, errors: FieldError[]): void {
  const rules = spec.successPolicy?.rules ?? [];
  if (rules.length === 0) {
    errors.push(requiredValue(path, 'at least one rules must be specified when the successPolicy is specified'));
  }
  if (rules.length > maxRules) errors.push(tooMany(path, rules.length, maxRules));
  checkEach(rules, path, errors, (rule, at) => checkSuccessRule(rule, spec.completions ?? 0, at, errors));
}

function checkSuccessRule(
  { succeededCount: count, succeededIndexes: indexes }: SuccessPolicyRule,
  completions: number,
  path: string,
  errors: FieldError[],
): void {
  if (count === undefined && indexes === undefined) {
    errors.push(requiredValue(path, 'at least one of succeededCount or succeededIndexes must be specified'));
  }
  let total = 0;
  if (indexes !== undefined) {
    const field = `${path}.succeededIndexes`;
    if (Buffer.byteLength(indexes) > maxIndexesBytes) errors.push(tooLong(field, maxIndexesBytes));
    const counted = countIndexes(indexes, completions);
    if ('error' in counted) {
      errors.push(invalidValue(field, indexes, `error parsing succeededIndexes: ${counted.error}`));
    } else total = counted.total;
  }
  if (count === undefined) return;
  const field = `${path}.succeededCount`;
  const tooHigh = (most: number, of: string) =>
    errors.push(invalidValue(field, count, `must be less than or equal to ${most} (the number of ${of})`));
  checkCount(count, field, errors);
  if (count > completions) tooHigh(completions, 'specified completions');
  if (indexes !== undefined && count > total) tooHigh(total, 'indexes in the specified succeededIndexes field');
}

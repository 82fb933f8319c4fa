import {
  type FieldError,
  invalidValue,
  requiredValue,
  tooLong,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { emptiedAt } from '../../machinery/json/emptied.ts';
import { dns1123Label } from '../../machinery/validation/dns.ts';
import { validateDomainPrefixedPath } from '../../machinery/validation/domain-prefixed.ts';
import { internalStruct } from '../core/internal-structs.ts';
import type { PodRules } from '../core/pod-rules.ts';
import { checkPodTemplate } from '../core/pod-template-validation.ts';
import { checkCount, selects, shown } from '../core/workload.ts';
import { validateLabelSelector } from '../label-selector-validation.ts';
import type { Job, JobSpec } from '../types/batch-v1.generated.ts';
import { checkPodFailurePolicy, checkSuccessPolicy } from './job-policies.ts';

const modes = ['NonIndexed', 'Indexed'];
const replacementPolicies = ['Failed', 'TerminatingOrFailed'];

/** So many indexes can be told of in a status. */
const mostOfIndexed = 100_000;
/** Beyond so many completions less of the rest is possible. */
const manyCompletions = 100_000;
const mostOfMany = 10_000;
const managedByBytes = 63;

/** Adds to `errors` what is wrong with a job's spec as every template of one has it, without a selector. */
export function checkJobSpec(spec: JobSpec, rules: PodRules, path: string, errors: FieldError[]): void {
  const { maxFailedIndexes, managedBy, completionMode } = spec;
  for (const field of counts) checkCount(spec[field], `${path}.${field}`, errors);
  if (maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(requiredValue(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  }
  if (managedBy !== undefined) {
    errors.push(...validateDomainPrefixedPath(managedBy, `${path}.managedBy`));
    if (Buffer.byteLength(managedBy) > managedByBytes) errors.push(tooLong(`${path}.managedBy`, managedByBytes));
  }
  if (completionMode !== undefined && !modes.includes(completionMode)) {
    errors.push(unsupportedValue(`${path}.completionMode`, completionMode, modes));
  }
  if (completionMode === 'Indexed') checkIndexed(spec, path, errors);
  else if (completionMode === undefined || completionMode === 'NonIndexed') {
    for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
      const value = spec[field];
      if (value !== undefined) errors.push(invalidValue(`${path}.${field}`, value, needsIndexes));
    }
  }
  if (spec.podFailurePolicy !== undefined) checkPodFailurePolicy(spec, `${path}.podFailurePolicy.rules`, errors);
  if (spec.successPolicy !== undefined) {
    const all = () => internalStruct('SuccessPolicy', spec.successPolicy ?? {});
    if (completionMode === 'Indexed') checkSuccessPolicy(spec, `${path}.successPolicy.rules`, errors);
    else errors.push(invalidValue(`${path}.successPolicy`, all(), needsIndexes));
  }
  checkReplacementPolicy(spec, `${path}.podReplacementPolicy`, errors);
  checkPodTemplate(spec.template ?? {}, rules, `${path}.template`, errors);
  checkEndingPods(spec, `${path}.template.spec.restartPolicy`, errors);
}

const counts = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

const needsIndexes = 'requires indexed completion mode';

function checkIndexed(spec: JobSpec, path: string, errors: FieldError[]): void {
  const { completions, parallelism, maxFailedIndexes } = spec;
  const above = (value: number | undefined, most: number): value is number => value !== undefined && value > most;
  const refuse = (field: 'parallelism' | 'maxFailedIndexes', most: number | 'completions', when = '') =>
    errors.push(invalidValue(`${path}.${field}`, spec[field] ?? 0, `must be less than or equal to ${most}${when}`));
  if (completions === undefined) {
    errors.push(requiredValue(`${path}.completions`, 'when completion mode is Indexed'));
  }
  if (above(parallelism, mostOfIndexed)) refuse('parallelism', mostOfIndexed, ' when completion mode is Indexed');
  if (completions !== undefined && above(maxFailedIndexes, completions)) refuse('maxFailedIndexes', 'completions');
  if (above(maxFailedIndexes, mostOfIndexed)) refuse('maxFailedIndexes', mostOfIndexed);
  if (!above(completions, manyCompletions) || spec.backoffLimitPerIndex === undefined) return;
  const when = ` when completions are above ${manyCompletions} and used with backoff limit per index`;
  if (maxFailedIndexes === undefined) {
    const why = `must be specified when completions is above ${manyCompletions}`;
    errors.push(requiredValue(`${path}.maxFailedIndexes`, why));
  }
  if (above(parallelism, mostOfMany)) refuse('parallelism', mostOfMany, when);
  if (above(maxFailedIndexes, mostOfMany)) refuse('maxFailedIndexes', mostOfMany, when);
}

/** Where failures are looked at, a pod that is still ending has not failed yet. */
function checkReplacementPolicy(spec: JobSpec, path: string, errors: FieldError[]): void {
  const { podReplacementPolicy: policy, podFailurePolicy } = spec;
  if (policy === undefined) return;
  const supported = podFailurePolicy === undefined ? replacementPolicies : ['Failed'];
  if (!supported.includes(policy)) errors.push(unsupportedValue(path, policy, supported));
}

/** The pods of a job end at some time. */
function checkEndingPods(spec: JobSpec, path: string, errors: FieldError[]): void {
  const { restartPolicy = '' } = spec.template?.spec ?? {};
  const policies = ['OnFailure', 'Never'];
  if (restartPolicy === 'Always' || restartPolicy === '') {
    errors.push(requiredValue(path, `valid values: ${policies.map(goQuote).join(', ')}`));
  } else if (!policies.includes(restartPolicy)) errors.push(unsupportedValue(path, restartPolicy, policies));
  else if (spec.podFailurePolicy !== undefined && restartPolicy !== 'Never') {
    const why = 'only "Never" is supported when podFailurePolicy is specified';
    errors.push(invalidValue(path, restartPolicy, why));
  }
}

/** Adds to `errors` what is wrong with a job's spec, with the selector that it has got. */
export function checkOwnSpec(spec: JobSpec, rules: PodRules, takesAnyValues: boolean, errors: FieldError[]): void {
  const { selector, template } = spec;
  checkJobSpec(spec, rules, 'spec', errors);
  if (selector === undefined) errors.push(requiredValue('spec.selector'));
  else errors.push(...validateLabelSelector(selector, 'spec.selector', takesAnyValues));
  if (selector !== undefined && !isReadable(selector)) return;
  const labels = template?.metadata?.labels;
  if (selects(selector, labels ?? {})) return;
  const why = '`selector` does not match template `labels`';
  errors.push(
    invalidValue('spec.template.metadata.labels', shown(labels ?? emptiedAt(template?.metadata, 'labels')), why),
  );
}

/** False: nothing can be selected by it. */
export const isReadable = (selector: NonNullable<JobSpec['selector']>): boolean =>
  validateLabelSelector(selector, '').length === 0;

/** Adds to `errors` when the pods of an Indexed job, named after it and their index, could not be made. */
export function checkNameForIndexes({ metadata, spec = {} }: Job, errors: FieldError[]): void {
  const { completionMode, completions = 0 } = spec;
  if (completionMode !== 'Indexed' || completions <= 0) return;
  const name = metadata?.name ?? '';
  const hostname = `${name}-${completions - 1}`;
  if (dns1123Label(hostname).length === 0) return;
  const why = `will not able to create pod with invalid DNS label: ${hostname}`;
  errors.push(invalidValue('metadata.name', name, why));
}

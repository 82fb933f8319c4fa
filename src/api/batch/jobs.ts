import type { FieldError } from '../../machinery/field-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { numberAt, objectIn, objectsAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defaultTemplate } from '../core/pod-defaults.ts';
import type { PodRules } from '../core/pod-rules.ts';
import { hostnameWarnings } from '../core/pod-warnings.ts';
import { defineKind, type Kind } from '../kind.ts';
import { ageSince } from '../printing/aging-text.ts';
import { ageColumn, column, containerColumns, nameColumn, wide } from '../printing/columns.ts';
import { humanDuration } from '../printing/human-duration.ts';
import { selectorText } from '../printing/label-text.ts';
import type { Cell } from '../printing/printer-column.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { Job } from '../types/batch-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { defaultJobPolicies, dropUnservedJobFields } from './job-preparation.ts';
import { checkGeneratedSelector, generateSelector } from './job-selector.ts';
import { validateJobStatus } from './job-status-validation.ts';
import { validateJobUpdate } from './job-update.ts';
import { checkNameForIndexes, checkOwnSpec } from './job-validation.ts';
import { jobWarnings } from './job-warnings.ts';

const maxInt32 = 2 ** 31 - 1;

/** A job without labels has those of its pods. */
function takeLabelsOfTemplate({ metadata, spec }: Job): void {
  const labels = spec?.template?.metadata?.labels;
  if (metadata === undefined || labels === undefined || Object.keys(metadata.labels ?? {}).length > 0) return;
  // The very same map, as in the original: what its template gets to be found by, a new job's labels get too, unless its
  // name is generated, which makes a copy of it.
  metadata.labels = labels;
}

function defaults(job: Job): void {
  const spec = (job.spec ??= {});
  if (spec.parallelism === undefined) {
    spec.completions ??= 1;
    spec.parallelism = 1;
  }
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : maxInt32;
  job.metadata ??= {};
  takeLabelsOfTemplate(job);
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed';
  spec.manualSelector ??= false;
  defaultJobPolicies(spec);
  defaultTemplate((spec.template ??= {}));
}

function validate(job: Job, rules: PodRules): FieldError[] {
  const errors: FieldError[] = [];
  checkGeneratedSelector(job, errors);
  checkOwnSpec(job.spec ?? {}, rules, false, errors);
  checkNameForIndexes(job, errors);
  return errors;
}

function completions(job: JsonObject): string {
  const succeeded = numberAt(job, 'status', 'succeeded');
  const parallelism = numberAt(job, 'spec', 'parallelism');
  if (valueAt(job, 'spec', 'completions') !== undefined) {
    return `${succeeded}/${numberAt(job, 'spec', 'completions')}`;
  }
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function duration(job: JsonObject): Cell {
  const [start, end] = [textAt(job, 'status', 'startTime'), textAt(job, 'status', 'completionTime')];
  if (start === '') return '';
  return end === '' ? ageSince(start) : humanDuration(Date.parse(end) - Date.parse(start));
}

function summary(job: JsonObject): string {
  const conditions = objectsAt(job, 'status', 'conditions');
  const has = (type: string) =>
    conditions.some((condition) => textAt(condition, 'type') === type && textAt(condition, 'status') === 'True');
  for (const type of ['Complete', 'Failed']) if (has(type)) return type;
  if (textAt(job, 'metadata', 'deletionTimestamp') !== '') return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

/** `batch/v1` Job. */
export const jobs = (rules: PodRules): Kind =>
  defineKind({
    group: 'batch',
    version: 'v1',
    kind: 'Job',
    resource: 'jobs',
    singular: 'job',
    shortNames: [],
    categories: ['all'],
    namespaced: true,
    verbs: everyVerb,
    subresources: statusSubresource,
    storagePrefix: 'jobs',
    fieldLabelRefusal: (label) => `field label ${goQuote(label)} not supported for Job`,
    fields: { 'status.successful': (job) => String(numberAt(job, 'status', 'succeeded')) },
    columns: [
      nameColumn,
      column('Status', 'How the job goes.', summary),
      column('Completions', 'Pods that succeeded, of how many.', completions),
      column('Duration', 'How long the job has been going, or took.', duration),
      ageColumn,
      ...containerColumns('spec', 'template', 'spec'),
      wide('Selector', 'Labels of its pods.', (job) => selectorText(objectIn(job, 'spec')) || '<none>'),
    ],
    strategy: genericStrategy<Job>({
      defaults,
      initialStatus: () => ({}),
      generationOf: [['spec']],
      onCreate(job) {
        generateSelector(job);
        dropUnservedJobFields(job.spec, undefined);
      },
      onUpdate: (job, old) => dropUnservedJobFields(job.spec, old.spec),
      validate: (job) => validate(job, rules),
      validateUpdate: (job, old) => validateJobUpdate(job, old, rules),
      validateStatus: validateJobStatus,
      validateName: nameIsDnsSubdomain,
      warningsOnCreate: (job) => [
        ...hostnameWarnings(job, 'Pod names and hostnames'),
        ...jobWarnings(job.spec, 'spec'),
      ],
      warningsOnUpdate: (job, old) =>
        job.metadata?.generation === old.metadata?.generation ? [] : jobWarnings(job.spec, 'spec'),
      // What is read from the store gets its defaults again.
      canonicalize: takeLabelsOfTemplate,
      more: {
        dependents: 'orphan',
        warningOnOrphaning:
          'child pods are preserved by default when jobs are deleted; ' +
          'set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
      },
    }),
  });

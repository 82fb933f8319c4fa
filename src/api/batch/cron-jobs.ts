import { type FieldError, invalidValue, requiredValue, unsupportedValue } from '../../machinery/field-error.ts';
import { objectIn, objectsAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { validateOneOf } from '../../machinery/validation/values.ts';
import { defaultTemplate } from '../core/pod-defaults.ts';
import type { PodRules } from '../core/pod-rules.ts';
import { hostnameWarnings } from '../core/pod-warnings.ts';
import { checkCount, shown } from '../core/workload.ts';
import { defineKind, type Kind } from '../kind.ts';
import { ageSince } from '../printing/aging-text.ts';
import { ageColumn, column, containerColumns, nameColumn, wide } from '../printing/columns.ts';
import { selectorText } from '../printing/label-text.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { CronJob, CronJobSpec } from '../types/batch-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { cronScheduleError } from './cron-schedule.ts';
import { defaultJobPolicies, dropUnservedJobFields } from './job-preparation.ts';
import { checkJobSpec } from './job-validation.ts';
import { jobWarnings } from './job-warnings.ts';
import { timeZoneError } from './time-zones.ts';

/** What follows a cron job's name in the names of its jobs leaves so many letters for it. */
const nameLength = 52;

function defaults(cronJob: CronJob): void {
  const spec = (cronJob.spec ??= {});
  spec.concurrencyPolicy ||= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
  const job = ((spec.jobTemplate ??= {}).spec ??= {});
  defaultJobPolicies(job);
  defaultTemplate((job.template ??= {}));
}

const concurrencyPolicies = ['Allow', 'Forbid', 'Replace'];

function validateSpec(spec: CronJobSpec, before: CronJobSpec | undefined, rules: PodRules): FieldError[] {
  const { schedule = '', timeZone, jobTemplate = {} } = spec;
  const errors: FieldError[] = [];
  if (schedule !== '') checkSchedule(schedule, timeZone, before?.schedule?.includes('TZ') === true, errors);
  checkCount(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds', errors);
  if (timeZone !== undefined && timeZone !== before?.timeZone) checkTimeZone(timeZone, 'spec.timeZone', errors);
  errors.push(...validateOneOf(spec.concurrencyPolicy, 'spec.concurrencyPolicy', concurrencyPolicies));
  const { spec: job = {} } = jobTemplate;
  const at = 'spec.jobTemplate.spec';
  checkJobSpec(job, rules, at, errors);
  if (job.selector !== undefined) {
    errors.push(invalidValue(`${at}.selector`, shown(job.selector), '`selector` will be auto-generated'));
  }
  if (job.manualSelector === true) errors.push(unsupportedValue(`${at}.manualSelector`, true, ['nil', 'false']));
  checkCount(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit', errors);
  checkCount(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit', errors);
  return errors;
}

/** `takesZone`: it named a time zone before there was a field for it, and may go on doing so. */
function checkSchedule(schedule: string, timeZone: string | undefined, takesZone: boolean, errors: FieldError[]): void {
  const refuse = (why: string) => errors.push(invalidValue('spec.schedule', schedule, why));
  const wrong = cronScheduleError(schedule);
  if (wrong !== undefined) refuse(wrong);
  if (!schedule.includes('TZ')) return;
  if (!takesZone) refuse('cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
  else if (timeZone !== undefined) refuse('cannot use both timeZone field and TZ or CRON_TZ in schedule');
}

function checkTimeZone(zone: string, path: string, errors: FieldError[]): void {
  const refuse = (why: string) => errors.push(invalidValue(path, zone, why));
  if (zone === '') {
    refuse('timeZone must be nil or non-empty string');
    return;
  }
  const isNamed = zone
    .split('/')
    .every((part) => part !== '.' && part !== '..' && !part.startsWith('-') && /^[A-Za-z._0-9+-]{1,14}$/.test(part));
  if (!isNamed) {
    refuse(`unknown time zone ${zone}`);
    return;
  }
  if (zone.toLowerCase() === 'local') {
    refuse('timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones');
  }
  const wrong = timeZoneError(zone);
  if (wrong !== undefined) refuse(wrong);
}

/** What only has to be there is told last. */
function checkHasSchedule(spec: CronJobSpec, errors: FieldError[]): FieldError[] {
  if ((spec.schedule ?? '') === '') errors.push(requiredValue('spec.schedule'));
  return errors;
}

function validateNew(cronJob: CronJob, rules: PodRules): FieldError[] {
  const { spec = {} } = cronJob;
  const errors = validateSpec(spec, undefined, rules);
  const name = cronJob.metadata?.name ?? '';
  if (Buffer.byteLength(name) > nameLength) {
    errors.push(invalidValue('metadata.name', name, `must be no more than ${nameLength} characters`));
  }
  return checkHasSchedule(spec, errors);
}

const jobPath = 'spec.jobTemplate.spec';

/** The place is the original's. */
const zoneWarning =
  'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see ' +
  'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details';

const warningsOf = ({ spec }: CronJob): string[] => jobWarnings(spec?.jobTemplate?.spec, jobPath);

/** `batch/v1` CronJob. */
export const cronJobs = (rules: PodRules): Kind =>
  defineKind({
    group: 'batch',
    version: 'v1',
    kind: 'CronJob',
    resource: 'cronjobs',
    singular: 'cronjob',
    shortNames: ['cj'],
    categories: ['all'],
    namespaced: true,
    verbs: everyVerb,
    subresources: statusSubresource,
    storagePrefix: 'cronjobs',
    fields: {},
    columns: [
      nameColumn,
      column('Schedule', 'When a job begins.', (cronJob) => textAt(cronJob, 'spec', 'schedule')),
      column('Timezone', 'The time zone of the schedule.', (cronJob) => {
        const zone = valueAt(cronJob, 'spec', 'timeZone');
        return typeof zone === 'string' ? zone : '<none>';
      }),
      column(
        'Suspend',
        'Whether no job begins.',
        (cronJob) => (valueAt(cronJob, 'spec', 'suspend') === true ? 'True' : 'False'),
        { type: 'boolean' },
      ),
      column('Active', 'Jobs that go on.', (cronJob) => objectsAt(cronJob, 'status', 'active').length, {
        type: 'integer',
      }),
      column('Last Schedule', 'Time since a job began.', (cronJob) => {
        const last = textAt(cronJob, 'status', 'lastScheduleTime');
        return last === '' ? '<none>' : ageSince(last);
      }),
      ageColumn,
      ...containerColumns('spec', 'jobTemplate', 'spec', 'template', 'spec'),
      wide(
        'Selector',
        'Labels of the pods of its jobs.',
        (cronJob) => selectorText(objectIn(cronJob, 'spec', 'jobTemplate', 'spec')) || '<none>',
      ),
    ],
    strategy: genericStrategy<CronJob>({
      defaults,
      initialStatus: () => ({}),
      generationOf: [['spec']],
      onCreate: ({ spec }) => dropUnservedJobFields(spec?.jobTemplate?.spec, undefined),
      onUpdate: ({ spec }, old) => dropUnservedJobFields(spec?.jobTemplate?.spec, old.spec?.jobTemplate?.spec),
      validate: (cronJob) => validateNew(cronJob, rules),
      validateUpdate: ({ spec = {} }, old) => checkHasSchedule(spec, validateSpec(spec, old.spec ?? {}, rules)),
      validateName: nameIsDnsSubdomain,
      warningsOnCreate: (cronJob) => [...hostnameWarnings(cronJob, 'Pod names and hostnames'), ...warningsOf(cronJob)],
      warningsOnUpdate: (cronJob, old) => [
        ...(cronJob.metadata?.generation === old.metadata?.generation ? [] : warningsOf(cronJob)),
        ...(cronJob.spec?.schedule?.includes('TZ') === true ? [zoneWarning] : []),
      ],
    }),
  });

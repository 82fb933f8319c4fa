import {
  checkEach,
  duplicateValue,
  type FieldError,
  invalidField,
  invalidValue,
  requiredValue,
} from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { fieldIsImmutable } from '../../machinery/validation/values.ts';
import { internalStruct } from '../core/internal-structs.ts';
import { checkCount } from '../core/workload.ts';
import type { Job, JobStatus, UncountedTerminatedPods } from '../types/batch-v1.generated.ts';
import { commonIndex, countIndexes } from './index-intervals.ts';
import { hasCondition, isFinished } from './job-conditions.ts';

/**
 * What is wrong with what somebody says of a job's progress. Most of it is told only of what he changes: a change of the
 * spec may have made the rest wrong, which is for a controller to put right.
 */
export function validateJobStatus(job: Job, old: Job): FieldError[] {
  const [status, before] = [job.status ?? {}, old.status ?? {}];
  const errors: FieldError[] = [];
  for (const field of ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const) {
    checkCount(status[field], `status.${field}`, errors);
  }
  checkUids(status.uncountedTerminatedPods, errors);
  const change = { job, status, before };
  checkOutcome(change, errors);
  checkFinished(change, errors);
  checkIndexes(change, errors);
  const { active = 0, ready, terminating } = status;
  if (changes(change, isFinished, ({ terminating: pods }) => pods) && (terminating ?? 0) > 0 && isFinished(status)) {
    errors.push(invalidValue('status.terminating', terminating ?? 0, 'terminating>0 is invalid for finished job'));
  }
  if (ready !== undefined && ready > active && (ready !== before.ready || active !== (before.active ?? 0))) {
    errors.push(invalidValue('status.ready', ready, 'cannot set more ready pods than active'));
  }
  checkCriteria(change, errors);
  checkProgress(change, errors);
  return errors;
}

interface Change {
  readonly job: Job;
  readonly status: JobStatus;
  readonly before: JobStatus;
}

type Reading = (status: JobStatus) => string | number | boolean | undefined;

/** Whether any of what is read differs from what it was. */
const changes = ({ status, before }: Change, ...readings: readonly Reading[]): boolean =>
  readings.some((read) => read(status) !== read(before));

const is =
  (type: string) =>
  (status: JobStatus): boolean =>
    hasCondition(status, type);

const isComplete = is('Complete');
const isFailed = is('Failed');
const isFailureTarget = is('FailureTarget');
const meetsCriteria = is('SuccessCriteriaMet');
const isSuspended = is('Suspended');
const startTime: Reading = (status) => status.startTime;
const completionTime: Reading = (status) => status.completionTime;
const completedIndexes: Reading = (status) => status.completedIndexes ?? '';
const failedIndexes: Reading = (status) => status.failedIndexes;

const refuseConditions = (errors: FieldError[], why: string): unknown =>
  errors.push(invalidField('status.conditions', why));

function checkUids(uncounted: UncountedTerminatedPods | undefined, errors: FieldError[]): void {
  const seen = new Set<string>();
  for (const field of ['succeeded', 'failed'] as const) {
    checkEach(uncounted?.[field], `status.uncountedTerminatedPods.${field}`, errors, (uid, at) => {
      if (uid === '') errors.push(invalidValue(at, uid, 'must not be empty'));
      else if (seen.has(uid)) errors.push(duplicateValue(at, uid));
      seen.add(uid);
    });
  }
}

function checkOutcome(change: Change, errors: FieldError[]): void {
  const { status } = change;
  const { startTime: start, completionTime: end } = status;
  const refuseEnd = (why: string) => errors.push(invalidValue('status.completionTime', end ?? null, why));
  if (changes(change, isComplete, isFailed) && isComplete(status) && isFailed(status)) {
    refuseConditions(errors, 'cannot set Complete=True and Failed=true conditions');
  }
  if (changes(change, isComplete, isFailureTarget) && isComplete(status) && isFailureTarget(status)) {
    refuseConditions(errors, 'cannot set Complete=True and FailureTarget=true conditions');
  }
  if (changes(change, isComplete, completionTime)) {
    if (end !== undefined && !isComplete(status)) {
      refuseEnd('cannot set completionTime when there is no Complete=True condition');
    }
    if (end === undefined && isComplete(status)) {
      errors.push(requiredValue('status.completionTime', 'completionTime is required for Complete jobs'));
    }
  }
  const isReversed = start !== undefined && end !== undefined && Date.parse(end) < Date.parse(start);
  if (changes(change, startTime, completionTime) && isReversed) refuseEnd('must be equal to or after `startTime`');
  if (changes(change, isFailed, failedIndexes) && isFailed(status) && !isFailureTarget(status)) {
    refuseConditions(errors, 'cannot set Failed=True condition without the FailureTarget=true condition');
  }
  if (changes(change, isComplete, meetsCriteria) && isComplete(status) && !meetsCriteria(status)) {
    refuseConditions(errors, 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition');
  }
}

/** A job that is over has nothing left that runs or is to be counted. */
function checkFinished(change: Change, errors: FieldError[]): void {
  const { job, status, before } = change;
  if (!isFinished(status)) return;
  const { active = 0, uncountedTerminatedPods: uncounted } = status;
  if (active > 0 && changes(change, isFinished, (of) => of.active ?? 0)) {
    errors.push(invalidValue('status.active', active, 'active>0 is invalid for finished job'));
  }
  const neverBegins = job.spec?.suspend === true && job.spec.completions === 0;
  if (status.startTime === undefined && changes(change, isFinished, startTime) && !neverBegins) {
    errors.push(requiredValue('status.startTime', 'startTime is required for finished job'));
  }
  const { succeeded = [], failed = [] } = uncounted ?? {};
  if (uncounted === undefined || succeeded.length + failed.length === 0) return;
  const isSame = jsonEqual(uncounted, before.uncountedTerminatedPods);
  if (isSame && !changes(change, isFinished)) return;
  const all = internalStruct('UncountedTerminatedPods', uncounted);
  errors.push(invalidValue('status.uncountedTerminatedPods', all, 'must be empty for finished job'));
}

function checkIndexes(change: Change, errors: FieldError[]): void {
  const { completedIndexes: completed = '', failedIndexes: failed } = change.status;
  const { completions, backoffLimitPerIndex, completionMode } = change.job.spec ?? {};
  const refuse = (field: 'completedIndexes' | 'failedIndexes', why: string) =>
    errors.push(invalidValue(`status.${field}`, change.status[field] ?? '', why));
  const checkForm = (field: 'completedIndexes' | 'failedIndexes', text: string, below: number) => {
    const counted = countIndexes(text, below);
    if ('error' in counted) refuse(field, `error parsing ${field}: ${counted.error}`);
  };
  const [completedChanged, failedChanged] = [changes(change, completedIndexes), changes(change, failedIndexes)];
  if (completedChanged && completions !== undefined) checkForm('completedIndexes', completed, completions);
  if (failedChanged && completions !== undefined && backoffLimitPerIndex !== undefined && failed !== undefined) {
    checkForm('failedIndexes', failed, completions);
  }
  if (completedChanged && completed !== '' && completionMode !== 'Indexed') {
    refuse('completedIndexes', 'cannot set non-empty completedIndexes when non-indexed completion mode');
  }
  if (failed === undefined) return;
  if (failedChanged && backoffLimitPerIndex === undefined) {
    refuse('failedIndexes', 'cannot set non-null failedIndexes when backoffLimitPerIndex is null');
  }
  if ((!completedChanged && !failedChanged) || completions === undefined) return;
  const common = commonIndex(completed, failed, completions);
  if (common !== undefined) {
    refuse('failedIndexes', `failedIndexes and completedIndexes overlap at index: ${common}`);
  }
}

function checkCriteria({ job, status }: Change, errors: FieldError[]): void {
  if (meetsCriteria(status) && isFailed(status)) {
    refuseConditions(errors, 'cannot set SuccessCriteriaMet=True and Failed=true conditions');
  }
  if (meetsCriteria(status) && isFailureTarget(status)) {
    refuseConditions(errors, 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions');
  }
  if (job.spec?.successPolicy !== undefined && !meetsCriteria(status) && isComplete(status)) {
    const why = 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True';
    refuseConditions(errors, why);
  }
}

/** What was said once stays so. */
function checkProgress(change: Change, errors: FieldError[]): void {
  const { job, status, before } = change;
  const { completionMode, completions, parallelism, suspend } = job.spec ?? {};
  for (const type of ['Failed', 'Complete', 'FailureTarget']) {
    if (!hasCondition(before, type) || hasCondition(status, type)) continue;
    refuseConditions(errors, `cannot disable the terminal ${type}=True condition`);
  }
  const checkCounter = (field: 'failed' | 'succeeded') => {
    const count = status[field] ?? 0;
    if (count >= (before[field] ?? 0)) return;
    errors.push(invalidValue(`status.${field}`, count, `cannot decrease the ${field} counter`));
  };
  checkCounter('failed');
  // A job that does all of its indexes at a time can be made a smaller one.
  if (completionMode !== 'Indexed' || completions !== parallelism) checkCounter('succeeded');
  const end = status.completionTime;
  if (end !== undefined && before.completionTime !== undefined && end !== before.completionTime) {
    errors.push(invalidValue('status.completionTime', end, fieldIsImmutable));
  }
  const resumes = isSuspended(before) && hasCondition(status, 'Suspended', 'False');
  if (before.startTime !== undefined && changes(change, startTime) && !resumes && suspend !== true) {
    const why = 'field is immutable for unsuspended job once set';
    errors.push(invalidValue('status.startTime', status.startTime ?? null, why));
  }
  if (meetsCriteria(before) && !meetsCriteria(status)) {
    refuseConditions(errors, 'cannot disable the SuccessCriteriaMet=True condition');
  }
  if (isComplete(before) && !meetsCriteria(before) && meetsCriteria(status)) {
    refuseConditions(errors, 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions');
  }
}

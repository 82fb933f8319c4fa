import { describe, expect, test } from 'vitest';
import { occasion } from '../../../test/support/occasion.ts';
import { defaultPodRules } from '../core/pod-rules.ts';
import type { Job, JobStatus } from '../types/batch-v1.generated.ts';
import { jobs } from './jobs.ts';

const hub = { group: 'batch', version: 'v1' };
const { strategy } = jobs(defaultPodRules).stored;

const jobOf = (spec: NonNullable<Job['spec']> = {}): Job => ({
  metadata: { name: 'j', uid: 'u' },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } }, ...spec },
});

/** As it is stored, if nothing is wrong with it. */
function created(job: Job): Job {
  strategy.setDefaults(job);
  strategy.prepareForCreate(job, occasion);
  strategy.canonicalize?.(job);
  return job;
}

const texts = (errors: readonly { field: string; message: string }[]): string[] =>
  errors.map(({ field, message }) => `${field}: ${message}`);

const wrong = (job: Job): string[] =>
  texts(strategy.validateCreate(created(job), { requested: hub, metadataErrors: () => [] }));

function wrongUpdate(old: Job, change: (job: Job) => void): string[] {
  const job = structuredClone(created(old));
  change(job);
  strategy.prepareForUpdate(job, old, occasion);
  return texts(strategy.validateUpdate(job, old, hub, occasion));
}

function wrongStatus(job: Job, status: JobStatus, before: JobStatus = {}): string[] {
  const old = { ...created(job), status: before };
  return texts(
    strategy.subresources['status']?.validateUpdate({ ...structuredClone(old), status }, old, hub, occasion) ?? [],
  );
}

const conditions = (...types: readonly string[]) => types.map((type) => ({ type, status: 'True' }));
const indexed = { completionMode: 'Indexed', completions: 5 };

describe('jobs: selectors', () => {
  test('are made of the uid, and what they select by stands in the template and in the labels', () => {
    const { metadata, spec } = created(jobOf());
    const labels = {
      'job-name': 'j',
      'batch.kubernetes.io/job-name': 'j',
      'controller-uid': 'u',
      'batch.kubernetes.io/controller-uid': 'u',
    };
    expect(spec?.selector).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } });
    expect(spec?.template?.metadata?.labels).toEqual(labels);
    expect(metadata?.labels).toEqual(labels);
  });

  test('of others are refused, unless the job says that it has one of its own', () => {
    const selector = { matchLabels: { a: 'b' } };
    const template = { ...jobOf().spec?.template, metadata: { labels: { a: 'b' } } };
    expect(wrong(jobOf({ selector, template }))).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"a":"b","batch.kubernetes.io/controller-uid":"u"}}: ' +
        '`selector` not auto-generated',
    ]);
    expect(wrong(jobOf({ selector, template, manualSelector: true }))).toEqual([]);
    expect(wrong(jobOf({ template: { ...template, metadata: { labels: { 'job-name': 'x' } } } }))[0]).toContain(
      'spec.template.metadata.labels[job-name]: Invalid value: {"batch.kubernetes.io/controller-uid":"u",',
    );
  });
});

describe('jobs: specs', () => {
  test('a success policy needs indexes, and names those that there are', () => {
    const successPolicy = { rules: [{ succeededCount: 3, succeededIndexes: '1,4' }, {}, { succeededIndexes: '5' }] };
    expect(wrong(jobOf({ successPolicy }))).toEqual([
      'spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":"1,4","SucceededCount":3},' +
        '{"SucceededIndexes":null,"SucceededCount":null},{"SucceededIndexes":"5","SucceededCount":null}]}: ' +
        'requires indexed completion mode',
    ]);
    expect(wrong(jobOf({ ...indexed, successPolicy }))).toEqual([
      'spec.successPolicy.rules[0].succeededCount: Invalid value: 3: must be less than or equal to 2 ' +
        '(the number of indexes in the specified succeededIndexes field)',
      'spec.successPolicy.rules[1]: Required value: at least one of succeededCount or succeededIndexes must be specified',
      'spec.successPolicy.rules[2].succeededIndexes: Invalid value: "5": ' +
        'error parsing succeededIndexes: too large index: "5"',
    ]);
  });

  test('completions and parallelism of an Indexed job change together', () => {
    const resize = (completions: number, parallelism: number) =>
      wrongUpdate(jobOf({ ...indexed }), ({ spec = {} }) => Object.assign(spec, { completions, parallelism }));
    expect(resize(7, 7)).toEqual([]);
    expect(resize(7, 1)[0]).toContain('can only be modified in tandem with spec.parallelism');
  });

  test('the template of a job changes while it is at rest, in where its pods go and what they take', () => {
    const place = (old: Job) =>
      wrongUpdate(old, ({ spec = {} }) => Object.assign(spec.template?.spec ?? {}, { nodeSelector: { a: 'b' } }));
    const grow = (old: Job) =>
      wrongUpdate(old, ({ spec = {} }) => {
        for (const container of spec.template?.spec?.containers ?? []) container.resources = { limits: { cpu: '1' } };
      });
    const rename = (old: Job) =>
      wrongUpdate(old, ({ spec = {} }) => {
        for (const container of spec.template?.spec?.containers ?? []) container.image = 'other';
      });
    for (const change of [place, grow, rename]) {
      expect(change(jobOf())[0]).toMatch(/^spec\.template: Invalid value: .* field is immutable$/);
    }
    expect(place(jobOf({ suspend: true }))).toEqual([]);
    expect(grow(jobOf({ suspend: true }))).toEqual([]);
    expect(rename(jobOf({ suspend: true }))[0]).toMatch(/^spec\.template\.spec: Invalid value: /);
    const running = { ...jobOf({ suspend: true }), status: { active: 1 } };
    strategy.prepareForCreate(running, occasion);
    expect(place({ ...running, status: { active: 1 } })).toEqual([]);
  });

  test('what this server does not know is gone', () => {
    expect(created(jobOf({ scheduling: {} })).spec?.scheduling).toBeUndefined();
  });
});

describe('jobs: status', () => {
  const [start, end] = ['2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'];
  const done: JobStatus = {
    startTime: start,
    completionTime: end,
    conditions: conditions('SuccessCriteriaMet', 'Complete'),
  };

  test('a job is done when it says since when, and why', () => {
    expect(wrongStatus(jobOf(), done)).toEqual([]);
    expect(wrongStatus(jobOf(), { conditions: conditions('Complete') })).toEqual([
      'status.completionTime: Required value: completionTime is required for Complete jobs',
      'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
      'status.startTime: Required value: startTime is required for finished job',
    ]);
  });

  test('what was wrong before stays as it is, when it is not touched', () => {
    const before = { ready: 3, conditions: conditions('Failed') };
    expect(wrongStatus(jobOf(), { ...before, succeeded: 1 }, before)).toEqual([]);
  });

  test('a job that is done stays so', () => {
    expect(wrongStatus(jobOf(), { startTime: start }, { ...done, failed: 1 })).toEqual([
      'status.conditions: Invalid value: cannot disable the terminal Complete=True condition',
      'status.failed: Invalid value: 0: cannot decrease the failed counter',
      'status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition',
    ]);
    expect(wrongStatus(jobOf(), { ...done, active: 1, terminating: 2 }, done)).toEqual([
      'status.active: Invalid value: 1: active>0 is invalid for finished job',
      'status.terminating: Invalid value: 2: terminating>0 is invalid for finished job',
    ]);
  });

  test('no index fails and succeeds', () => {
    const job = jobOf({ ...indexed, backoffLimitPerIndex: 1 });
    expect(wrongStatus(job, { completedIndexes: '0,2-3', failedIndexes: '1,3' })).toEqual([
      'status.failedIndexes: Invalid value: "1,3": failedIndexes and completedIndexes overlap at index: 3',
    ]);
    expect(wrongStatus(jobOf(), { completedIndexes: '0' })).toEqual([
      'status.completedIndexes: Invalid value: "0": ' +
        'cannot set non-empty completedIndexes when non-indexed completion mode',
    ]);
  });
});

import { dataset, hotNamespace, hotObjects } from '../dataset.ts';
import { defaultPatienceMs, type FanoutJob, type Job, type RequestsJob } from '../load/job.ts';
import { deploymentsPath, hotPath, objectName } from '../load/objects.ts';
import type { Variant } from '../profile.ts';

export const one = (job: Job): readonly Variant[] => [{ label: '', x: 0, job }];
export const plainAndTls = ['http', 'tls'] as const;
export const listOfAll = '/api/v1/configmaps?resourceVersion=0';

export const get = (path: string, objects: number, requests: number, concurrency = 4): RequestsJob => ({
  kind: 'requests',
  method: 'GET',
  paths: [path],
  concurrency,
  requests,
  expect: { status: 200, objects },
  patienceMs: defaultPatienceMs,
});

/** The same as a Table, as `kubectl get` asks for it. */
export const getTable = (path: string, rows: number, requests: number): RequestsJob => ({
  ...get(path, 0, requests),
  accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
  expect: { status: 200, rows },
});

export const fanout = (overrides: Partial<FanoutJob>): FanoutJob => ({
  kind: 'fanout',
  namespace: hotNamespace,
  watchers: 1000,
  selection: 'all',
  stalled: 0,
  objects: hotObjects,
  objectBytes: dataset.objectBytes,
  events: 1000,
  writers: 8,
  eventsPerSecond: undefined,
  patienceMs: defaultPatienceMs,
  ...overrides,
});

export const write = (method: 'PUT' | 'POST' | 'PATCH', requests: number): RequestsJob => ({
  kind: 'requests',
  method,
  paths:
    method === 'POST'
      ? [hotPath(hotNamespace)]
      : Array.from({ length: hotObjects }, (_, i) => `${hotPath(hotNamespace)}/${objectName(i)}`),
  object: {
    namespace: hotNamespace,
    name: method === 'POST' ? 'new-{n}' : '',
    bytes: dataset.objectBytes,
  },
  ...(method === 'PATCH' ? { patch: 'label' } : {}),
  concurrency: 16,
  requests,
  expect: { status: method === 'POST' ? 201 : 200 },
  patienceMs: defaultPatienceMs,
});

/** Apply of a Deployment that is there as it is applied, by the one manager it has. */
export const applyUnchanged = (requests: number): RequestsJob => ({
  ...write('PATCH', requests),
  patch: 'apply',
  paths: Array.from(
    { length: hotObjects },
    (_, i) => `${deploymentsPath(hotNamespace)}/${objectName(i)}?fieldManager=bench`,
  ),
});

import type { FanoutJob, Job, RequestsJob } from './load/job.ts';
import { collectionPath, hotPath, namespaceName, objectName } from './load/objects.ts';

export type Backend = 'memory' | 'embedded' | 'etcd';
export type Transport = 'http' | 'tls' | 'h2';

/** What a profile's cost per operation is held against. All in microseconds of server CPU. */
export type Limit =
  | { readonly against: 'floor'; readonly atMost: number }
  | { readonly against: 'micros'; readonly atMost: number }
  /** `share` of another profile's cost on the same target, and `plusMicros` for what is paid per request. */
  | { readonly against: 'profile'; readonly profile: string; readonly share: number; readonly plusMicros: number }
  /** Another profile's cost on the floor. */
  | { readonly against: 'floor-profile'; readonly profile: string; readonly atMost: number }
  /** The last variant against the first. */
  | { readonly against: 'first-variant'; readonly atMost: number }
  | { readonly against: 'resident-bytes'; readonly atMost: number };

/** One load of a profile; `x` is what grows, for the charts. */
export type Variant = { readonly label: string; readonly x: number; readonly job: Job };

export type Profile = {
  /** Stable: results are compared by it. */
  readonly name: string;
  readonly what: string;
  /** What an operation is. */
  readonly operation: string;
  readonly variants: readonly Variant[];
  readonly backends: readonly Backend[];
  readonly transports: readonly Transport[];
  readonly limits: Readonly<Partial<Record<Backend | Transport | 'all', Limit>>>;
  /** Whether the floor can serve it. */
  readonly floor: boolean;
};

/** The data set every request profile reads: 10,000 ConfigMaps of 1.5 KB over 100 namespaces. */
export const dataset = { objects: 10_000, objectBytes: 1500, namespaces: 100 };
/** What writers change: few objects, so that each is written often. */
export const hotNamespace = 'bench-hot';
export const hotObjects = 40;

const get = (path: string, objects: number, requests: number, concurrency = 4): RequestsJob => ({
  kind: 'requests',
  method: 'GET',
  paths: [path],
  concurrency,
  requests,
  expect: { status: 200, objects },
});
const fanout = (overrides: Partial<FanoutJob>): FanoutJob => ({
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
  ...overrides,
});
const write = (method: 'PUT' | 'POST', requests: number): RequestsJob => ({
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
  concurrency: 16,
  requests,
  expect: { status: method === 'POST' ? 201 : 200 },
});
const one = (job: Job): readonly Variant[] => [{ label: '', x: 0, job }];
const list = '/api/v1/configmaps?resourceVersion=0';
const plainAndTls = ['http', 'tls'] as const;

export const profiles: readonly Profile[] = [
  {
    name: 'list-all',
    what: 'LIST of 10,000 objects, resourceVersion=0',
    operation: 'request',
    variants: one(get(list, dataset.objects, 60)),
    backends: ['memory'],
    transports: ['http', 'tls', 'h2'],
    limits: { http: { against: 'floor', atMost: 1.3 }, tls: { against: 'floor', atMost: 1.3 } },
    floor: true,
  },
  {
    name: 'list-selector',
    what: 'LIST with a label selector that 1 in 10 matches',
    operation: 'request',
    variants: one(get(`${list}&labelSelector=slot%3D0`, dataset.objects / 10, 200)),
    backends: ['memory'],
    transports: plainAndTls,
    limits: { all: { against: 'profile', profile: 'list-all', share: 1 / 15, plusMicros: 1000 } },
    floor: true,
  },
  {
    name: 'list-page',
    what: 'LIST of the first 500 of 10,000',
    operation: 'request',
    variants: one(get('/api/v1/configmaps?limit=500', 500, 400)),
    backends: ['memory'],
    transports: plainAndTls,
    limits: { all: { against: 'profile', profile: 'list-all', share: 1.3 * 0.05, plusMicros: 100 } },
    floor: true,
  },
  {
    name: 'list-one-namespace',
    what: 'LIST of one namespace in 100',
    operation: 'request',
    variants: one(
      get(`${collectionPath(namespaceName(0))}?resourceVersion=0`, dataset.objects / dataset.namespaces, 2000),
    ),
    backends: ['memory'],
    transports: ['http'],
    limits: {},
    floor: true,
  },
  {
    name: 'get-one',
    what: 'GET of one object, resourceVersion=0',
    operation: 'request',
    variants: one(get(`${collectionPath(namespaceName(0))}/${objectName(0)}?resourceVersion=0`, 1, 20_000, 16)),
    backends: ['memory'],
    transports: ['http'],
    limits: { all: { against: 'micros', atMost: 60 } },
    floor: true,
  },
  {
    name: 'get-one-consistent',
    what: 'GET of one object, the latest',
    operation: 'request',
    variants: one(get(`${collectionPath(namespaceName(0))}/${objectName(0)}`, 1, 10_000, 16)),
    backends: ['embedded', 'etcd'],
    transports: ['http'],
    limits: { etcd: { against: 'micros', atMost: 90 } },
    floor: true,
  },
  {
    name: 'put',
    what: 'PUT of one object, 16 clients',
    operation: 'request',
    variants: one(write('PUT', 10_000)),
    backends: ['embedded', 'etcd'],
    transports: ['http'],
    limits: { embedded: { against: 'micros', atMost: 150 }, etcd: { against: 'micros', atMost: 300 } },
    floor: true,
  },
  {
    name: 'create',
    what: 'POST of new objects, 16 clients',
    operation: 'request',
    variants: one(write('POST', 5000)),
    backends: ['embedded', 'etcd'],
    transports: ['http'],
    limits: {},
    floor: true,
  },
  {
    name: 'fanout-burst',
    what: '1,000 watchers, 1,000 events as fast as 8 writers go',
    operation: 'delivery',
    variants: one(fanout({})),
    backends: ['memory'],
    transports: ['http', 'tls', 'h2'],
    limits: { http: { against: 'floor', atMost: 1.5 }, tls: { against: 'floor', atMost: 1.5 } },
    floor: true,
  },
  {
    name: 'fanout-steady',
    what: '1,000 watchers, 50 events a second',
    operation: 'delivery',
    variants: one(fanout({ events: 250, eventsPerSecond: 50 })),
    backends: ['memory'],
    transports: plainAndTls,
    limits: { all: { against: 'floor', atMost: 1.2 } },
    floor: true,
  },
  {
    name: 'fanout-selectors',
    what: 'Watchers of one name each: cost per event, 10 against 10,000 of them',
    operation: 'event',
    variants: [10, 10_000].map((watchers) => ({
      label: `${watchers} names`,
      x: watchers,
      job: fanout({ watchers, selection: 'own-name', objects: watchers, events: 4000, writers: 10 }),
    })),
    backends: ['memory'],
    transports: ['http'],
    limits: { all: { against: 'first-variant', atMost: 1.5 } },
    floor: false,
  },
  {
    name: 'slow-readers',
    what: '200 watchers that read, alone and beside 200 that do not',
    operation: 'delivery',
    variants: [0, 200].map((stalled) => ({
      label: `${stalled} stalled`,
      x: stalled,
      job: fanout({ watchers: 200, stalled, events: 2000 }),
    })),
    backends: ['memory'],
    transports: ['http'],
    limits: { all: { against: 'first-variant', atMost: 1.1 } },
    floor: false,
  },
  {
    name: 'watchlist-herd',
    what: 'Informers arrive at once: sendInitialEvents over 10,000 objects',
    operation: 'initial state',
    variants: one({
      kind: 'initial-events',
      path: '/api/v1/configmaps',
      watchers: 100,
      concurrency: 100,
      objects: dataset.objects,
    }),
    backends: ['memory'],
    transports: ['http'],
    limits: { all: { against: 'floor-profile', profile: 'list-all', atMost: 2 } },
    floor: true,
  },
  {
    name: 'reconnect-herd',
    what: 'Watches resume from a resourceVersion 50 events ago',
    operation: 'watch',
    variants: one({
      kind: 'resume',
      namespace: hotNamespace,
      watchers: 3000,
      concurrency: 200,
      behind: 50,
      objectBytes: dataset.objectBytes,
    }),
    backends: ['memory'],
    transports: ['http'],
    limits: {},
    floor: true,
  },
  {
    name: 'idle-watchers',
    what: 'Watches that nothing happens on: resident memory of each',
    operation: 'watch',
    variants: one({ kind: 'idle', namespace: hotNamespace, watchers: 5000 }),
    backends: ['memory'],
    transports: plainAndTls,
    limits: {
      http: { against: 'resident-bytes', atMost: 16 * 1024 },
      tls: { against: 'resident-bytes', atMost: 32 * 1024 },
    },
    floor: true,
  },
  {
    name: 'grow-watchers',
    what: 'Cost of a delivery as watchers grow',
    operation: 'delivery',
    variants: [10, 100, 1000, 5000].map((watchers) => ({
      label: `${watchers} watchers`,
      x: watchers,
      job: fanout({ watchers, events: Math.max(40, Math.min(2000, 400_000 / watchers)) }),
    })),
    backends: ['memory'],
    transports: ['http'],
    limits: {},
    floor: true,
  },
  {
    name: 'grow-cohorts',
    what: 'Cost of an event as watchers of other names grow',
    operation: 'event',
    variants: [1, 10, 100, 1000, 5000].map((watchers) => ({
      label: `${watchers} names`,
      x: watchers,
      job: fanout({ watchers, selection: 'own-name', objects: Math.max(watchers, 10), events: 2000, writers: 10 }),
    })),
    backends: ['memory'],
    transports: ['http'],
    limits: {},
    floor: false,
  },
  {
    name: 'grow-rate',
    what: 'Cost of a delivery to 200 watchers as the event rate grows',
    operation: 'delivery',
    variants: [10, 50, 200, 1000].map((eventsPerSecond) => ({
      label: `${eventsPerSecond}/s`,
      x: eventsPerSecond,
      job: fanout({ watchers: 200, events: eventsPerSecond * 3, eventsPerSecond }),
    })),
    backends: ['memory'],
    transports: ['http'],
    limits: {},
    floor: true,
  },
];

/** Seconds, not minutes, and nothing about speed: whether the instrument and the server's answers are right. */
export const smokeProfiles: readonly Profile[] = profiles
  .filter(({ name }) => ['list-page', 'get-one', 'put', 'fanout-burst', 'slow-readers'].includes(name))
  .map((profile) => ({
    ...profile,
    variants: profile.variants.map((variant) => ({ ...variant, job: small(variant.job) })),
  }));

function small(job: Job): Job {
  switch (job.kind) {
    case 'requests':
      return { ...job, requests: 100 };
    case 'fanout':
      return { ...job, watchers: 50, stalled: Math.min(job.stalled, 20), events: 200 };
    case 'initial-events':
    case 'resume':
    case 'idle':
      return { ...job, watchers: 10 };
    default:
      return job satisfies never;
  }
}

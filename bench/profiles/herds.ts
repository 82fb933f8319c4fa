import { dataset, hotNamespace } from '../dataset.ts';
import { defaultPatienceMs } from '../load/job.ts';
import type { Profile } from '../profile.ts';
import { fanout, one, plainAndTls } from './loads.ts';

/** Many clients that come at once, or stay and do nothing. `full`: as many as a large cluster has. */
export const herdProfiles = (full: boolean): readonly Profile[] => {
  const informers = full ? 1000 : 100;
  return [
    {
      name: 'watchlist-herd',
      what: `${informers} informers arrive at once: sendInitialEvents over 10,000 objects`,
      operation: 'initial state',
      variants: one({
        kind: 'initial-events',
        path: '/api/v1/configmaps',
        watchers: informers,
        concurrency: informers,
        objects: dataset.objects,
        patienceMs: defaultPatienceMs,
      }),
      backends: ['memory'],
      transports: ['http'],
      limits: [{ against: 'floor-profile', profile: 'list-all', atMost: 2 }],
    },
    {
      name: 'relist',
      what: `${informers} informers that were told 410 list 10,000 objects in pages of 500 and watch again`,
      operation: 'informer',
      variants: one({
        kind: 'relist',
        path: '/api/v1/configmaps',
        forgotten: '1',
        informers,
        concurrency: informers,
        objects: dataset.objects,
        pageSize: 500,
        patienceMs: defaultPatienceMs,
      }),
      // Its store was filled before it was started: so its history begins at its end.
      backends: ['embedded'],
      transports: ['http'],
      limits: [],
      rounds: 2,
    },
    {
      name: 'reconnect-herd',
      what: '10,000 watches resume from a resourceVersion 50 events ago',
      operation: 'watch',
      variants: one({
        kind: 'resume',
        namespace: hotNamespace,
        watchers: 10_000,
        concurrency: 200,
        behind: 50,
        objectBytes: dataset.objectBytes,
        patienceMs: defaultPatienceMs,
      }),
      backends: ['memory'],
      transports: ['http'],
      limits: [],
      rounds: 2,
    },
    {
      name: 'slow-readers-memory',
      what: '100 and 500 watchers that never read, beside 10 that do: memory of each of the 400 more',
      operation: 'delivery',
      variants: [100, 500].map((stalled) => ({
        label: `${stalled} stalled`,
        x: stalled,
        job: fanout({ watchers: 10, stalled, events: 1000 }),
      })),
      backends: ['memory'],
      transports: ['http'],
      // What may wait in a socket, twice: the connection and Node's own records of what waits come on top.
      limits: [{ against: 'resident-bytes', atMost: 2 * 64 * 1024 }],
      servers: 'new',
    },
    ...plainAndTls.map((transport): Profile => {
      const watchers = transport === 'http' || full ? 10_000 : 2000;
      const openBefore = watchers / 5;
      return {
        name: transport === 'http' ? 'idle-watchers' : 'idle-watchers-tls',
        what: `${watchers.toLocaleString('en')} watches that nothing happens on: cost of opening, memory of each`,
        operation: 'watch',
        variants: one({ kind: 'idle', namespace: hotNamespace, watchers: watchers - openBefore, openBefore }),
        backends: ['memory'],
        transports: [transport],
        limits: [{ against: 'resident-bytes', atMost: (transport === 'http' ? 16 : 32) * 1024 }],
        servers: 'new',
      };
    }),
  ];
};

import { dataset } from '../dataset.ts';
import type { Profile } from '../profile.ts';
import { fanout, get, listOfAll } from './loads.ts';

const count = (value: number): string => value.toLocaleString('en');

/** How cost grows: each has one thing that becomes more. */
export const growthProfiles = (million: boolean): readonly Profile[] => {
  const sizes = [1000, dataset.objects, 100_000, ...(million ? [1_000_000] : [])];
  return [
    {
      name: 'grow-watchers',
      what: 'Cost of a delivery as watchers grow',
      operation: 'delivery',
      axis: 'watchers',
      variants: [10, 100, 1000, 10_000].map((watchers) => ({
        label: `${count(watchers)} watchers`,
        x: watchers,
        job: fanout({ watchers, events: Math.max(20, Math.min(1000, 100_000 / watchers)) }),
      })),
      backends: ['memory'],
      transports: ['http'],
      limits: [],
      rounds: 2,
    },
    {
      name: 'grow-rate',
      what: 'Cost of a delivery to 200 watchers as the event rate grows',
      operation: 'delivery',
      axis: 'events per second',
      variants: [50, 200, 1000].map((eventsPerSecond) => ({
        label: `${count(eventsPerSecond)}/s`,
        x: eventsPerSecond,
        job: fanout({ watchers: 200, events: eventsPerSecond * 1.5, eventsPerSecond }),
      })),
      backends: ['memory'],
      transports: ['http'],
      limits: [],
      rounds: 2,
    },
    {
      name: 'grow-objects-list',
      what: 'Cost of a LIST of everything as objects grow',
      operation: 'request',
      axis: 'objects',
      variants: sizes.map((objects) => ({
        label: `${count(objects)} objects`,
        x: objects,
        job: get(listOfAll, objects, Math.max(4, Math.min(200, 200_000 / objects)), 2),
        objects,
      })),
      backends: ['embedded'],
      transports: ['http'],
      limits: [],
      rounds: 2,
      servers: 'own',
    },
    {
      name: 'grow-objects-page',
      what: 'Cost of a page of 500 as objects grow',
      operation: 'request',
      axis: 'objects',
      variants: sizes.map((objects) => ({
        label: `${count(objects)} objects`,
        x: objects,
        job: get('/api/v1/configmaps?limit=500', 500, 300),
        objects,
      })),
      backends: ['embedded'],
      transports: ['http'],
      limits: [],
      rounds: 2,
      servers: 'own',
    },
    {
      name: 'replicas',
      what: 'One server with 1,000 watchers, and two with 1,000 each, on one etcd: CPU of all servers per delivery',
      operation: 'delivery',
      axis: 'servers',
      variants: [1, 2].map((replicas) => ({
        label: replicas === 1 ? '1 server' : `${replicas} servers`,
        x: replicas,
        job: fanout({ watchers: 1000 * replicas, events: 200 }),
        replicas,
      })),
      backends: ['etcd'],
      transports: ['http'],
      // Twice the fan-out of one, at the same cost for each delivery: but each follows every write.
      limits: [{ against: 'variant', x: 1, atMost: 1.1 }],
      servers: 'own',
    },
  ];
};

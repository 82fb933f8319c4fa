import type { Profile } from '../profile.ts';
import { fanout, one, plainAndTls } from './loads.ts';

/** What a change costs once it is to be told. */
export const watchProfiles: readonly Profile[] = [
  {
    name: 'fanout-burst',
    what: '1,000 watchers, 1,000 events as fast as 8 writers go',
    operation: 'delivery',
    variants: one(fanout({})),
    backends: ['memory'],
    transports: plainAndTls,
    limits: [{ against: 'floor', atMost: 1.5 }],
  },
  {
    name: 'fanout-burst-h2',
    what: '1,000 watchers, 100 to a connection, 400 events as fast as 8 writers go',
    operation: 'delivery',
    variants: one(fanout({ events: 400 })),
    backends: ['memory'],
    transports: ['h2'],
    limits: [],
  },
  {
    name: 'fanout-steady',
    what: '1,000 watchers, 50 events a second',
    operation: 'delivery',
    variants: one(fanout({ events: 150, eventsPerSecond: 50 })),
    backends: ['memory'],
    transports: plainAndTls,
    limits: [
      { against: 'floor', atMost: 1.2 },
      { against: 'floor-p99', atMost: 1.5 },
    ],
  },
  {
    name: 'fanout-selectors',
    what: 'Watchers of one name each (cohorts): cost of an event as they grow',
    operation: 'event',
    axis: 'watchers, each of its own name',
    variants: [1, 10, 100, 1000, 10_000].map((watchers) => ({
      label: `${watchers} names`,
      x: watchers,
      job: fanout({ watchers, selection: 'own-name', objects: Math.max(watchers, 10), events: 1000, writers: 10 }),
    })),
    backends: ['memory'],
    transports: ['http'],
    limits: [{ against: 'variant', x: 10, atMost: 1.5 }],
  },
  {
    name: 'slow-readers',
    what: '200 watchers that read, alone and beside 200 that do not and are full',
    operation: 'delivery',
    variants: [0, 200].map((stalled) => ({
      label: `${stalled} stalled`,
      x: stalled,
      job: fanout({ watchers: 200, stalled, events: 1000, eventsPerSecond: 400 }),
    })),
    backends: ['memory'],
    transports: ['http'],
    limits: [{ against: 'variant', x: 0, atMost: 1.1 }],
  },
];

import type { Job } from './load/job.ts';
import type { Profile } from './profile.ts';
import { growthProfiles } from './profiles/growth.ts';
import { herdProfiles } from './profiles/herds.ts';
import { requestProfiles } from './profiles/requests.ts';
import { watchProfiles } from './profiles/watches.ts';

/** `full`: herds as large as a large cluster's. `million`: growth up to 1,000,000 objects. */
export type Extent = { readonly full: boolean; readonly million: boolean };

/** Every profile, in the order in which they run: those of one server together. */
export const profiles = ({ full, million }: Extent): readonly Profile[] => [
  ...requestProfiles,
  ...watchProfiles,
  ...herdProfiles(full),
  ...growthProfiles(million),
];

/** What is started and stopped by itself, not loaded. */
export const coldStart = 'cold-start';

export const profileNames: readonly string[] = [
  ...profiles({ full: false, million: false }).map(({ name }) => name),
  coldStart,
];

/** The profile of this name; or, where there is none, the family: `fanout` is all whose name begins with `fanout-`. */
export const profilesNamed = (name: string): readonly string[] =>
  profileNames.includes(name) ? [name] : profileNames.filter((one) => one.startsWith(`${name}-`));

const inSmoke = [
  'list-page',
  'list-page-table',
  'list-selector',
  'get-one-consistent',
  'put',
  'patch',
  'apply',
  'create',
  'fanout-burst',
  'fanout-burst-h2',
  'fanout-selectors',
  'slow-readers',
  'watchlist-herd',
  'relist',
  'reconnect-herd',
  'idle-watchers',
  'replicas',
];

/** Seconds, not minutes, and nothing about speed: whether the instrument and the server's answers are right. */
export const smokeProfiles: readonly Profile[] = profiles({ full: false, million: false })
  .filter(({ name }) => inSmoke.includes(name))
  .map((profile) => ({
    ...profile,
    // One server that is filled past the API, for all: that is quicker.
    backends: [...new Set(profile.backends.map((backend) => (backend === 'memory' ? 'embedded' : backend)))],
    transports: profile.name.startsWith('fanout-burst') ? profile.transports : profile.transports.slice(0, 1),
    variants: profile.variants.slice(0, 2).map((variant) => ({ ...variant, job: small(variant.job) })),
  }));

function small(job: Job): Job {
  switch (job.kind) {
    case 'requests':
      return { ...job, requests: 100 };
    case 'fanout':
      return { ...job, watchers: Math.min(job.watchers, 50), stalled: Math.min(job.stalled, 20), events: 200 };
    case 'relist':
      return { ...job, informers: 4, concurrency: 4 };
    case 'idle':
      return { ...job, watchers: 10, openBefore: 2 };
    case 'initial-events':
    case 'resume':
      return { ...job, watchers: 10 };
    default:
      return job satisfies never;
  }
}

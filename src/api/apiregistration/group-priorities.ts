import { readFileSync } from 'node:fs';

/** Of the group among groups, and of the version in it: the higher, the sooner it is listed. */
export type GroupPriority = readonly [group: number, version: number];

interface PriorityTable {
  /** By the names of their API services: `v1.apps`, and `v1.` of core. */
  readonly priorities: Readonly<Record<string, GroupPriority>>;
}

/** How Kubernetes ranks the versions of its own groups. The table is read anew by each call: a server needs it once. */
export const groupPriorities = (): ReadonlyMap<string, GroupPriority> => {
  const text = readFileSync(new URL('./group-priorities.generated.json', import.meta.url), 'utf8');
  return new Map(Object.entries((JSON.parse(text) as PriorityTable).priorities));
};

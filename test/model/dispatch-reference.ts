import type { OpenOptions } from '../support/dispatch.ts';
import type { Change } from './guarantees.ts';

/** What an object may look like to a selector: the value of its `app` label. */
export type App = 'web' | 'db';

/** One change to one object, as the obvious model of the cache has it. */
export interface ModelEvent {
  readonly revision: number;
  /** `<namespace>/<name>`. */
  readonly path: string;
  readonly now: App | undefined;
  readonly before: App | undefined;
}

/** Everything that happened, in order, and what there is now: no index, no cohort, no ring. */
export class ReferenceModel {
  readonly events: ModelEvent[] = [];
  readonly objects = new Map<string, { readonly app: App; readonly revision: number }>();

  write(path: string, now: App | undefined, revision: number): void {
    const before = this.objects.get(path)?.app;
    if (now === undefined) this.objects.delete(path);
    else this.objects.set(path, { app: now, revision });
    if (now !== undefined || before !== undefined) this.events.push({ revision, path, now, before });
  }
}

export type Wish = Pick<OpenOptions, 'namespace' | 'name' | 'labels'>;

function matches({ namespace, name, labels = '' }: Wish, path: string, app: App | undefined): boolean {
  if (app === undefined) return false;
  const [itsNamespace, itsName] = path.split('/');
  if (namespace !== undefined && namespace !== itsNamespace) return false;
  if (name !== undefined && name !== itsName) return false;
  return labels === '' || labels === `app=${app}` || (labels === 'app!=web' && app !== 'web');
}

/** The state that a watch for `wish` begins with, as RecordingSink.told says it. */
export const stateFor = (model: ReferenceModel, wish: Wish): string[] =>
  [...model.objects]
    .filter(([path, { app }]) => matches(wish, path, app))
    .map(([path, { revision }]) => `ADDED ${path}@${revision}`)
    .sort();

/** A change and the resourceVersion that it shows. */
export type Owed = Change & { readonly shown: number };

/** Something was put before the n-th event in its revision. */
const isBehindPut = (events: readonly ModelEvent[], n: number): boolean =>
  events.slice(0, n).some(({ revision, now }) => revision === events[n]?.revision && now !== undefined);

/** Of several changes in `revision` one that is not the last is a put: who was shown it may have seen that one only. */
export const isSplit = (events: readonly ModelEvent[], revision: number): boolean =>
  events.some((event, n) => event.revision === revision && isBehindPut(events, n));

/** Whether a watch that begins after `after` is to hear of the n-th event. `again`: also behind a put in `after` itself. */
export const isAfter = (events: readonly ModelEvent[], n: number, after: number, again: boolean): boolean => {
  const revision = events[n]?.revision ?? 0;
  return revision > after || (again && revision === after && isBehindPut(events, n));
};

/**
 * What a watch for `wish` must be told that begins after `after`, in order. A deletion shows the revision before while more
 * of its own comes, as long as nothing of it was put.
 */
export const changesFor = (events: readonly ModelEvent[], after: number, wish: Wish, again = false): Owed[] =>
  events.flatMap((event, n) => {
    const { revision, path, now, before } = event;
    if (!isAfter(events, n, after, again)) return [];
    const is = matches(wish, path, now);
    const was = matches(wish, path, before);
    if (!is && !was) return [];
    const first = events[n + 1]?.revision === revision && now === undefined && !isBehindPut(events, n);
    const what = is ? (was ? 'MODIFIED' : 'ADDED') : 'DELETED';
    return [{ revision, shown: first ? revision - 1 : revision, key: path, what }];
  });

export const toldOf = ({ what, key, shown }: Owed): string => `${what} ${key}@${shown}`;

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

/** What a watch for `wish` must be told of these events, in order. */
export const changesFor = (events: readonly ModelEvent[], wish: Wish): Change[] =>
  events.flatMap(({ revision, path, now, before }) => {
    const is = matches(wish, path, now);
    const was = matches(wish, path, before);
    if (!is && !was) return [];
    return [{ revision, key: path, what: is ? (was ? 'MODIFIED' : 'ADDED') : 'DELETED' }];
  });

export const toldOf = ({ what, key, revision }: Change): string => `${what} ${key}@${revision}`;

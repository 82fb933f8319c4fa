import type { Change } from './guarantees.ts';

/** What the store has under one key, as far as watches select by it. */
export interface StoredFacts {
  /** `configmaps`, `pods`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly nodeName: string;
  readonly phase: string;
  /** The annotation `mark`: tells one version of an object from all others. */
  readonly mark: string;
}

/** `object` absent: the key was deleted. */
export interface StoreChange {
  readonly revision: number;
  /** `configmaps/<namespace>/<name>`. */
  readonly key: string;
  readonly object: StoredFacts | undefined;
}

/** Does a watch's path and selectors take this object? */
export type Selects = (object: StoredFacts) => boolean;

/**
 * What a watch that selects so is owed of these changes, which begin with the store: an object that comes to match is
 * ADDED, one that ceases to match is DELETED as it was. `what` is the type and the object's mark.
 */
export function expectedEvents(changes: readonly StoreChange[], selects: Selects): Change[] {
  const known = new Map<string, StoredFacts>();
  const events: Change[] = [];
  for (const { revision, key, object } of changes) {
    const before = known.get(key);
    const was = before !== undefined && selects(before);
    const is = object !== undefined && selects(object);
    if (object === undefined) known.delete(key);
    else known.set(key, object);
    if (is) events.push({ revision, key, what: `${was ? 'MODIFIED' : 'ADDED'} ${object.mark}` });
    else if (was) events.push({ revision, key, what: `DELETED ${before.mark}` });
  }
  return events;
}

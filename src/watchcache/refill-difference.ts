import type { OrderedMap } from '../base/ordered-map.ts';
import type { Revision } from '../base/revision.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { ObjectEvent } from './object-event.ts';

/**
 * What watchers must be told when a cache was found wrong: the events that lead from what it has to `stored`, which is what
 * the store has, as of a revision behind `told`.
 *
 * Unlike after a relist there is no stretch of revisions in which the difference happened: the stream told everything up to
 * `told`, and some of it, nobody knows what and since when, was not so. An object that was missed may be older than much
 * that was told. So all events stand at `told`, the last place in history that is not below anything in it, deletions
 * first. Objects keep the resourceVersion that the store knows them by: with another one they could not be written.
 *
 * An object differs if its revision does, or its bytes do. One whose create revision changed is deleted and created again.
 * A watcher that had seen the truth of some key while the cache had not is told it once more, which changes nothing: for
 * each key it has either what the cache has or what the store has, and afterwards it has what the store has. `kept` names
 * keys that are in the store but unreadable: what the cache has of them stays.
 */
export function refillDifference(
  before: OrderedMap<StoredObject>,
  told: Revision,
  stored: readonly StoredObject[],
  kept: ReadonlySet<string>,
): ObjectEvent[] {
  const deleted: ObjectEvent[] = [];
  const written: ObjectEvent[] = [];
  const after = new Map(stored.map((object) => [object.key, object]));
  before.visit(undefined, undefined, (previous, key) => {
    const current = after.get(key);
    if (current === undefined ? !kept.has(key) : current.createRevision !== previous.createRevision) {
      deleted.push({ revision: told, current: undefined, previous });
    }
  });
  for (const current of stored) {
    const known = before.get(current.key);
    const previous = known?.createRevision === current.createRevision ? known : undefined;
    if (previous?.revision === current.revision && previous.bytes.equals(current.bytes)) continue;
    written.push({ revision: told, current, previous });
  }
  written.sort((a, b) => (a.current?.revision ?? told) - (b.current?.revision ?? told));
  return [...deleted, ...written];
}

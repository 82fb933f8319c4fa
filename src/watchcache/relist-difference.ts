import type { OrderedMap } from '../base/ordered-map.ts';
import { asRevision, type Revision } from '../base/revision.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { ObjectEvent } from './object-event.ts';

/**
 * What watchers must be told after a relist: the events, in order, that lead from the objects as of `last` to `listed`.
 *
 * Of what happened in between only the outcome is known. An object that is there carries its mod revision, so ADDED and
 * MODIFIED stand at their own. When something was deleted is unknown; it happened after `last`, so DELETED stands at
 * `last + 1`, before everything else, in key order. (Never later than in truth: a client that resumes after it sees
 * nothing as deleted that it has just been told exists.) An object whose create revision changed was deleted and created
 * again: both are told. `kept` names keys that are in the list but unreadable: what the cache has of them stays.
 *
 * Undefined when the list holds a change at or below `last` that was never delivered: the stream lied, and what was before
 * is wrong.
 */
export function relistDifference(
  before: OrderedMap<StoredObject>,
  last: Revision,
  listed: readonly StoredObject[],
  kept: ReadonlySet<string>,
): ObjectEvent[] | undefined {
  const gone = asRevision(last + 1);
  const deleted: ObjectEvent[] = [];
  const written: ObjectEvent[] = [];
  const after = new Map(listed.map((object) => [object.key, object]));
  before.visit(undefined, undefined, (previous, key) => {
    const current = after.get(key);
    if (current === undefined ? !kept.has(key) : current.createRevision !== previous.createRevision) {
      deleted.push({ revision: gone, current: undefined, previous });
    }
  });
  for (const current of listed) {
    const known = before.get(current.key);
    if (known?.revision === current.revision) continue;
    if (current.revision <= last) return undefined;
    const previous = known?.createRevision === current.createRevision ? known : undefined;
    written.push({ revision: current.revision, current, previous });
  }
  written.sort((a, b) => a.revision - b.revision);
  return [...deleted, ...written];
}

import type { Revision } from '../base/revision.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { ObjectEvent } from '../watchcache/object-event.ts';
import type { EventType } from './view.ts';

/**
 * One event on its way to its cohorts. What only some of them need is made for the first and shared by the rest:
 * here the object of a DELETED event, which is the previous state carrying the revision that the event shows, so that a
 * client may resume from it.
 */
export class Change {
  readonly event: ObjectEvent;
  readonly #shown: Revision;
  #deleted: StoredObject | undefined;

  /** @param shown see `shownRevision`. */
  constructor(event: ObjectEvent, shown: Revision) {
    this.event = event;
    this.#shown = shown;
  }

  /** The object that an event of this type carries. */
  object(type: EventType): StoredObject {
    const { current, previous, revision } = this.event;
    const object = type === 'DELETED' ? (this.#deleted ??= previous?.at(this.#shown)) : current;
    if (object === undefined) throw new RangeError(`event at revision ${revision} has no object for ${type}`);
    return object;
  }
}

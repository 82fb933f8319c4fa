import type { StoredObject } from '../translate/stored-object.ts';
import type { ObjectEvent } from '../watchcache/object-event.ts';
import type { EventType } from './view.ts';

/**
 * One event on its way to its cohorts. What only some of them need is made for the first and shared by the rest:
 * here the object of a DELETED event, which is the previous state carrying the event's revision, so that a client may
 * resume from it.
 */
export class Change {
  readonly event: ObjectEvent;
  #deleted: StoredObject | undefined;

  constructor(event: ObjectEvent) {
    this.event = event;
  }

  /** The object that an event of this type carries. */
  object(type: EventType): StoredObject {
    const { current, previous, revision } = this.event;
    const object = type === 'DELETED' ? (this.#deleted ??= previous?.at(revision)) : current;
    if (object === undefined) throw new RangeError(`event at revision ${revision} has no object for ${type}`);
    return object;
  }
}

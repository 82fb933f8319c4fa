import type { IEvent } from 'etcd3';
import type { Revision } from '../../base/revision.ts';
import type { KeyEvent } from '../storage.ts';
import { keyEventOf } from './key-value.ts';

export interface RevisionGroup {
  readonly revision: Revision;
  readonly events: readonly KeyEvent[];
}

const revisionOf = (event: KeyEvent): Revision => (event.type === 'put' ? event.kv.modRevision : event.modRevision);

/**
 * Puts a watch's responses together again into whole revisions. etcd sends events in revision order and never splits a
 * revision over responses, except that it cuts a large response into fragments anywhere: the last revision of a fragment
 * is held back until the next response tells whether more of it comes. Holds at most one revision.
 */
export class RevisionGroups {
  #last: Revision;
  #held: { revision: Revision; events: KeyEvent[] } | undefined;

  /** @param after the revision that the watch begins after. */
  constructor(after: Revision) {
    this.#last = after;
  }

  /** True while the rest of a revision is to come. */
  get holding(): boolean {
    return this.#held !== undefined;
  }

  /**
   * The revisions that are complete with this response, in order.
   * @throws {RangeError} when events come again, out of order, or at a revision that a double cannot hold.
   */
  push(events: readonly IEvent[], fragment: boolean): RevisionGroup[] {
    const complete: RevisionGroup[] = [];
    for (const raw of events) {
      const event = keyEventOf(raw);
      const revision = revisionOf(event);
      if (this.#held?.revision === revision) {
        this.#held.events.push(event);
        continue;
      }
      if (this.#held !== undefined) complete.push(this.#release(this.#held));
      if (revision <= this.#last) throw new RangeError(`an event of revision ${revision} came after ${this.#last}`);
      this.#held = { revision, events: [event] };
    }
    if (!fragment && this.#held !== undefined) complete.push(this.#release(this.#held));
    return complete;
  }

  #release(group: RevisionGroup): RevisionGroup {
    this.#last = group.revision;
    this.#held = undefined;
    return group;
  }
}

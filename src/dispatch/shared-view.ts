import type { Revision } from '../base/revision.ts';
import type { Change } from './change.ts';
import { SharedBatch } from './frame-batch.ts';
import type { EventType, View } from './view.ts';

/**
 * One view and what it has just made, shared by all cohorts that use it: a frame is made once per event, however many
 * selectors want it. Holds the frames of one event, until `forget`, and the newest bookmark.
 */
export class SharedView {
  readonly view: View;
  /** How many cohorts use it. Its owner's to count. */
  cohorts = 0;
  #change: Change | undefined;
  #frames: Record<EventType, SharedBatch | undefined> = { ADDED: undefined, MODIFIED: undefined, DELETED: undefined };
  #bookmark: SharedBatch | undefined;
  #bookmarkRevision: Revision | undefined;

  constructor(view: View) {
    this.view = view;
  }

  /** The event as a batch of one frame. */
  frame(change: Change, type: EventType): SharedBatch {
    if (this.#change !== change) {
      this.forget();
      this.#change = change;
    }
    return (this.#frames[type] ??= SharedBatch.of(this.view.event(type, change.object(type), false)));
  }

  /** Drops the frames of the event it was last asked for. */
  forget(): void {
    if (this.#change === undefined) return;
    this.#change = undefined;
    this.#frames = { ADDED: undefined, MODIFIED: undefined, DELETED: undefined };
  }

  /** The ordinary bookmark, as a batch of one frame. */
  bookmark(revision: Revision): SharedBatch {
    if (this.#bookmark === undefined || this.#bookmarkRevision !== revision) {
      this.#bookmark = SharedBatch.of(this.view.bookmark(revision, false, false));
      this.#bookmarkRevision = revision;
    }
    return this.#bookmark;
  }
}

import type { Status } from '../machinery/api-error.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { ObjectEvent } from '../watchcache/object-event.ts';
import type { Change } from './change.ts';
import { SharedBatch } from './frame-batch.ts';
import type { FrameSink } from './frame-sink.ts';
import type { DispatchMetrics } from './metrics.ts';
import type { Selection } from './scope.ts';
import type { SharedView } from './shared-view.ts';
import type { EventType } from './view.ts';

/** What a cohort knows of a watcher that is live in it. */
export interface Member {
  /** Its place among the live ones, -1 when it is not one. The cohort's to write. */
  slot: number;
  /** Nothing was sent yet, and the view's first frame differs. The cohort clears it with the first batch. */
  fresh: boolean;
  readonly sink: FrameSink;
  /** The sink wants no more. The member is no longer live, and was given every event below index `cursor`. */
  fellBehind(cursor: number): void;
  /** Its sink threw. The member is over; does not throw. */
  broke(error: unknown): void;
  /** What it is owed cannot be made. An ERROR event is its last; does not throw. */
  fail(status: Status): void;
}

/** What a batch's first frame was made from. */
interface First {
  readonly change: Change;
  readonly type: EventType;
}

/**
 * Watchers that are owed identical bytes: same scope, selectors and view. Selection happens once per event, whatever the
 * cohort's size, and what a turn of the event loop brings is one batch that all live members share.
 *
 * Only live members are in its list; those that lag read on from history by themselves (see Watcher) and come back with
 * `add`. Events are offered in order, every one that the index says it may want, as long as anybody is live.
 *
 * Writing to a sink may come back at any method here: while a batch is being given out, who leaves leaves a hole, who joins
 * stands behind those it is given to, and no other batch is begun, so that all see the same order.
 */
export class Cohort {
  /** Unique among the cohorts of one dispatcher, for ever. */
  readonly id: number;
  readonly key: string;
  readonly selection: Selection;
  readonly view: SharedView;
  /** True when an object must be looked into, so that finding out whether it is wanted may cost a parse. */
  readonly selective: boolean;
  /** Watchers that belong to it, live or not. Its owner's to count. */
  watchers = 0;
  readonly metrics: DispatchMetrics;
  #live: (Member | undefined)[] = [];
  #liveCount = 0;
  #holes = 0;
  #giving = false;
  /** What live members are owed next: the first frame, and the list of the others only if there are any. */
  #pending: SharedBatch | undefined;
  #pendingMore: SharedBatch[] | undefined;
  #pendingFrames = 0;
  #pendingBytes = 0;
  /** What the first pending frame was made from: a fresh member needs it made anew. Kept only for views that differ. */
  #pendingFirst: First | undefined;
  /** Why what comes after the pending frames cannot be made: whoever is live is owed it, and ends with it. */
  #spoiled: Status | undefined;
  /** Live members were given every event below this index; what they are owed from it on is pending. */
  #givenTo = 0;

  constructor(id: number, key: string, selection: Selection, view: SharedView, metrics: DispatchMetrics) {
    this.id = id;
    this.key = key;
    this.selection = selection;
    this.view = view;
    this.selective = !selection.labels.everything || !selection.fields.everything;
    this.metrics = metrics;
  }

  get live(): number {
    return this.#liveCount;
  }

  get pendingFrames(): number {
    return this.#pendingFrames;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /**
   * What the event is to this cohort, if anything: an object that begins to match is ADDED, one that no longer does is
   * DELETED. Scope is looked at first, so that an object outside it is never parsed.
   */
  select({ current, previous }: ObjectEvent): EventType | undefined {
    const object = current ?? previous;
    if (object === undefined || !this.covers(object)) return undefined;
    if (!this.selective) return current === undefined ? 'DELETED' : previous === undefined ? 'ADDED' : 'MODIFIED';
    const now = current !== undefined && this.#matches(current);
    const before = previous !== undefined && this.#matches(previous);
    return now ? (before ? 'MODIFIED' : 'ADDED') : before ? 'DELETED' : undefined;
  }

  /** Whether the object belongs to the state that a watch of this cohort starts with. */
  wants(object: StoredObject): boolean {
    return this.covers(object) && (!this.selective || this.#matches(object));
  }

  covers({ namespace, name }: StoredObject): boolean {
    const { scope } = this.selection;
    return (
      (scope.name === undefined || scope.name === name) &&
      (scope.namespace === undefined || scope.namespace === namespace)
    );
  }

  #matches(object: StoredObject): boolean {
    const { labels, fields } = this.selection;
    return (labels.everything || labels.matches(object.labels)) && (fields.everything || fields.matches(object.fields));
  }

  /**
   * Takes the event if it is wanted. Calls no sink. True when there is something to flush that was not before.
   * Throws, and has taken nothing, when the event cannot be looked into or made into a frame: then it must be spoiled.
   */
  offer(change: Change): boolean {
    if (this.#liveCount === 0 || this.#spoiled !== undefined) return false;
    const type = this.select(change.event);
    if (type === undefined) return false;
    const frame = this.view.frame(change, type);
    this.#pendingBytes += frame.byteLength;
    if (this.#pendingFrames++ > 0) {
      (this.#pendingMore ??= []).push(frame);
      return false;
    }
    this.#pending = frame;
    if (this.view.view.firstDiffers) this.#pendingFirst = { change, type };
    return true;
  }

  /** Live members end once they have been given what is pending: the event offered next cannot be made. As `offer`. */
  spoil(status: Status): boolean {
    if (this.#liveCount === 0 || this.#spoiled !== undefined) return false;
    this.#spoiled = status;
    return this.#pendingFrames === 0;
  }

  /** Gives what is pending to every live member, in one write each. `offered`: every event below this index was offered. */
  flush(offered: number): void {
    const pending = this.#pending;
    const spoiled = this.#spoiled;
    if ((pending === undefined && spoiled === undefined) || this.#giving) return;
    const more = this.#pendingMore;
    const first = this.#pendingFirst;
    // Also those who leave the live ones meanwhile would else pass over what cannot be made.
    const ending = spoiled === undefined ? undefined : [...this.#live];
    this.#dropPending();
    this.#givenTo = offered;
    this.#giving = true;
    if (pending !== undefined) this.#giveAll(more === undefined ? pending : joined(pending, more), first, offered);
    if (spoiled !== undefined) for (const member of ending ?? []) member?.fail(spoiled);
    this.#giving = false;
    this.#closeHoles();
  }

  #giveAll(batch: SharedBatch, first: First | undefined, offered: number): void {
    const live = this.#live;
    const count = live.length;
    let firstBatch: SharedBatch | undefined;
    this.metrics.delivered(batch, this.#liveCount);
    let slot = 0;
    while (slot < count) {
      try {
        for (; slot < count; slot++) {
          const member = live[slot];
          if (member === undefined) continue;
          let owed = batch;
          if (member.fresh) {
            member.fresh = false;
            if (first !== undefined) owed = firstBatch ??= this.#opening(batch, first.change, first.type);
          }
          if (!member.sink.write(owed) && live[slot] === member) {
            this.remove(member);
            member.fellBehind(offered);
          }
        }
      } catch (error) {
        live[slot++]?.broke(error);
      }
    }
  }

  /** The batch as those see it who were sent nothing yet. */
  #opening(batch: SharedBatch, change: Change, type: EventType): SharedBatch {
    const first = this.view.view.event(type, change.object(type), true);
    return SharedBatch.ofAll([first, ...batch.frames.slice(1)]);
  }

  /** Gives one live member a batch of its own. What is pending must have been flushed. */
  give(member: Member, batch: SharedBatch, offered: number): void {
    member.fresh = false;
    this.metrics.delivered(batch, 1);
    try {
      if (member.sink.write(batch) || member.slot < 0) return;
    } catch (error) {
      member.broke(error);
      return;
    }
    this.remove(member);
    member.fellBehind(offered);
  }

  /**
   * Whether a watcher that was given everything below `cursor` is owed exactly what is pending: then it may be added.
   * Not only with all that was `offered`: events since the last batch that are not pending were not wanted.
   */
  admits(cursor: number, offered: number): boolean {
    if (cursor > offered || this.#spoiled !== undefined) return false;
    if (this.#liveCount === 0) return cursor === offered;
    return cursor === this.#givenTo || (cursor > this.#givenTo && this.#pendingFrames === 0);
  }

  /** Makes a watcher live for which `admits` is true. */
  add(member: Member, cursor: number): void {
    if (this.#liveCount === 0) this.#givenTo = cursor;
    // Most cohorts have one member for all their life; a push would make room for sixteen.
    if (this.#live.length === 0) this.#live = [member];
    else this.#live.push(member);
    member.slot = this.#live.length - 1;
    this.#liveCount++;
  }

  /** The member is live no more. Nothing happens when it was not. */
  remove(member: Member): void {
    const { slot } = member;
    if (slot < 0) return;
    member.slot = -1;
    if (--this.#liveCount === 0) this.#dropPending();
    if (this.#giving) {
      this.#live[slot] = undefined;
      this.#holes++;
      return;
    }
    const last = this.#live.pop();
    if (last !== undefined && last !== member) {
      this.#live[slot] = last;
      last.slot = slot;
    }
  }

  #dropPending(): void {
    this.#pending = undefined;
    this.#pendingMore = undefined;
    this.#pendingFrames = 0;
    this.#pendingBytes = 0;
    this.#pendingFirst = undefined;
    this.#spoiled = undefined;
  }

  #closeHoles(): void {
    if (this.#holes === 0) return;
    this.#holes = 0;
    const live = this.#live;
    let to = 0;
    for (let from = 0; from < live.length; from++) {
      const member = live[from];
      if (member === undefined) continue;
      live[to] = member;
      member.slot = to++;
    }
    live.length = to;
  }
}

function joined(first: SharedBatch, more: readonly SharedBatch[]): SharedBatch {
  const frames = [...first.frames];
  for (const { frames: one } of more) for (const frame of one) frames.push(frame);
  return SharedBatch.ofAll(frames);
}

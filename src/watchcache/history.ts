import { asRevision, noRevision, type Revision } from '../base/revision.ts';
import type { HistoryReader, ResumePoint } from './cache-reader.ts';
import { type BudgetMember, HistoryBudget } from './history-budget.ts';
import type { ObjectEvent } from './object-event.ts';

export interface HistoryOptions {
  /** The least number of slots, and the first; at least 1. */
  readonly minEvents: number;
  /** The most that the ring grows to; at least `minEvents`. */
  readonly maxEvents: number;
  /** Events younger than this are worth growing for. */
  readonly windowMs: number;
}

/** Bookmarks come every 60 s: the last one of a client that comes back must still be in history. */
const bookmarkIntervalMs = 60_000;

/** As kube-apiserver. */
export const defaultHistoryOptions: HistoryOptions = {
  minEvents: 100,
  maxEvents: 100 * 1024,
  windowMs: bookmarkIntervalMs + 15_000,
};

/** What 75 s of 1,700 updates of 1 KiB per second take, over all kinds. */
export const defaultHistoryBytes = 128 * 1024 * 1024;

/** Who wants to know of changes that do not come with a `push` to this history. None of these may throw. */
export interface HistoryObserver {
  /** The ring has room for so many events now. */
  resized(capacity: number): void;
  /** An event younger than the window had to go: of what is promised something is missing. */
  evictedEarly(): void;
  /** It made room for the history of others. */
  gaveUp(): void;
}

const nobody: HistoryObserver = { resized() {}, evictedEarly() {}, gaveUp() {} };

/**
 * A stretch of revisions (after, until) whose changes are known only in sum, from a relist: the ring holds their
 * difference from `startIndex` to `endIndex`, but nobody can say what a reader who was somewhere inside had seen.
 */
interface Gap {
  readonly after: Revision;
  readonly until: Revision;
  readonly endIndex: number;
}

/** Relists in a row without anything between them are rare; a resource nobody writes to must not collect them for ever. */
const maxGaps = 32;

/**
 * The recent events of one resource, in a ring addressed by an index that only grows (slot = index mod capacity).
 *
 * The capacity doubles while the oldest event of a full ring is younger than the window, and halves when even the newest
 * quarter is older: so the ring holds at least the window's events, until `maxEvents` or what its budget has left over, and
 * at least `minEvents` while it is not asked for theirs. Nothing is evicted for its age alone: a quiet resource keeps its
 * history however far the store moves on. `push` is O(1) amortised, `indexAfter` O(log n).
 */
export class History implements HistoryReader, BudgetMember {
  readonly #options: HistoryOptions;
  readonly #observer: HistoryObserver;
  #budget: HistoryBudget;
  #events: (ObjectEvent | undefined)[];
  #times: number[];
  #capacity: number;
  #start = 0;
  #end = 0;
  #bytes = 0;
  #floor: Revision = noRevision;
  #gaps: Gap[] = [];
  /**
   * Revisions in which something came behind a put, in order, and the index of their first put. Of Kubernetes' own writes none
   * has any.
   */
  readonly #split = new Map<Revision, number>();

  /** @param budget shared with other histories; left out: one of its own. */
  constructor(
    options: HistoryOptions,
    budget = new HistoryBudget({ maxBytes: defaultHistoryBytes, windowMs: options.windowMs }),
    observer = nobody,
  ) {
    const minEvents = Math.max(1, options.minEvents);
    this.#options = { ...options, minEvents, maxEvents: Math.max(minEvents, options.maxEvents) };
    this.#budget = budget;
    this.#observer = observer;
    this.#capacity = minEvents;
    this.#events = Array.from<ObjectEvent | undefined>({ length: this.#capacity });
    this.#times = Array.from({ length: this.#capacity }, () => 0);
    budget.join(this);
  }

  get startIndex(): number {
    return this.#start;
  }

  get endIndex(): number {
    return this.#end;
  }

  get floor(): Revision {
    return this.#floor;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** What the events' objects take. */
  get bytes(): number {
    return this.#bytes;
  }

  get oldestAt(): number {
    return this.#end - this.#start > 1 ? this.#timeOf(this.#start) : Infinity;
  }

  /** The revision of the newest event, or the floor when there is none. */
  get newest(): Revision {
    return this.#end === this.#start ? this.#floor : this.at(this.#end - 1).revision;
  }

  at(index: number): ObjectEvent {
    const event = index >= this.#start && index < this.#end ? this.#events[index % this.#capacity] : undefined;
    if (event === undefined) throw new RangeError(`index ${index} is not in [${this.#start}, ${this.#end})`);
    return event;
  }

  indexAfter(after: Revision): number | undefined {
    if (after < this.#floor) return undefined;
    for (const gap of this.#gaps) if (after > gap.after && after < gap.until) return undefined;
    let low = this.#start;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle).revision > after) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  resumeAfter(after: Revision): ResumePoint | undefined {
    const index = this.indexAfter(after);
    if (index === undefined) return undefined;
    const firstPut = this.#split.get(after);
    if (firstPut === undefined) return { index, after };
    return firstPut + 1 < this.#start ? undefined : { index: firstPut + 1, after: asRevision(after - 1) };
  }

  splitAt(revision: Revision): number | undefined {
    return this.#split.get(revision);
  }

  /** Forgets everything: history now begins after `floor`. Indexes go on, so that no cursor into the past stays valid. */
  reset(floor: Revision): void {
    this.#events.fill(undefined);
    this.#start = this.#end;
    this.#budget.free(this.#bytes);
    this.#bytes = 0;
    this.#gaps = [];
    this.#split.clear();
    this.#floor = floor;
  }

  /**
   * Adds the newest event. `now` is in milliseconds on any steady clock.
   * @throws {RangeError} when its revision is below the newest one's: readers would miss it.
   */
  push(event: ObjectEvent, now: number): void {
    const { newest } = this;
    if (event.revision < newest) throw new RangeError(`event ${event.revision} after ${newest}`);
    if (event.revision === newest) this.#noteSplit(newest);
    this.#resize(now);
    if (this.#end - this.#start === this.#capacity) this.#evictAt(now);
    const slot = this.#end % this.#capacity;
    this.#events[slot] = event;
    this.#times[slot] = now;
    this.#end++;
    const bytes = bytesOf(event);
    this.#bytes += bytes;
    this.#budget.spend(bytes, now);
  }

  /** Nobody may resume from below `revision`, though events from before are still read by those who are on their way. */
  refuseBelow(revision: Revision): void {
    this.#raiseFloor(revision);
  }

  /** For the budget: makes room for the events of others. */
  giveUp(now: number): void {
    this.#evictAt(now);
    // A ring that was large once gives its slots back too.
    const kept = this.#end - this.#start;
    if (kept * 4 <= this.#capacity) this.#move(Math.max(Math.floor(this.#capacity / 2), this.#options.minEvents));
    this.#observer.gaveUp();
  }

  /** Nothing is pushed any more: what it takes is no longer the shared budget's. It can still be read. */
  release(): void {
    this.#budget.leave(this);
    this.#budget = new HistoryBudget({ maxBytes: Infinity, windowMs: this.#options.windowMs });
    this.#budget.join(this);
  }

  /**
   * Declares that the events pushed since `startIndex` are the sum of what happened in (after, until]: a reader who has
   * seen up to a revision strictly inside cannot resume. Call it after pushing them; O(1).
   */
  addGap(after: Revision, until: Revision): void {
    if (until <= after + 1) return;
    this.#gaps.push({ after, until, endIndex: this.#end });
    const oldest = this.#gaps[0];
    if (this.#gaps.length > maxGaps && oldest !== undefined) {
      while (this.#start < oldest.endIndex) this.#evict();
      this.#raiseFloor(oldest.until);
    } else {
      // The difference itself may have been too long for the ring.
      this.#raiseFloor(this.#floor);
    }
  }

  /** Another event of the newest revision is about to be added. */
  #noteSplit(revision: Revision): void {
    if (this.#end === this.#start || this.at(this.#end - 1).current === undefined || this.#split.has(revision)) return;
    for (const forgotten of this.#split.keys()) {
      if (forgotten >= this.#floor) break;
      this.#split.delete(forgotten);
    }
    this.#split.set(revision, this.#end - 1);
  }

  #resize(now: number): void {
    if (this.#end - this.#start < this.#capacity) return;
    const { windowMs, minEvents, maxEvents } = this.#options;
    const age = (index: number): number => now - this.#timeOf(index);
    if (age(this.#start) < windowMs) this.#move(Math.min(this.#capacity * 2, maxEvents));
    else if (age(this.#end - Math.ceil(this.#capacity / 4)) > windowMs) {
      this.#move(Math.max(Math.floor(this.#capacity / 2), minEvents));
    }
  }

  #move(capacity: number): void {
    if (capacity === this.#capacity) return;
    while (this.#end - this.#start > capacity) this.#evict();
    const events = Array.from<ObjectEvent | undefined>({ length: capacity });
    const times = Array.from({ length: capacity }, () => 0);
    for (let index = this.#start; index < this.#end; index++) {
      events[index % capacity] = this.#events[index % this.#capacity];
      times[index % capacity] = this.#times[index % this.#capacity] ?? 0;
    }
    this.#events = events;
    this.#times = times;
    this.#capacity = capacity;
    this.#observer.resized(capacity);
  }

  #timeOf(index: number): number {
    return this.#times[index % this.#capacity] ?? 0;
  }

  /** Evicts the oldest for want of room. */
  #evictAt(now: number): void {
    if (now - this.#timeOf(this.#start) < this.#options.windowMs) this.#observer.evictedEarly();
    this.#evict();
  }

  #evict(): void {
    const event = this.at(this.#start);
    this.#events[this.#start % this.#capacity] = undefined;
    this.#start++;
    const bytes = bytesOf(event);
    this.#bytes -= bytes;
    this.#budget.free(bytes);
    this.#raiseFloor(event.revision);
  }

  /**
   * History reaches back to `floor`, or to the end of the gap that it falls into. Never down: the rest of a difference may
   * be evicted after its gap has been left behind.
   */
  #raiseFloor(floor: Revision): void {
    let raised = floor > this.#floor ? floor : this.#floor;
    for (const gap of this.#gaps) if (raised > gap.after && raised < gap.until) raised = gap.until;
    this.#floor = raised;
    while (this.#gaps[0] !== undefined && this.#gaps[0].until <= raised) this.#gaps.shift();
  }
}

/** What keeping the event keeps alive that the store may not: one object, the new one if there is one. */
const bytesOf = ({ current, previous }: ObjectEvent): number => (current ?? previous)?.bytes.length ?? 0;

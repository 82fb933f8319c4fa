import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { OrderedMap } from '../base/ordered-map.ts';
import { afterSignal, type Readiness } from '../base/readiness.ts';
import { noRevision, type Revision } from '../base/revision.ts';
import type { ObjectChange } from '../translate/object-change.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { CacheReader } from './cache-reader.ts';
import { defaultHistoryOptions, History, type HistoryOptions } from './history.ts';
import type { HistoryBudget } from './history-budget.ts';
import type { CacheMetrics } from './metrics.ts';
import type { ObjectEvent } from './object-event.ts';
import { defaultPastStatesOptions, PastStates, type PastStatesOptions } from './past-states.ts';
import { refillDifference } from './refill-difference.ts';
import { relistDifference } from './relist-difference.ts';
import type { Snapshot } from './snapshot.ts';
import { TreeSnapshot } from './tree-snapshot.ts';
import { type UnreadableNow, UnreadableValues } from './unreadable-values.ts';

export interface WatchCacheOptions {
  /** How far the stream that feeds this cache has come; shared by all caches on it. */
  readonly position: { readonly revision: Revision };
  readonly clock: Clock;
  /** With the resource's name on it. */
  readonly logger: Logger;
  readonly metrics: CacheMetrics;
  readonly history?: Partial<HistoryOptions>;
  /** Shared by all caches of the process; left out: one of its own. */
  readonly historyBudget?: HistoryBudget;
  readonly pastStates?: Partial<PastStatesOptions>;
}

type CorruptChange = Extract<ObjectChange, { type: 'corrupt' }>;

export interface ReplaceOptions {
  /** The values in the list that cannot be read: what the cache has under their keys stays. */
  readonly corrupt?: readonly CorruptChange[];
  /** The list is of the past: readers must wait until the position has come here. */
  readonly servesFrom?: Revision;
  /** `more`: others of the same revision follow. Must not throw. */
  readonly taken?: (event: ObjectEvent, more: boolean) => void;
}

const ignore = (): void => {};

/** A store full of another encoding must not fill the log: beyond these, the metric counts. */
const maxCorruptLogged = 100;

/**
 * The objects of one resource and their recent history, in memory.
 *
 * It is filled once by `replace` and then fed by `apply`, in the order of the store, by one stream. Whoever feeds it moves
 * the shared position on *after* the events of a revision have been applied everywhere; what the position has passed is
 * taken for a repetition and dropped. A later `replace` is a relist: it becomes ordinary events, so that nobody who
 * watches need be ended. Everything is synchronous.
 *
 * Costs: `apply` O(log n) and one slot of history; `get` O(log n); `snapshot` O(1), after which the next writes copy the
 * nodes they touch; `snapshotAt` O(events since), at most 4,096 of them.
 */
export class WatchCache implements CacheReader {
  readonly history: History;
  readonly #options: WatchCacheOptions;
  readonly #past: PastStates;
  readonly #objects = new OrderedMap<StoredObject>();
  /** A clone of `#objects`, until the next change. */
  #frozen: OrderedMap<StoredObject> | undefined;
  #readiness: Readiness = 'pending';
  #listRevision: Revision = noRevision;
  #servesFrom: Revision = noRevision;
  #compactRevision: Revision = noRevision;
  #consistent = true;
  readonly #unreadable = new UnreadableValues();

  constructor(options: WatchCacheOptions) {
    this.#options = options;
    const historyOptions = { ...defaultHistoryOptions, ...options.history };
    const { capacity, capacityIncreases, capacityDecreases, historyBytes, historyEarlyEvictions } = options.metrics;
    let before = historyOptions.minEvents;
    capacity.set(before);
    this.history = new History(historyOptions, options.historyBudget, {
      resized(now) {
        (now > before ? capacityIncreases : capacityDecreases).add();
        capacity.set(now);
        before = now;
      },
      evictedEarly: () => historyEarlyEvictions.add(),
      gaveUp: () => {
        historyBytes.set(this.history.bytes);
        this.#past.trim();
      },
    });
    this.#past = new PastStates(this.history, { ...defaultPastStatesOptions, ...options.pastStates });
  }

  /** For readers: `pending` also while the cache still comes to what was the present when it was filled. */
  get readiness(): Readiness {
    return this.filled && this.revision < this.#servesFrom ? 'pending' : this.#readiness;
  }

  /** It has a list, and takes changes. */
  get filled(): boolean {
    return this.#readiness === 'ready';
  }

  get revision(): Revision {
    return this.#options.position.revision;
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  vouchesFor(key: string): boolean {
    return this.#consistent && !this.#unreadable.has(key);
  }

  unreadable(start: string, end: string): readonly UnreadableNow[] {
    return this.#unreadable.within(start, end);
  }

  snapshot(): Snapshot {
    return new TreeSnapshot(this.revision, this.#freeze());
  }

  snapshotAt(revision: Revision): Snapshot | undefined {
    if (this.#readiness !== 'ready' || !this.#consistent) return undefined;
    if (revision > this.revision || revision < this.#compactRevision || this.#unreadable.at(revision)) return undefined;
    const index = this.history.indexAfter(revision);
    return index === undefined ? undefined : new TreeSnapshot(revision, this.#past.at(index, this.#freeze()));
  }

  /** Keys whose value in the store cannot be read; the cache has their last good object, or none. */
  get corruptKeys(): ReadonlySet<string> {
    return this.#unreadable.keys;
  }

  /**
   * Takes one change. The event to dispatch, already in history; `undefined` when nothing changed for anybody: a
   * repetition, the deletion of what was never there, a value that cannot be read, or a cache that is not filled yet.
   */
  apply(change: ObjectChange): ObjectEvent | undefined {
    if (this.#readiness !== 'ready' || !this.#isNews(change)) return undefined;
    this.#options.metrics.eventsReceived.add();
    if (change.type === 'corrupt') {
      this.#noteCorrupt(change);
      return undefined;
    }
    this.#unreadable.clear(change.key, change.revision);
    const previous = this.#objects.get(change.key);
    if (change.type === 'delete') {
      return previous === undefined
        ? undefined
        : this.#record({ revision: change.revision, current: undefined, previous });
    }
    return this.#record({ revision: change.revision, current: change.object, previous });
  }

  /**
   * Makes the cache equal to a list: `listed` are all objects of the resource in key order as of `revision`. The events to
   * dispatch, in order; `taken` is told each of them right after history has it and before the next one.
   *
   * The first time there are none: history begins after `revision`. Later the list ends a gap in the stream, from the
   * position L to `revision` R, and its difference to what was there becomes history, so that
   * - who is live, and who resumes after L or earlier, goes on through the whole difference and misses nothing;
   * - who resumes after R or later goes on behind it;
   * - who resumes strictly between (a client of another replica, or one that saw half of the difference) is refused with
   *   410. Objects may have come and gone in the gap without a trace here, and what such a client saw of them is not known:
   *   even behind the last event of the difference a deletion may be missing. For the same reason there is no exact
   *   snapshot inside the gap. Cut off between its deletions, which come first, a client has been shown L: see `shownRevision`.
   *
   * A list that contradicts what the stream delivered shows that the cache is wrong: then it is set right as by `refill`.
   *
   * @throws {RangeError} when the list is older than the position. Then the store went back in time, and only starting
   * anew helps.
   */
  replace(
    listed: readonly StoredObject[],
    revision: Revision,
    { corrupt = [], servesFrom = revision, taken = ignore }: ReplaceOptions = {},
  ): readonly ObjectEvent[] {
    const events = this.filled ? this.#relist(listed, revision, corrupt, taken) : this.#fill(listed, revision);
    this.#listRevision = revision;
    this.#servesFrom = servesFrom;
    this.#noteUnreadable(corrupt, revision);
    this.#readiness = afterSignal(this.#readiness, 'synced');
    this.#options.metrics.initializations.add();
    return events;
  }

  /**
   * Makes a cache that was found wrong equal to the store, while the stream goes on: `stored` are all objects of the resource
   * in key order as of `revision`, which the position is about to reach and of which nothing was told yet. To be called in the
   * same turn in which the position moves there. The events to dispatch, in order; `taken` as with `replace`.
   *
   * The difference becomes history at the position, so that who is live, or reads on behind, is set right by it. What history
   * says of the time before may be wrong and nobody knows since when: whoever resumes from below `revision` is refused with
   * 410, those included who have seen the position or half of the difference. Who lists anew is told `revision` at least, and
   * goes on from there. That is why `revision` must be a new one: at the position itself those who are right and those who
   * are wrong could not be told apart.
   *
   * @throws {RangeError} when `revision` has been told already.
   */
  refill(
    stored: readonly StoredObject[],
    revision: Revision,
    { corrupt = [], taken = ignore }: Omit<ReplaceOptions, 'servesFrom'> = {},
  ): readonly ObjectEvent[] {
    const told = this.#told();
    if (revision <= told) throw new RangeError(`a refill at ${revision}, when ${told} has been told`);
    const events = this.#setRight(stored, told, revision, corrupt, taken);
    this.#noteUnreadable(corrupt, revision);
    this.#options.metrics.initializations.add();
    return events;
  }

  /** The store forgot what was before `revision`: so exact snapshots do, as a client may learn of it from either. */
  compacted(revision: Revision): void {
    if (revision <= this.#compactRevision) return;
    this.#compactRevision = revision;
    const index = this.history.indexAfter(revision);
    if (index !== undefined) this.#past.dropBefore(index);
  }

  /**
   * False: the cache differs from the store, and exact reads must go there, until it is filled anew. True: it passed a check
   * again.
   */
  markConsistent(consistent: boolean): void {
    this.#consistent = consistent;
    if (!consistent) this.#past.dropBefore(Number.POSITIVE_INFINITY);
  }

  /** Terminal: nothing is applied any more. What was read stays valid. */
  stop(): void {
    this.#readiness = afterSignal(this.#readiness, 'stop');
    this.history.release();
  }

  #isNews({ key, revision }: ObjectChange): boolean {
    if (revision <= this.revision || revision <= this.#listRevision || revision < this.history.newest) return false;
    const known = this.#objects.get(key);
    return known === undefined || revision > known.revision;
  }

  #fill(listed: readonly StoredObject[], revision: Revision): readonly ObjectEvent[] {
    if (this.#readiness === 'stopped') return [];
    this.#frozen = undefined;
    for (const object of listed) this.#objects.set(object.key, object);
    this.history.reset(revision);
    this.#options.metrics.resourceVersion.set(shownRevision(revision));
    return [];
  }

  #relist(
    listed: readonly StoredObject[],
    revision: Revision,
    corrupt: readonly CorruptChange[],
    taken: (event: ObjectEvent, more: boolean) => void,
  ): readonly ObjectEvent[] {
    const last = this.#told();
    if (revision < last) throw new RangeError(`the list at ${revision} is older than the watch, which was at ${last}`);
    const kept = new Set(corrupt.map(({ key }) => key));
    const events = this.#consistent ? relistDifference(this.#objects, last, listed, kept) : undefined;
    if (events === undefined) {
      // Known to be wrong, or found so by this list. Without a new revision it stays marked, until it is filled anew.
      if (this.#consistent) {
        this.#options.logger.error('the cache differs from the store: it never heard of what is listed', {
          at: revision,
        });
        this.markConsistent(false);
      }
      return revision === last ? [] : this.#setRight(listed, last, revision, corrupt, taken);
    }
    for (const [i, event] of events.entries()) taken(this.#record(event), events[i + 1]?.revision === event.revision);
    this.history.addGap(last, revision);
    return events;
  }

  /** See `refill`. */
  #setRight(
    stored: readonly StoredObject[],
    told: Revision,
    revision: Revision,
    corrupt: readonly CorruptChange[],
    taken: (event: ObjectEvent, more: boolean) => void,
  ): readonly ObjectEvent[] {
    const kept = new Set(corrupt.map(({ key }) => key));
    const events = refillDifference(this.#objects, told, stored, kept);
    for (const [i, event] of events.entries()) taken(this.#record(event), i + 1 < events.length);
    this.history.refuseBelow(revision);
    this.markConsistent(true);
    return events;
  }

  /** Up to here anybody may have been told something. */
  #told(): Revision {
    return Math.max(this.revision, this.#listRevision, this.history.newest) as Revision;
  }

  #record(event: ObjectEvent): ObjectEvent {
    const { current, previous } = event;
    this.#frozen = undefined;
    if (current !== undefined) this.#objects.set(current.key, current);
    else if (previous !== undefined) this.#objects.delete(previous.key);
    this.history.push(event, this.#options.clock.now());
    this.#past.advance(this.#objects);
    this.#options.metrics.resourceVersion.set(shownRevision(event.revision));
    this.#options.metrics.historyBytes.set(this.history.bytes);
    return event;
  }

  #freeze(): OrderedMap<StoredObject> {
    return (this.#frozen ??= this.#objects.clone());
  }

  /** All that a list as of `revision` could not read, and no more. */
  #noteUnreadable(corrupt: readonly CorruptChange[], revision: Revision): void {
    const still = new Set(corrupt.map(({ key }) => key));
    for (const key of this.#unreadable.keys) if (!still.has(key)) this.#unreadable.clear(key, revision);
    for (const change of corrupt) this.#noteCorrupt(change);
  }

  #noteCorrupt(change: CorruptChange): void {
    this.#options.metrics.decodeErrors.add();
    if (!this.#unreadable.note(change) || this.#unreadable.size > maxCorruptLogged) return;
    const { key, revision, reason } = change;
    this.#options.logger.error('stored value is unreadable: reads of it fail until it is replaced or deleted', {
      key,
      revision,
      reason,
    });
  }
}

/** As kube-apiserver shows it. */
const shownRevision = (revision: Revision): number => revision % 1e15;

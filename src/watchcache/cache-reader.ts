import type { Readiness } from '../base/readiness.ts';
import type { Revision } from '../base/revision.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { ObjectEvent } from './object-event.ts';
import type { Snapshot } from './snapshot.ts';
import type { UnreadableNow } from './unreadable-values.ts';

export interface ResumePoint {
  readonly index: number;
  /** Every event at or below it has been seen: lower than what was asked for when some of that is told again. */
  readonly after: Revision;
}

/**
 * A window on the recent events of one resource, addressed by an index that only grows (slot = index mod capacity).
 * [startIndex, endIndex) can be read now; what is below was evicted and never comes back.
 */
export interface HistoryReader {
  readonly startIndex: number;
  readonly endIndex: number;
  /** @throws {RangeError} outside [startIndex, endIndex). */
  at(index: number): ObjectEvent;
  /**
   * The index from which a watcher that has seen everything up to and including `after` must read on;
   * `undefined` when history does not reach back that far (410) or a relist left a gap there.
   * Any `after` at or above the newest event gives `endIndex`.
   */
  indexAfter(after: Revision): number | undefined;
  /**
   * Where a client that was shown `after` goes on, so that it misses nothing: as `indexAfter`, but that of a revision in which
   * an object was put and others came behind it, it may have seen no more than that put: what follows that is told again.
   * `undefined` also when some of that was evicted.
   */
  resumeAfter(after: Revision): ResumePoint | undefined;
  /**
   * The index of the first put in a revision in which others came behind it. `undefined`: there is none, or it was evicted with
   * all of its revision.
   */
  splitAt(revision: Revision): number | undefined;
  /** The oldest revision `r` for which `indexAfter(r)` is defined: what 410 reports beside the requested one. */
  readonly floor: Revision;
}

/**
 * What readers may do with the cache of one resource. All synchronous; state changes only between turns of the event
 * loop, so what is read in one synchronous stretch is one consistent moment.
 */
export interface CacheReader {
  readonly readiness: Readiness;
  /** Everything the store did up to and including this revision is in here, writes to other resources included. */
  readonly revision: Revision;
  readonly history: HistoryReader;
  get(key: string): StoredObject | undefined;
  /**
   * False: what is here under `key` may differ from the store however far the cache has come, because the stored value
   * cannot be read, or because the checker has found the cache inconsistent.
   */
  vouchesFor(key: string): boolean;
  /**
   * The keys in [start, end) whose value in the store cannot be read, in key order. What `get` and `snapshot` have of them
   * is the last object that could be read, or nothing.
   */
  unreadable(start: string, end: string): readonly UnreadableNow[];
  /** The objects now: O(1). Its revision is `revision`. */
  snapshot(): Snapshot;
  /**
   * The objects as of exactly `revision`, from a kept snapshot or by undoing history from the newest;
   * `undefined` when it is in the future, history does not reach back, some value could not be read then, or the checker
   * has found the cache inconsistent.
   */
  snapshotAt(revision: Revision): Snapshot | undefined;
}

/** Waiting for the one stream that feeds all caches. */
export interface Freshness {
  readonly revision: Revision;
  /**
   * Resolves to true once the caches have reached `revision`, to false when `timeoutMs` passed first or the stream was
   * stopped. Asks the store for progress while somebody waits. Never rejects.
   */
  reach(revision: Revision, timeoutMs: number): Promise<boolean>;
}

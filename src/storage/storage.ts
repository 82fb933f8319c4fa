import type { Revision } from '../base/revision.ts';

/** A key's value as of one revision. Immutable: nobody may write to `value`. */
export interface KeyValue {
  readonly key: string;
  readonly value: Buffer;
  /** The revision of the put that created the key (after its last deletion). */
  readonly createRevision: Revision;
  /** The revision of the put that wrote `value`. */
  readonly modRevision: Revision;
}

/** One key's change. A deletion (by a client or by an expired TTL) carries no value. */
export type KeyEvent =
  | { readonly type: 'put'; readonly kv: KeyValue }
  | { readonly type: 'delete'; readonly key: string; readonly modRevision: Revision };

/** Half-open: `start` is included, `end` is not. Keys are in the order of their UTF-8 bytes. */
export interface KeyRange {
  readonly start: string;
  readonly end: string;
}

export interface RangeOptions extends KeyRange {
  /** At most this many items; 0 or absent: all. */
  readonly limit?: number;
  /** Read as of this revision; absent: the latest, linearizably. */
  readonly revision?: Revision;
  /** False: nobody will look at `count`, for which some stores must visit every key. Default: true. */
  readonly counted?: boolean;
  /** True: every `value` of the result is empty, whatever is stored. */
  readonly keysOnly?: boolean;
}

export interface RangeResult {
  readonly items: readonly KeyValue[];
  /** True when `limit` cut the result. */
  readonly more: boolean;
  /** Keys in the whole range at that revision, whatever the limit. Means nothing with `counted: false`. */
  readonly count: number;
  /** With `revision` absent: the revision that was read, so that the next page can ask for the same. */
  readonly revision: Revision;
}

/** `modRevision` 0: the key must not exist. */
export interface Compare {
  readonly key: string;
  readonly modRevision: Revision;
}

export type Operation =
  | {
      readonly type: 'put';
      readonly key: string;
      readonly value: Buffer;
      /** Whole seconds, at least 1: the key is deleted this long after the put, no more than a few seconds late. A later put replaces it (absent: keeps for ever). */
      readonly ttlSeconds?: number;
    }
  | { readonly type: 'delete'; readonly key: string };

/** All operations take effect in one revision, if every comparison holds; else none. A key may occur in one operation only. */
export interface Transaction {
  readonly compare: readonly Compare[];
  readonly operations: readonly Operation[];
}

export type TransactionResult =
  | {
      readonly succeeded: true;
      /** The revision of this transaction (of the store, when it deleted nothing that existed and put nothing). */
      readonly revision: Revision;
    }
  | {
      readonly succeeded: false;
      /** The compared keys as they are, in the order of `compare`; `undefined` where there is none. */
      readonly current: readonly (KeyValue | undefined)[];
      readonly revision: Revision;
    };

/**
 * What a watch calls, synchronously and one at a time. None of these may throw.
 *
 * `events` and `progress` revisions together never go back; two `events` never share a revision.
 */
export interface WatchSink {
  /** Every change of one revision under the watched prefix, in key order of the transaction; never empty. */
  events(revision: Revision, events: readonly KeyEvent[]): void;
  /** Every change up to and including `revision` has been delivered. */
  progress(revision: Revision): void;
  /**
   * The watch is over; the last call, exactly once, also after `close()`.
   * Without error: `close()` was called or the store ended it in good order. `compacted`: relist. Else: resume.
   */
  end(error?: Error): void;
}

export interface StorageWatch {
  /** Asks for a `progress` at the store's present revision, soon. Does nothing where the store cannot: see {@link Storage.canProgress}. */
  requestProgress(): void;
  /**
   * Idempotent. `end` follows, if it did not come already; no event comes after. With an error: it was of no use, and the
   * next one is better opened with another member of the store, if there is one.
   */
  close(error?: Error): void;
}

/**
 * A revisioned, ordered map from keys to bytes: the little that a Kubernetes API server needs of etcd.
 *
 * - Every transaction that changes something takes the next revision; revisions are shared by all keys.
 * - Reads without a revision are linearizable: they see every transaction acknowledged before they were asked.
 * - An acknowledged transaction is durable: no crash of this process, nor kill -9 of the store, loses it.
 * - A watch is ordered, unique, atomic (a revision's events come together), reliable (none is missing) and resumable
 *   (start again after the last revision seen). What cannot be kept ends the watch.
 * - A watch is one attempt: it does not reconnect. The reflector does, and decides between resume and relist.
 *
 * Limits: one value up to 1.5 MiB (1,572,864 bytes, with its key and framing); more is `too-large`.
 * All methods reject with StorageError and nothing else. test/conformance/storage.ts is this contract, executable.
 */
export interface Storage {
  /**
   * True when `requestProgress` works. Where it does not (etcd before 3.4.31 and 3.5.13), a reader that must be fresh
   * needs a fence to be written: see reflector/.
   */
  readonly canProgress: boolean;

  /** The store's latest revision, linearizably, at the cost of the smallest read there is. */
  currentRevision(): Promise<Revision>;

  /** The latest value, linearizably. */
  get(key: string): Promise<{ readonly kv: KeyValue | undefined; readonly revision: Revision }>;

  /** @throws {StorageError} `compacted`, `future-revision` when `revision` is set. */
  range(options: RangeOptions): Promise<RangeResult>;

  /**
   * Atomic compare-and-swap. Its outcome is never guessed: when the answer is lost, the store is read until the
   * transaction is known to have happened or not. `unavailable` means that this could not be found out in time:
   * it may still happen. To make that possible, at least one put must carry a value not written before under its key
   * at the compared revision, which objects with a uid and a resourceVersion do by nature; or, without any put, a key that
   * has a value is compared and deleted. Of such a transaction success means, after a lost answer, that what was compared
   * is what was deleted, at `revision`: who deleted it, should several have tried just then, no store can tell.
   * @throws {StorageError} `too-large`, `unavailable`
   */
  transact(transaction: Transaction): Promise<TransactionResult>;

  /**
   * Every change under `prefix` with a revision above `after`. A prefix is a string, not a path: end it with `/`.
   * Returns at once; all news, failure to start included, comes through `sink`, never before this returns.
   * An `after` in the future is no error: nothing comes until it has been passed.
   */
  watch(prefix: string, after: Revision, sink: WatchSink): StorageWatch;

  /**
   * Forgets history below `revision`: afterwards ranges at older revisions and watches after revisions below
   * `revision - 1` are `compacted`. Compacting again at or below it is no error.
   * @throws {StorageError} `future-revision`
   */
  compact(revision: Revision): Promise<void>;

  /** The revision of the last compaction that this store knows of; 0 when there was none. */
  compactRevision(): Promise<Revision>;

  /** Idempotent. Ends all watches, lets running transactions finish, and releases everything. */
  close(): Promise<void>;
}

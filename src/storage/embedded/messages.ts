import type { Revision } from '../../base/revision.ts';
import type { StorageErrorCode } from '../errors.ts';
import type { Packed } from './packed.ts';

/**
 * What the main thread may ask of the worker, and what it gets. The worker answers every request once, in the order
 * they came, and that order is the store's: what an answer shows happened after all earlier answers and before all later.
 */
export interface Exchanges {
  /** Transactions as in batch.ts, committed together; `now` is the wall time, in milliseconds, that TTLs count from. */
  transact: { request: { readonly now: number; readonly batch: Packed }; reply: Committed };
  /** Deletes keys whose time is up, each at its own revision, some at a time: key and revision alternate in `batch`. */
  expire: { request: { readonly now: number }; reply: Committed };
  get: { request: { readonly key: string }; reply: { readonly revision: Revision; readonly page: Packed } };
  /** `revision` 0: the latest. `limit` is at least 1. */
  range: {
    request: {
      readonly start: string;
      readonly end: string;
      readonly limit: number;
      readonly revision: Revision;
      readonly counted: boolean;
      readonly keysOnly: boolean;
    };
    /** `page` may hold less than `limit` although there is `more`. `count` is -1 when it was not asked for. */
    reply: { readonly revision: Revision; readonly page: Packed; readonly more: boolean; readonly count: number };
  };
  /** The changes of whole revisions in `start`..`end` after `after`: all up to `reached`; the store is at `revision`. */
  history: {
    request: { readonly start: string; readonly end: string; readonly after: Revision };
    reply: { readonly reached: Revision; readonly revision: Revision; readonly page: Packed };
  };
  compact: { request: { readonly revision: Revision }; reply: { readonly compacted: Revision } };
  /** Deletes some of the rows that compaction has made unreachable. */
  sweep: { request: object; reply: { readonly more: boolean } };
  /** The last request: the worker then ends. */
  close: { request: object; reply: object };
}

export type Kind = keyof Exchanges;

export type Request = { [K in Kind]: { readonly kind: K } & Exchanges[K]['request'] }[Kind];

export type Reply<K extends Kind = Kind> = { readonly kind: K } & Exchanges[K]['reply'];

export interface Committed {
  readonly outcomes: Packed;
  /** Wall time in milliseconds when the next key expires; absent: unchanged, null: none does. */
  readonly nextExpiry?: number | null;
}

/** A StorageError in a form that survives the way between threads. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: StorageErrorCode;
  readonly message: string;
  readonly compactRevision?: Revision;
}

/** The worker's first message, unless it is a refusal. */
export interface Opened {
  readonly kind: 'opened';
  readonly revision: Revision;
  readonly compacted: Revision;
  readonly nextExpiry: number | null;
  /** A sweep was cut short by the end of the last process. */
  readonly unswept: boolean;
}

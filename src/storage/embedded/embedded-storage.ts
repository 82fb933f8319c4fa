import { noRevision, type Revision } from '../../base/revision.ts';
import { StorageError } from '../errors.ts';
import type {
  KeyValue,
  RangeOptions,
  RangeResult,
  Storage,
  StorageWatch,
  Transaction,
  TransactionResult,
  WatchSink,
} from '../storage.ts';
import type { EmbeddedCompactor } from './compactor.ts';
import type { Expiry } from './expiry.ts';
import type { GroupCommit } from './group-commit.ts';
import { takeKeyValue, unpackItems } from './key-values.ts';
import { Unpacker } from './packed.ts';
import { sizeOf } from './request-size.ts';
import type { WatchHub } from './watch-hub.ts';
import type { WorkerLink } from './worker-link.ts';

/** Items in one answer of the worker: writes wait no longer than for these. */
const pageItems = 1_000;

export type EmbeddedParts = {
  readonly link: WorkerLink;
  readonly hub: WatchHub;
  readonly commit: GroupCommit;
  readonly expiry: Expiry;
  readonly compactor: EmbeddedCompactor;
  /** Reads that may wait for the worker at a time. */
  readonly maxWaitingReads: number;
};

/**
 * The embedded store as seen by the rest of the server. Values live in the worker's database; this thread holds those
 * of requests under way, and nothing of what is at rest.
 */
export class EmbeddedStorage implements Storage {
  readonly canProgress = true;
  readonly #parts: EmbeddedParts;
  #reads = 0;
  #dead: StorageError | undefined;
  #closed: Promise<void> | undefined;

  constructor(parts: EmbeddedParts) {
    this.#parts = parts;
  }

  /** The worker has died: nothing more can be read or written. `error` is `dead`. */
  fail(error: StorageError): void {
    this.#dead = error;
    this.#stop(error);
  }

  /** Every commit comes through here, so that the last one acknowledged is known without asking. */
  async currentRevision(): Promise<Revision> {
    this.#check();
    return this.#parts.hub.revision;
  }

  async compactRevision(): Promise<Revision> {
    this.#check();
    return this.#parts.compactor.compacted;
  }

  get(key: string): Promise<{ readonly kv: KeyValue | undefined; readonly revision: Revision }> {
    return this.#read(async () => {
      const { revision, page } = await this.#parts.link.ask<'get'>({ kind: 'get', key });
      return { kv: takeKeyValue(new Unpacker(page), key), revision };
    });
  }

  /** Items of one page share their memory: keeping one value keeps up to 4 MiB and a value. */
  range(options: RangeOptions): Promise<RangeResult> {
    return this.#read(async () => {
      for (;;) {
        try {
          return await this.#rangeOnce(options);
        } catch (error) {
          // Only possible between the pages of a latest read: it then reads what is the latest now.
          const again = error instanceof StorageError && error.code === 'compacted' && !options.revision;
          if (!again) throw error;
        }
      }
    });
  }

  async transact(transaction: Transaction): Promise<TransactionResult> {
    this.#check();
    return this.#parts.commit.add(transaction, sizeOf(transaction));
  }

  watch(prefix: string, after: Revision, sink: WatchSink): StorageWatch {
    const refusal = this.#refusal();
    if (refusal === undefined) return this.#parts.hub.watch(prefix, after, sink);
    queueMicrotask(() => sink.end(refusal));
    return { requestProgress() {}, close() {} };
  }

  compact(revision: Revision): Promise<void> {
    return this.#read(() => this.#parts.compactor.compact(revision));
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#stop();
    await this.#parts.commit.idle();
    await this.#parts.link.close();
  }

  #stop(error?: StorageError): void {
    this.#parts.expiry.stop();
    this.#parts.compactor.stop();
    this.#parts.hub.endAll(error);
  }

  /** In pages of one revision, so that a long range keeps nobody waiting. */
  async #rangeOnce(options: RangeOptions): Promise<RangeResult> {
    const { start, end, limit = 0, revision = noRevision, counted = true, keysOnly = false } = options;
    const items: KeyValue[] = [];
    const wanted = limit > 0 ? limit : Number.POSITIVE_INFINITY;
    let from = start;
    let at = revision;
    let count = -1;
    for (;;) {
      const page = await this.#parts.link.ask<'range'>({
        kind: 'range',
        start: from,
        end,
        limit: Math.min(wanted - items.length, pageItems),
        revision: at,
        counted: counted && count === -1,
        keysOnly,
      });
      items.push(...unpackItems(page.page));
      if (count === -1) count = page.count;
      at = page.revision;
      const last = items.at(-1);
      if (!page.more || items.length >= wanted || last === undefined) {
        return { items, more: page.more, count, revision: at };
      }
      from = `${last.key}\0`;
    }
  }

  async #read<T>(read: () => Promise<T>): Promise<T> {
    this.#check();
    const { maxWaitingReads } = this.#parts;
    if (this.#reads >= maxWaitingReads) {
      throw new StorageError('unavailable', `too many reads: ${maxWaitingReads} are waiting`);
    }
    this.#reads += 1;
    try {
      return await read();
    } finally {
      this.#reads -= 1;
    }
  }

  #refusal(): StorageError | undefined {
    if (this.#closed !== undefined) return new StorageError('closed', 'this storage has been closed');
    return this.#dead;
  }

  #check(): void {
    const refusal = this.#refusal();
    if (refusal !== undefined) throw refusal;
  }
}

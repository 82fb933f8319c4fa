import type { Clock } from '../../base/clock.ts';
import { StorageError } from '../errors.ts';
import type { KeyEvent, Transaction, TransactionResult } from '../storage.ts';
import { type Outcome, packBatch, takeOutcome } from './batch.ts';
import type { Committed } from './messages.ts';
import { memoryOf, Unpacker } from './packed.ts';
import type { WatchHub } from './watch-hub.ts';
import type { Asking } from './worker-link.ts';

type Waiting = {
  readonly transaction: Transaction;
  readonly bytes: number;
  readonly resolve: (result: TransactionResult) => void;
  readonly reject: (error: StorageError) => void;
};

/** One batch is one message and one sync of the disk: large enough to share its cost, small enough not to be a pause. */
const maxBatchTransactions = 512;
const maxBatchBytes = 4 * 1024 * 1024;

export type QueueLimits = { readonly maxTransactions: number; readonly maxBytes: number };

/**
 * Transactions that come while a batch is being committed wait and become the next batch. So an idle store commits at
 * once, and a busy one as many together as have come in the meantime.
 */
export class GroupCommit {
  readonly #link: Asking;
  readonly #hub: WatchHub;
  readonly #clock: Clock;
  readonly #limits: QueueLimits;
  readonly #onExpiry: (nextExpiry: number | null) => void;
  #queue: Waiting[] = [];
  #bytes = 0;
  #committing = false;
  #scheduled = false;
  #onIdle: (() => void)[] = [];

  constructor(
    link: Asking,
    hub: WatchHub,
    clock: Clock,
    limits: QueueLimits,
    onExpiry: (nextExpiry: number | null) => void,
  ) {
    this.#link = link;
    this.#hub = hub;
    this.#clock = clock;
    this.#limits = limits;
    this.#onExpiry = onExpiry;
  }

  /** @throws {StorageError} `unavailable` when too much waits already, or the worker is gone. */
  add(transaction: Transaction, bytes: number): Promise<TransactionResult> {
    if (this.#queue.length >= this.#limits.maxTransactions || this.#bytes + bytes > this.#limits.maxBytes) {
      const waiting = `${this.#queue.length} transactions of ${this.#bytes} bytes are waiting to be written`;
      return Promise.reject(new StorageError('unavailable', `too many writes: ${waiting}`));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ transaction, bytes, resolve, reject });
      this.#bytes += bytes;
      this.#schedule();
    });
  }

  /** Resolves when nothing waits and nothing is being committed. */
  idle(): Promise<void> {
    if (!this.#committing && this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /** A microtask later, so that what one turn of the caller adds goes together. */
  #schedule(): void {
    if (this.#scheduled || this.#committing) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#commitNext();
    });
  }

  #commitNext(): void {
    const batch = this.#take();
    const packed = packBatch(batch.map(({ transaction }) => transaction));
    this.#committing = true;
    this.#link.send<'transact'>(
      { kind: 'transact', now: this.#clock.wallTime(), batch: packed },
      memoryOf(packed),
      (committed) => {
        this.#settle(batch, committed);
        this.#next();
      },
      (error) => {
        for (const { reject } of batch) reject(error);
        this.#next();
      },
    );
  }

  #take(): Waiting[] {
    let count = 0;
    let bytes = 0;
    for (const waiting of this.#queue) {
      if (count === maxBatchTransactions || (count > 0 && bytes + waiting.bytes > maxBatchBytes)) break;
      count += 1;
      bytes += waiting.bytes;
    }
    this.#bytes -= bytes;
    return this.#queue.splice(0, count);
  }

  /** Watches hear of a transaction before its caller does. */
  #settle(batch: readonly Waiting[], { outcomes, nextExpiry }: Committed): void {
    const from = new Unpacker(outcomes);
    const results = batch.map(({ transaction }) => {
      const outcome = takeOutcome(from, transaction);
      if (!outcome.succeeded) return outcome;
      const { revision } = outcome;
      if (revision > this.#hub.revision) this.#hub.publish(revision, () => eventsOf(transaction, outcome));
      return { succeeded: true as const, revision };
    });
    for (const [i, result] of results.entries()) batch[i]?.resolve(result);
    if (nextExpiry !== undefined) this.#onExpiry(nextExpiry);
  }

  #next(): void {
    this.#committing = false;
    if (this.#queue.length > 0) return this.#schedule();
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}

/** What the transaction did, from its own bytes: they need not come back from the worker. */
function eventsOf(
  { operations }: Transaction,
  { revision, created }: Extract<Outcome, { succeeded: true }>,
): KeyEvent[] {
  const events: KeyEvent[] = [];
  for (const [i, operation] of operations.entries()) {
    const createRevision = created[i] ?? revision;
    if (operation.type === 'put') {
      const { key, value } = operation;
      events.push({ type: 'put', kv: { key, value, createRevision, modRevision: revision } });
    } else if (createRevision !== 0) {
      events.push({ type: 'delete', key: operation.key, modRevision: revision });
    }
  }
  return events;
}

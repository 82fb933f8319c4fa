import type { Clock } from '../base/clock.ts';
import type { Histogram } from '../base/meter.ts';
import { noRevision, type Revision } from '../base/revision.ts';
import type { Freshness } from './cache-reader.ts';

export interface StreamPositionOptions {
  readonly clock: Clock;
  /**
   * Makes the store say how far it is, soon, by way of the stream. Called while somebody waits, with the lowest revision
   * that is waited for; must not throw.
   */
  readonly requestProgress: (awaited: Revision) => void;
}

interface Waiter {
  readonly revision: Revision;
  readonly settle: (reached: boolean) => void;
}

/** Most reads need no help: the write they wait for, or another one, comes by itself within this. */
const firstRequestMs = 50;
/** As kube-apiserver: often enough that a read is not slow, seldom enough to cost the store nothing. */
const nextRequestMs = 100;

/**
 * How far the one stream that feeds all caches has come, and who waits for it to come further.
 *
 * Waiters are kept in the order of their revisions, so that advancing wakes those it concerns and looks at no other: the
 * cost of a revision for which nobody waits is one comparison. Progress is asked for only while somebody waits.
 */
export class StreamPosition implements Freshness {
  readonly #options: StreamPositionOptions;
  #revision: Revision = noRevision;
  /** Ascending by revision, then by arrival. */
  #waiting: Waiter[] = [];
  #cancelRequest: (() => void) | undefined;
  #stopped = false;

  constructor(options: StreamPositionOptions) {
    this.#options = options;
  }

  get revision(): Revision {
    return this.#revision;
  }

  /** How many wait now. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** To be called when all changes up to and including `revision` are in the caches. Never goes back. */
  advance(revision: Revision): void {
    if (revision <= this.#revision) return;
    this.#revision = revision;
    const first = this.#waiting[0];
    if (first === undefined || first.revision > revision) return;
    const reached = this.#waiting.splice(0, this.#firstAbove(revision));
    if (this.#waiting.length === 0) this.#stopRequests();
    for (const waiter of reached) waiter.settle(true);
  }

  reach(revision: Revision, timeoutMs: number): Promise<boolean> {
    if (revision <= this.#revision) return Promise.resolve(true);
    if (this.#stopped || timeoutMs <= 0) return Promise.resolve(false);
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(timeoutMs, () => {
        this.#forget(waiter);
        resolve(false);
      });
      const waiter: Waiter = {
        revision,
        settle: (reached) => {
          cancel();
          resolve(reached);
        },
      };
      this.#waiting.splice(this.#firstAbove(revision), 0, waiter);
      if (this.#cancelRequest === undefined) this.#requestIn(firstRequestMs);
    });
  }

  /** Terminal: whoever waits is told that it is in vain. What has been reached stays reached. */
  stop(): void {
    this.#stopped = true;
    this.#stopRequests();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const waiter of waiting) waiter.settle(false);
  }

  #forget(waiter: Waiter): void {
    // Those of one revision time out about in the order in which they came: the first looked at is mostly the one.
    const at = this.#waiting.indexOf(waiter, this.#firstAbove((waiter.revision - 1) as Revision));
    if (at !== -1) this.#waiting.splice(at, 1);
    if (this.#waiting.length === 0) this.#stopRequests();
  }

  /** The index of the first waiter for a later revision. */
  #firstAbove(revision: Revision): number {
    let low = 0;
    let high = this.#waiting.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const waiter = this.#waiting[middle];
      if (waiter !== undefined && waiter.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #requestIn(ms: number): void {
    this.#cancelRequest = this.#options.clock.after(ms, () => {
      this.#requestIn(nextRequestMs);
      const awaited = this.#waiting[0]?.revision;
      if (awaited !== undefined) this.#options.requestProgress(awaited);
    });
  }

  #stopRequests(): void {
    this.#cancelRequest?.();
    this.#cancelRequest = undefined;
  }
}

/** The same position for one resource, with the time its readers wait observed in seconds. */
export class TimedFreshness implements Freshness {
  readonly #position: Freshness;
  readonly #clock: Clock;
  readonly #waitSeconds: Histogram;

  constructor(position: Freshness, clock: Clock, waitSeconds: Histogram) {
    this.#position = position;
    this.#clock = clock;
    this.#waitSeconds = waitSeconds;
  }

  get revision(): Revision {
    return this.#position.revision;
  }

  async reach(revision: Revision, timeoutMs: number): Promise<boolean> {
    const started = this.#clock.now();
    const reached = await this.#position.reach(revision, timeoutMs);
    this.#waitSeconds.observe((this.#clock.now() - started) / 1000);
    return reached;
  }
}

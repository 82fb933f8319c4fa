import type { Clock } from './clock.ts';

/**
 * What came of the work on a key. `done`: it is forgotten. `retry`: it did not succeed, or is not over; another try comes
 * later, ever less often, but within `withinMs` where that is said.
 */
export type WorkOutcome = 'done' | { readonly retry: true; readonly withinMs?: number };

export interface WorkQueueOptions {
  /** One look at what a key stands for. What it rejects with is told to `failed`, and tried again. */
  readonly work: (key: string) => Promise<WorkOutcome>;
  readonly failed: (key: string, error: unknown) => void;
  /** So many keys are worked on at a time; the others wait, in the order in which they came. */
  readonly concurrency: number;
  readonly firstRetryMs: number;
  /** No pause is longer. */
  readonly maxRetryMs: number;
  readonly clock: Pick<Clock, 'after'>;
}

/**
 * Keys that need work, each once, however often it is asked for: at most as many as there are objects that they name.
 * Never two pieces of work on one key at a time: what is asked for meanwhile is done once more afterwards.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #atWork = new Set<string>();
  /** Asked for while it was at work. */
  readonly #again = new Set<string>();
  /** Waiting until it makes sense to look again: how to give up waiting. */
  readonly #pausing = new Map<string, () => void>();
  readonly #retries = new Map<string, number>();
  #stopped = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Nothing waits, is worked on or is to be tried again. */
  get idle(): boolean {
    return this.#waiting.size + this.#atWork.size + this.#pausing.size === 0;
  }

  /** There is news of `key`: a look is due as soon as there is room, whether or not there was to be one later. Does not wait. */
  add(key: string): void {
    if (this.#stopped) return;
    if (this.#atWork.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#pausing.get(key)?.();
    this.#pausing.delete(key);
    this.#waiting.add(key);
    this.#next();
  }

  /** As `add`, but nothing for a key that is at work or to be looked at later: when looking brings the news about itself. */
  offer(key: string): void {
    if (!this.#atWork.has(key) && !this.#pausing.has(key)) this.add(key);
  }

  /** No more of this key, but for what is at work. */
  forget(key: string): void {
    this.#waiting.delete(key);
    this.#again.delete(key);
    this.#retries.delete(key);
    this.#pausing.get(key)?.();
    this.#pausing.delete(key);
  }

  /** Terminal and idempotent. What is at work is not called back. */
  stop(): void {
    this.#stopped = true;
    for (const key of [...this.#waiting, ...this.#again, ...this.#pausing.keys()]) this.forget(key);
    this.#retries.clear();
  }

  #next(): void {
    for (const key of this.#waiting) {
      if (this.#atWork.size >= this.#options.concurrency) return;
      this.#waiting.delete(key);
      this.#atWork.add(key);
      void this.#work(key);
    }
  }

  async #work(key: string): Promise<void> {
    let outcome: WorkOutcome = { retry: true };
    try {
      outcome = await this.#options.work(key);
    } catch (error) {
      if (!this.#stopped) this.#options.failed(key, error);
    }
    this.#atWork.delete(key);
    if (this.#stopped) return;
    const again = this.#again.delete(key);
    if (outcome === 'done') this.#retries.delete(key);
    if (again) this.#waiting.add(key);
    else if (outcome !== 'done') this.#pause(key, outcome.withinMs);
    this.#next();
  }

  #pause(key: string, withinMs = Number.POSITIVE_INFINITY): void {
    const { clock, firstRetryMs, maxRetryMs } = this.#options;
    const retries = this.#retries.get(key) ?? 0;
    this.#retries.set(key, retries + 1);
    const backoff = Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(retries, 16));
    const cancel = clock.after(Math.min(backoff, withinMs), () => {
      this.#pausing.delete(key);
      this.#waiting.add(key);
      this.#next();
    });
    this.#pausing.set(key, cancel);
  }
}

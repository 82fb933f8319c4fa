import { type Clock, realClock } from '../../src/base/clock.ts';

interface Timer {
  readonly ms: number;
  readonly due: number;
  readonly fn: () => void;
  cancel: () => void;
}

/**
 * The real time, which a test can turn forward: what would come in a minute comes now, and whoever measures the minute
 * agrees. Nothing stands still in between: sockets, stores and short timers go on as they do.
 */
export class ForwardClock implements Clock {
  #ahead = 0;
  readonly #timers = new Set<Timer>();
  #watching: (() => void)[] = [];

  now(): number {
    return realClock.now() + this.#ahead;
  }

  wallTime(): number {
    return realClock.wallTime() + this.#ahead;
  }

  after(ms: number, fn: () => void): () => void {
    const timer: Timer = { ms, due: this.now() + ms, fn, cancel: () => {} };
    timer.cancel = realClock.after(ms, () => this.#fire(timer));
    this.#timers.add(timer);
    for (const look of this.#watching.splice(0)) look();
    return () => {
      timer.cancel();
      this.#timers.delete(timer);
    };
  }

  endOfTurn(fn: () => void): void {
    realClock.endOfTurn(fn);
  }

  /** Turns time forward, never back. Timers that are due then fire before this returns, in the order in which they were due. */
  forward(ms: number): void {
    this.#ahead += Math.max(0, ms);
    const now = this.now();
    const due = [...this.#timers].filter((timer) => timer.due <= now).sort((a, b) => a.due - b.due);
    for (const timer of due) if (this.#timers.has(timer)) this.#fire(timer);
  }

  /** Resolves once somebody waits for just this long: for a read that may take 3 s, `waitedFor(3_000)`. */
  async waitedFor(ms: number): Promise<void> {
    while (![...this.#timers].some((timer) => timer.ms === ms)) {
      await new Promise<void>((resolve) => this.#watching.push(resolve));
    }
  }

  #fire(timer: Timer): void {
    timer.cancel();
    this.#timers.delete(timer);
    timer.fn();
  }
}

import type { Clock } from './clock.ts';

type Timer = { readonly at: number; readonly order: number; readonly fn: () => void };

/** A clock that moves only when told to: what a test hands to anything that takes a {@link Clock}. */
export class ManualClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #epoch: number;
  readonly #timers = new Set<Timer>();
  #turn: (() => void)[] = [];

  constructor(epoch = Date.UTC(2026, 0, 1)) {
    this.#epoch = epoch;
  }

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return this.#epoch + this.#now;
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, fn };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  endOfTurn(fn: () => void): void {
    this.#turn.push(fn);
  }

  /** Timers that have not fired: a test asserts 0 to prove that nothing outlives its owner. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Runs what was put off to the end of the turn, and what that puts off in turn. */
  endTurn(): void {
    while (this.#turn.length > 0) {
      const due = this.#turn;
      this.#turn = [];
      for (const fn of due) fn();
    }
  }

  /** Time that passes while something runs: nothing fires before {@link advance}. */
  spend(ms: number): void {
    this.#now += ms;
  }

  /** Moves time on by `ms`, firing timers in order, each with its own turn. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      this.endTurn();
      let next: Timer | undefined;
      for (const timer of this.#timers) {
        if (timer.at > until) continue;
        if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order))
          next = timer;
      }
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.fn();
    }
    this.#now = until;
    this.endTurn();
  }
}

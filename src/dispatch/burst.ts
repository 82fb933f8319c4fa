import type { Clock } from '../base/clock.ts';
import type { DispatchLimits } from './limits.ts';

/**
 * When the end of a turn leaves what is pending to a later one, so that more events share a write.
 *
 * What a write to a thousand sockets costs hardly depends on how many events are in it. Events that come faster than that
 * show themselves: several of one cohort were in one flush. Then what comes next waits for as long as that flush took, at
 * most `gatherMs`, and no longer than until there is enough for a write. A flush with no more than one event for anybody
 * makes nothing wait: who has time for each event gets each at once.
 */
export class Burst {
  readonly #clock: Clock;
  readonly #gatherMs: number;
  readonly #resume: () => void;
  /** In the clock's `now`: until then what comes waits. */
  #until = -Infinity;
  #waiting = false;

  /** @param resume ends a turn anew, when what waits has waited long enough. */
  constructor(clock: Clock, { gatherMs }: Pick<DispatchLimits, 'gatherMs'>, resume: () => void) {
    this.#clock = clock;
    this.#gatherMs = gatherMs;
    this.#resume = resume;
  }

  /** True when what is pending waits: then `resume` will be called. */
  gathers(): boolean {
    const ms = this.#until - this.#clock.now();
    if (!(ms > 0)) return false;
    if (this.#waiting) return true;
    this.#waiting = true;
    this.#clock.after(ms, () => {
      this.#waiting = false;
      this.#resume();
    });
    return true;
  }

  /** Some cohort has enough for a write: nothing waits any longer. */
  enough(): void {
    this.#until = -Infinity;
  }

  /** All that was pending was written, in `tookMs`; `frames` is how many the cohort with the most of them had. */
  flushed(frames: number, tookMs: number): void {
    this.#until = frames > 1 ? this.#clock.now() + Math.min(tookMs, this.#gatherMs) : -Infinity;
  }
}

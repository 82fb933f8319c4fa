import { Backoff } from '../base/backoff.ts';
import { pause } from '../base/pause.ts';
import { ResponseError } from './response-error.ts';
import type { WatchTiming } from './watch-request.ts';

/** A watch that lasts so long has done its work, even if nothing came. */
const longEnoughMs = 1_000;

/** When to ask again: at once after what went well, ever later after what did not. */
export class Retries {
  readonly #timing: WatchTiming;
  readonly #signal: AbortSignal;
  readonly #backoff: Backoff;
  #since = 0;
  #wentWell = false;

  constructor(timing: WatchTiming, signal: AbortSignal) {
    const { firstRetryMs: firstMs, maxRetryMs: maxMs, random } = timing;
    this.#timing = timing;
    this.#signal = signal;
    this.#backoff = new Backoff({ firstMs, maxMs, random });
  }

  begin(): void {
    this.#since = this.#timing.clock.now();
    this.#wentWell = false;
  }

  /** Something came of it. */
  goesWell(): void {
    this.#wentWell = true;
  }

  /** Resolves when it is time. `error`: how it ended; undefined: as it should. */
  async next(error?: unknown): Promise<void> {
    const { clock } = this.#timing;
    const lasted = error === undefined && clock.now() - this.#since >= longEnoughMs;
    if (this.#wentWell || lasted) {
      this.#backoff.reset();
      return;
    }
    const asked = error instanceof ResponseError ? (error.retryAfterMs ?? 0) : 0;
    await pause(Math.max(asked, this.#backoff.nextMs()), clock, this.#signal);
  }
}

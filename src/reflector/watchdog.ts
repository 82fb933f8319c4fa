import type { Clock } from '../base/clock.ts';

/** A watch of which nothing was heard for so long (up to twice, as nothing is done per event) is asked for its progress. */
export const quietMs = 10_000;
/** Asked again this often: etcd answers no watch that is still catching up. */
export const askAgainMs = 2_500;
/** Heard of neither answer nor event for so long since it was first asked, it is given up. */
export const answerMs = 10_000;

export interface WatchdogOptions {
  readonly clock: Clock;
  /** Asks for a sign of life. False: none is owed, there being nothing to tell or nobody who could be asked. Must not reject. */
  readonly ask: () => boolean | Promise<boolean>;
  /** The watch owes an answer and did not give it. */
  readonly silent: () => void;
}

/**
 * Notices a watch that is open and says nothing more: a store to which nobody writes looks just the same, and so does a
 * stream whose far end has forgotten it. Costs a write to one field per event, and a timer every ten seconds.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  #heard = false;
  /** Grows with each start and stop: what was asked before is of no interest. */
  #round = 0;
  #cancel = (): void => {};

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  /** A watch has been opened. */
  start(): void {
    this.stop();
    this.#heard = false;
    this.#wait();
  }

  /** There is no watch. Idempotent. */
  stop(): void {
    this.#round++;
    this.#cancel();
  }

  /** The watch told something. */
  heard(): void {
    this.#heard = true;
  }

  #wait(): void {
    this.#cancel = this.#options.clock.after(quietMs, () => {
      if (this.#wasHeard()) this.#wait();
      else void this.#ask(this.#round, 0, false);
    });
  }

  /** `waitedMs`: since it was first asked. */
  async #ask(round: number, waitedMs: number, owed: boolean): Promise<void> {
    const owes = (await this.#options.ask()) || owed;
    if (round !== this.#round) return;
    if (!owes || this.#wasHeard()) {
      this.#wait();
      return;
    }
    this.#cancel = this.#options.clock.after(askAgainMs, () => {
      const waited = waitedMs + askAgainMs;
      if (this.#wasHeard()) this.#wait();
      else if (waited < answerMs) void this.#ask(round, waited, true);
      else this.#options.silent();
    });
  }

  #wasHeard(): boolean {
    const heard = this.#heard;
    this.#heard = false;
    return heard;
  }
}

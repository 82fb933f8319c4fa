import { performance } from 'node:perf_hooks';

/** Notices that nothing has happened for a while, so that a job over a server that lost something ends. */
export class Patience {
  readonly #ms: number;
  #last = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #quiet: Promise<void> | undefined;

  constructor(milliseconds: number) {
    this.#ms = milliseconds;
  }

  /** Something happened at `now`. */
  happened(now: number = performance.now()): void {
    this.#last = now;
  }

  /** Resolves when nothing has happened for too long; the same promise for all who ask. */
  quiet(): Promise<void> {
    return (this.#quiet ??= new Promise((resolve) => {
      const look = () => {
        const left = this.#last + this.#ms - performance.now();
        if (left <= 0) resolve();
        else this.#timer = setTimeout(look, left);
      };
      this.happened();
      look();
    }));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

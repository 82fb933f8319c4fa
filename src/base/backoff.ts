export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** A store that restarts is back in well under a second; one that is down is asked twice a minute, by each replica. */
export const defaultBackoff = { firstMs: 10, maxMs: 30_000 };

/**
 * How long to wait before the next attempt: doubling from `firstMs` to `maxMs`, each a random part (half to all) of it, so
 * that replicas which lost the store together do not come back together.
 */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  nextMs(): number {
    const { firstMs, maxMs, random } = this.#options;
    const full = Math.min(maxMs, firstMs * 2 ** this.#failures);
    if (full < maxMs) this.#failures++;
    return full * (0.5 + random() / 2);
  }

  /** An attempt succeeded. */
  reset(): void {
    this.#failures = 0;
  }
}

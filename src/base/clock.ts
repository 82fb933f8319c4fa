/** All time in src/ comes through a Clock, so that a test can own it. Lint forbids timers and Date.now elsewhere. */
export interface Clock {
  /** Milliseconds from an arbitrary origin; never goes back. For durations and deadlines. */
  now(): number;
  /** Milliseconds since the Unix epoch. For timestamps that people read. */
  wallTime(): number;
  /** Runs `fn` once after `ms`; the returned function cancels it. Does not keep the process alive. */
  after(ms: number, fn: () => void): () => void;
  /** Runs `fn` once everything already readable in this turn of the event loop has been handled. */
  endOfTurn(fn: () => void): void;
}

/** setTimeout fires at once for delays beyond this. */
const longestTimeoutMs = 2 ** 31 - 1;

export const realClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, Math.min(ms, longestTimeoutMs)).unref();
    return () => clearTimeout(timer);
  },
  endOfTurn(fn) {
    setImmediate(fn);
  },
};

/** The same, but that what it is to do keeps the process alive: for whoever is the process's business. */
export const holdingClock: Clock = {
  ...realClock,
  after(ms, fn) {
    const timer = setTimeout(fn, Math.min(ms, longestTimeoutMs));
    return () => clearTimeout(timer);
  },
};

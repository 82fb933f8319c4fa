import type { Clock } from '../base/clock.ts';
import type { Listener } from './listener.ts';
import type { Requests } from './requests.ts';

export interface DrainOptions {
  readonly listeners: readonly Listener[];
  readonly requests: Requests;
  /** Ends every open watch cleanly. Called again and again: a watch that is opened meanwhile ends at once. */
  readonly endWatches: () => void;
  readonly clock: Clock;
  /** How long to wait for what is under way. */
  readonly graceMs: number;
}

/** How often watches that came late are looked for. */
const lateWatchMs = 100;

/**
 * Takes no new connections, ends watches, and waits until the last request is answered, or the grace period is over and
 * whoever is left is cut off. Nothing is open afterwards.
 */
export async function drain({ listeners, requests, endWatches, clock, graceMs }: DrainOptions): Promise<void> {
  for (const listener of listeners) listener.stop();
  let cancelLate = (): void => {};
  const endLate = (): void => {
    endWatches();
    for (const listener of listeners) listener.closeIdle();
    cancelLate = clock.after(lateWatchMs, endLate);
  };
  endLate();
  let cancelGrace = (): void => {};
  const grace = new Promise<void>((resolve) => {
    cancelGrace = clock.after(graceMs, resolve);
  });
  await Promise.race([requests.idle(), grace]);
  cancelLate();
  cancelGrace();
  await Promise.all(listeners.map((listener) => listener.close()));
}

import type { Clock } from '../../base/clock.ts';
import type { Revision } from '../../base/revision.ts';
import { isFinal, type StorageError } from '../errors.ts';
import { Unpacker } from './packed.ts';
import type { WatchHub } from './watch-hub.ts';
import type { Asking } from './worker-link.ts';

/** A wall clock that is set forward must not leave keys behind for long. */
const longestSleepMs = 10_000;

/** Wakes the worker when a key's time is up. One timer, and at most one request at a time. */
export class Expiry {
  readonly #link: Asking;
  readonly #hub: WatchHub;
  readonly #clock: Clock;
  #next: number | null = null;
  #cancel: (() => void) | undefined;
  #asking = false;
  #stopped = false;

  constructor(link: Asking, hub: WatchHub, clock: Clock) {
    this.#link = link;
    this.#hub = hub;
    this.#clock = clock;
  }

  /** `next` is the wall time in milliseconds when the next key expires, null when none does. */
  schedule(next: number | null): void {
    this.#next = next;
    this.#cancel?.();
    this.#cancel = undefined;
    if (next === null || this.#asking || this.#stopped) return;
    const delay = Math.min(Math.max(0, next - this.#clock.wallTime()), longestSleepMs);
    this.#cancel = this.#clock.after(delay, () => this.#wake());
  }

  stop(): void {
    this.#stopped = true;
    this.schedule(null);
  }

  #wake(): void {
    const now = this.#clock.wallTime();
    if (this.#next === null || this.#next > now) return this.schedule(this.#next);
    this.#asking = true;
    this.#link.send<'expire'>(
      { kind: 'expire', now },
      [],
      ({ outcomes, nextExpiry = null }) => {
        for (const from = new Unpacker(outcomes); !from.done; ) {
          const key = from.string();
          const modRevision = from.number() as Revision;
          this.#hub.publish(modRevision, () => [{ type: 'delete', key, modRevision }]);
        }
        this.#asking = false;
        this.schedule(nextExpiry);
      },
      (error) => this.#failed(error),
    );
  }

  /** A full disk passes; a worker that is dead or closed does not. */
  #failed(error: StorageError): void {
    this.#asking = false;
    this.#next = isFinal(error) ? null : this.#clock.wallTime() + longestSleepMs;
    this.schedule(this.#next);
  }
}

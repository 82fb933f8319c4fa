import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { noRevision, type Revision } from '../../base/revision.ts';
import { isFinal, type StorageError } from '../errors.ts';
import type { WatchHub } from './watch-hub.ts';
import type { Asking } from './worker-link.ts';

/**
 * Compacts, and deletes what compaction has set free. By itself, every interval, it forgets what was written before the
 * last interval began: history reaches back at least one interval and less than two, as kube-apiserver keeps etcd's.
 */
export class EmbeddedCompactor {
  readonly #link: Asking;
  readonly #hub: WatchHub;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #intervalMs: number;
  #compacted: Revision;
  #atLastTick = noRevision;
  #cancel: (() => void) | undefined;
  #sweeping = false;
  #stopped = false;

  /** `intervalMs` 0: never by itself. */
  constructor(
    link: Asking,
    hub: WatchHub,
    { clock, logger, intervalMs, compacted }: { clock: Clock; logger: Logger; intervalMs: number; compacted: Revision },
  ) {
    this.#link = link;
    this.#hub = hub;
    this.#clock = clock;
    this.#logger = logger;
    this.#intervalMs = intervalMs;
    this.#compacted = compacted;
  }

  get compacted(): Revision {
    return this.#compacted;
  }

  start(unswept: boolean): void {
    if (unswept) this.#sweep();
    if (this.#intervalMs > 0) this.#scheduleTick();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** @throws {StorageError} `future-revision` */
  async compact(revision: Revision): Promise<void> {
    const { compacted } = await this.#link.ask<'compact'>({ kind: 'compact', revision });
    this.#compacted = compacted;
    this.#sweep();
  }

  #scheduleTick(): void {
    this.#cancel = this.#clock.after(this.#intervalMs, () => {
      const revision = this.#atLastTick;
      this.#atLastTick = this.#hub.revision;
      this.#scheduleTick();
      if (revision > this.#compacted) this.compact(revision).catch((error: StorageError) => this.#failed(error));
    });
  }

  /** A little at a time, each asked for when the last is done: what waits for the worker meanwhile comes between. */
  #sweep(): void {
    if (this.#sweeping || this.#stopped) return;
    this.#sweeping = true;
    this.#link.send<'sweep'>(
      { kind: 'sweep' },
      [],
      ({ more }) => {
        this.#sweeping = false;
        if (more) this.#sweep();
      },
      (error) => {
        this.#sweeping = false;
        this.#failed(error);
      },
    );
  }

  #failed(error: StorageError): void {
    if (isFinal(error)) return;
    this.#logger.warn('compaction failed, will try again', { error: error.message });
  }
}

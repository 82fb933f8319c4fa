import type { Clock } from '../base/clock.ts';
import type { Revision } from '../base/revision.ts';
import type { Storage } from '../storage/storage.ts';

/**
 * Asks the store how far it is, once for everybody who asked before the question was sent. One question is on its way at
 * a time; who comes meanwhile shares the next, since the present one may have been answered before they asked. So a
 * thousand consistent reads at once cost the store two tiny reads. One per Storage, shared by all resources.
 */
export class CurrentRevision {
  readonly #storage: Pick<Storage, 'currentRevision'>;
  readonly #clock: Pick<Clock, 'endOfTurn'>;
  #asking: Promise<unknown> | undefined;
  #next: Promise<Revision> | undefined;

  constructor(storage: Pick<Storage, 'currentRevision'>, clock: Pick<Clock, 'endOfTurn'>) {
    this.#storage = storage;
    this.#clock = clock;
  }

  /** Every write acknowledged before this call is in what it resolves to. Rejects with StorageError. */
  read(): Promise<Revision> {
    return (this.#next ??= this.#afterPresent());
  }

  async #afterPresent(): Promise<Revision> {
    await this.#asking?.catch(() => undefined);
    // Whatever else has arrived by now shares the question: what is left of a turn is little beside the store's answer.
    await new Promise<void>((resolve) => this.#clock.endOfTurn(resolve));
    this.#next = undefined;
    const asking = this.#storage.currentRevision();
    this.#asking = asking;
    try {
      return await asking;
    } finally {
      if (this.#asking === asking) this.#asking = undefined;
    }
  }
}

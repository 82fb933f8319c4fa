import type { Logger } from '../base/logger.ts';
import { asRevision, type Revision } from '../base/revision.ts';
import type { Storage } from '../storage/storage.ts';

/**
 * Makes a store that cannot tell its progress tell it: a write to a key that nobody reads comes through the watch behind
 * everything before it. At most one at a time: what is asked for meanwhile is answered by the one under way or, if that
 * was not to be written, tried once more after it.
 */
export class Fence {
  readonly #storage: Pick<Storage, 'currentRevision' | 'transact'>;
  readonly #key: string;
  /** No value is written twice, so that the store can tell whether a write of ours happened. */
  readonly #origin: string;
  readonly #logger: Logger;
  #count = 0;
  #busy = false;
  /** The lowest revision that was asked for while another request was under way. */
  #meanwhile: Revision | undefined;

  constructor(
    storage: Pick<Storage, 'currentRevision' | 'transact'>,
    key: string,
    random: () => number,
    logger: Logger,
  ) {
    this.#storage = storage;
    this.#key = key;
    this.#origin = random().toString(36).slice(2);
    this.#logger = logger;
  }

  /**
   * Writes if the store has come to `awaited`. A revision that has not happened is not to be brought about by waiting for
   * it: a client that asks for one gets to hear that it is too large.
   *
   * True when it was written, and so must be told by every watch of it. Never rejects.
   */
  async write(awaited: Revision): Promise<boolean> {
    if (this.#busy) {
      this.#meanwhile = asRevision(Math.min(awaited, this.#meanwhile ?? awaited));
      return false;
    }
    this.#busy = true;
    try {
      if (await this.#writeOnceAt(awaited)) return true;
      const lower = this.#meanwhile;
      return lower !== undefined && lower < awaited && (await this.#writeOnceAt(lower));
    } catch (error) {
      // Whoever waits asks again, or gives up in time.
      this.#logger.warn('could not write the fence', { key: this.#key, error });
      return false;
    } finally {
      this.#busy = false;
      this.#meanwhile = undefined;
    }
  }

  async #writeOnceAt(awaited: Revision): Promise<boolean> {
    if ((await this.#storage.currentRevision()) < awaited) return false;
    const value = Buffer.from(`${this.#origin}-${this.#count++}`);
    await this.#storage.transact({ compare: [], operations: [{ type: 'put', key: this.#key, value }] });
    return true;
  }
}

import type { Clock } from '../base/clock.ts';
import type { Revision } from '../base/revision.ts';
import type { Storage } from '../storage/storage.ts';
import type { Freshness } from '../watchcache/cache-reader.ts';
import type { CurrentRevision } from './current-revision.ts';

/** Long enough for a busy cache, short enough for a client to try another server: kube-apiserver's own. */
export const freshTimeoutMs = 3_000;

/** The store's own news come sooner than this; only a revision of which the stream never hears takes longer. */
const fenceAfterMs = 100;

export interface FreshReadOptions {
  readonly storage: Pick<Storage, 'canProgress' | 'transact'>;
  /** One per Storage. */
  readonly currentRevision: CurrentRevision;
  readonly freshness: Freshness;
  readonly clock: Clock;
  /** Under the prefix that feeds the caches, and of no resource. */
  readonly fenceKey: string;
  readonly uid: () => string;
}

/**
 * How a read becomes as new as it must be: learn the store's revision, wait until the cache is there.
 *
 * A store that cannot tell how far its watch has come (`canProgress` false) would leave a reader waiting whenever the
 * latest revision is of a key outside the caches' prefix. There a fence is written: any write under the prefix moves
 * every cache on. One fence serves everybody who waits.
 */
export class FreshRead {
  readonly #options: FreshReadOptions;
  #fence: Promise<unknown> | undefined;

  constructor(options: FreshReadOptions) {
    this.#options = options;
  }

  /** The store's revision: includes every write acknowledged before this call. Rejects with StorageError. */
  latest(): Promise<Revision> {
    return this.#options.currentRevision.read();
  }

  /** True once the caches have reached `revision`; false when they did not within 3 s. Rejects with StorageError. */
  async reach(revision: Revision): Promise<boolean> {
    const { storage, freshness, clock } = this.#options;
    if (freshness.revision >= revision) return true;
    if (storage.canProgress) return freshness.reach(revision, freshTimeoutMs);
    const until = clock.now() + freshTimeoutMs;
    if (await freshness.reach(revision, fenceAfterMs)) return true;
    await (this.#fence ??= this.#writeFence());
    return freshness.reach(revision, until - clock.now());
  }

  async #writeFence(): Promise<void> {
    const { storage, fenceKey, uid } = this.#options;
    try {
      const value = Buffer.from(JSON.stringify({ fence: uid() }));
      await storage.transact({ compare: [], operations: [{ type: 'put', key: fenceKey, value }] });
    } finally {
      this.#fence = undefined;
    }
  }
}

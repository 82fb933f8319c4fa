import type { Revision } from '../base/revision.ts';
import type { Freshness } from '../watchcache/cache-reader.ts';
import type { CurrentRevision } from './current-revision.ts';

/** Long enough for a busy cache, short enough for a client to try another server: kube-apiserver's own. */
export const freshTimeoutMs = 3_000;

/** How a read becomes as new as it must be: learn the store's revision, wait until the cache is there. */
export class FreshRead {
  readonly #currentRevision: CurrentRevision;
  readonly #freshness: Freshness;

  constructor(currentRevision: CurrentRevision, freshness: Freshness) {
    this.#currentRevision = currentRevision;
    this.#freshness = freshness;
  }

  /** The store's revision: includes every write acknowledged before this call. Rejects with StorageError. */
  latest(): Promise<Revision> {
    return this.#currentRevision.read();
  }

  /** True once the caches have reached `revision`; false when they did not in time. Never rejects. */
  reach(revision: Revision, timeoutMs = freshTimeoutMs): Promise<boolean> {
    return this.#freshness.reach(revision, timeoutMs);
  }
}

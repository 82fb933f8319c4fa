import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Revision } from '../base/revision.ts';
import type { Storage } from '../storage/storage.ts';

/** As kube-apiserver polls: seldom enough to cost nothing, often enough that exact reads agree over replicas. */
export const compactionPollMs = 15_000;

/** Whoever must hear of it: the pipeline, which tells every cache. */
interface Compactable {
  compacted(revision: Revision): void;
}

/**
 * Tells the caches what the store has forgotten, whoever compacted it, so that a client which pages through an old list
 * gets the same answer from every replica. Returns what ends it.
 */
export function watchCompaction(
  storage: Pick<Storage, 'compactRevision'>,
  caches: Compactable,
  clock: Clock,
  logger: Logger,
): () => void {
  let stopped = false;
  let cancel = clock.after(compactionPollMs, () => void poll());

  async function poll(): Promise<void> {
    try {
      const revision = await storage.compactRevision();
      if (!stopped) caches.compacted(revision);
    } catch (error) {
      logger.debug('the compact revision is not known', { error });
    }
    if (!stopped) cancel = clock.after(compactionPollMs, () => void poll());
  }

  return () => {
    stopped = true;
    cancel();
  };
}

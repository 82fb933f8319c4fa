import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Storage } from '../storage.ts';
import { EmbeddedCompactor } from './compactor.ts';
import { EmbeddedStorage } from './embedded-storage.ts';
import { Expiry } from './expiry.ts';
import { GroupCommit } from './group-commit.ts';
import { WatchHub } from './watch-hub.ts';
import { WorkerLink } from './worker-link.ts';

export type EmbeddedOptions = {
  /** Made if absent, and then taken for this store alone. `:memory:`: nothing is kept after `close`. */
  readonly directory: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often history is cut, and how much of it is kept at least. 0: never. Default: 5 minutes. */
  readonly compactionIntervalMs?: number;
  /** Beyond this many, or this much, transactions are refused as `unavailable` until some are done. */
  readonly maxWaitingTransactions?: number;
  readonly maxWaitingBytes?: number;
  readonly maxWaitingReads?: number;
};

/**
 * Opens the store in a directory, for this process alone: a SQLite database in a thread of its own.
 * @throws {StorageError} `denied` when another process has the directory, `corrupt` when what lies there is not a store
 * or is damaged, `unavailable` when the directory cannot be used.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Storage> {
  const { clock, directory } = options;
  const logger = options.logger.with({ storage: directory });
  let storage: EmbeddedStorage | undefined;
  const { link, opened } = await WorkerLink.open(directory, (error) => {
    logger.error('the storage worker died', { error: error.message });
    storage?.fail(error);
  });
  const hub = new WatchHub(link, opened.revision);
  const expiry = new Expiry(link, hub, clock);
  const compactor = new EmbeddedCompactor(link, hub, {
    clock,
    logger,
    intervalMs: options.compactionIntervalMs ?? 5 * 60_000,
    compacted: opened.compacted,
  });
  const queue = {
    // Some seconds of what a slow disk can do; beyond it a client is served better by an error than by waiting.
    maxTransactions: options.maxWaitingTransactions ?? 10_000,
    maxBytes: options.maxWaitingBytes ?? 64 * 1024 * 1024,
  };
  const commit = new GroupCommit(link, hub, clock, queue, (next) => expiry.schedule(next));
  const maxWaitingReads = options.maxWaitingReads ?? 10_000;
  storage = new EmbeddedStorage({ link, hub, commit, expiry, compactor, maxWaitingReads });
  expiry.schedule(opened.nextExpiry);
  compactor.start(opened.unswept);
  return storage;
}

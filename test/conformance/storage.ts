import { describe } from 'vitest';
import { type OpenedStorage, type StorageCapabilities, storageBed } from './storage/bed.ts';
import { describeClose } from './storage/close.ts';
import { describeCompaction } from './storage/compaction.ts';
import { describeReads } from './storage/reads.ts';
import { describeTimeToLive } from './storage/time-to-live.ts';
import { describeTransactions } from './storage/transactions.ts';
import { describeWatches } from './storage/watches.ts';

/**
 * The contract of src/storage/storage.ts, for any backend. Nobody else may write to the store behind `open`: the suite
 * counts revisions. It may hold other data and any history: every test keeps to a prefix of its own.
 */
export function describeStorage(
  name: string,
  open: () => Promise<OpenedStorage>,
  capabilities: StorageCapabilities,
): void {
  describe(`storage conformance: ${name}`, () => {
    const bed = storageBed(open, capabilities);
    describeTransactions(bed);
    describeReads(bed);
    describeWatches(bed);
    describeCompaction(bed);
    describeTimeToLive(bed);
    describeClose(bed);
  });
}

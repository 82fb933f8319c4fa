import { expect, test } from 'vitest';
import { silentLogger } from '../base/logger.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { asRevision, type Revision } from '../base/revision.ts';
import { watchCompaction } from './compaction-watch.ts';

test('server/compaction-watch: caches learn of a compaction within 15 s, failures are survived, and it can be ended', async () => {
  const clock = new ManualClock();
  const told: Revision[] = [];
  const answers = [asRevision(5), undefined, asRevision(9)];
  const storage = {
    compactRevision() {
      const revision = answers.shift();
      return revision === undefined ? Promise.reject(new Error('down')) : Promise.resolve(revision);
    },
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const cache = { compacted: (revision: Revision) => void told.push(revision) };
  const stop = watchCompaction(storage, cache, clock, silentLogger);

  const expected = [[5], [5], [5, 9]];
  for (const revisions of expected) {
    clock.advance(15_000);
    await turn();
    expect(told).toEqual(revisions);
  }
  stop();
  expect(clock.pending).toBe(0);
});

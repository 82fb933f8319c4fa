import { describe, expect, test } from 'vitest';
import { asRevision, noRevision } from '../../../src/base/revision.ts';
import { StorageError } from '../../../src/storage/errors.ts';
import { fill, next, put, refused, type StorageBed, whole, write } from './bed.ts';
import { WatchRecorder } from './watch-recorder.ts';

export function describeClose({ fresh }: StorageBed): void {
  describe('close', () => {
    test('ends every watch once without error, and is idempotent', async () => {
      const { storage, at } = await fresh();
      const from = await write(storage, put(`${at}a`, '1'));
      const live = new WatchRecorder(from);
      const replaying = new WatchRecorder(next(from, -1));
      const watch = storage.watch(at, from, live);
      storage.watch(at, next(from, -1), replaying);
      await Promise.all([storage.close(), storage.close()]);
      await storage.close();
      watch.close();
      expect([await live.ended(), await replaying.ended()]).toEqual([undefined, undefined]);
      expect([live.ends.length, replaying.ends.length, live.faults, replaying.faults]).toEqual([1, 1, [], []]);
    });

    test('lets running transactions finish', async () => {
      const { storage, at } = await fresh();
      const running = [write(storage, put(`${at}a`, '1')), write(storage, put(`${at}b`, '1'))];
      await storage.close();
      const revisions = await Promise.all(running);
      expect(new Set(revisions).size).toBe(2);
    });

    test('settles every read under way: answered, or refused as closed', async () => {
      const { storage, at } = await fresh();
      await fill(
        storage,
        Array.from({ length: 3_000 }, (_, i) => `${at}${i}`),
      );
      const reads = [storage.range(whole(at)), storage.range(whole(at)), storage.range({ ...whole(at), limit: 10 })];
      const outcomes = reads.map((read) =>
        read.then(
          ({ count }) => count,
          (error: unknown) => (error instanceof StorageError ? error.code : error),
        ),
      );
      await storage.close();
      for (const outcome of await Promise.all(outcomes)) expect([3_000, 'closed']).toContain(outcome);
    });

    test('every later call is refused as closed', async () => {
      const { storage, at } = await fresh();
      await storage.close();
      const calls = [
        storage.currentRevision(),
        storage.get(`${at}a`),
        storage.range(whole(at)),
        storage.transact({ compare: [], operations: [put(`${at}a`, '1')] }),
        storage.compact(asRevision(1)),
        storage.compactRevision(),
      ];
      expect(await Promise.all(calls.map(refused))).toEqual(calls.map(() => 'closed'));
      const watch = new WatchRecorder(0);
      storage.watch(at, noRevision, watch).close();
      expect(await watch.ended()).toMatchObject({ name: 'StorageError', code: 'closed' });
      expect(watch.ends).toHaveLength(1);
    });
  });
}

import { describe, expect, test } from 'vitest';
import { noRevision, type Revision } from '../../../src/base/revision.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { del, fill, next, put, refusal, refused, type StorageBed, swap, text, whole, write } from './bed.ts';
import { WatchRecorder } from './watch-recorder.ts';

export function describeCompaction({ fresh }: StorageBed): void {
  describe('compaction', () => {
    const history = async () => {
      const { storage, at } = await fresh();
      const step = (i: number) => write(storage, put(`${at}a`, `${i}`), put(`${at}${i}`, ''));
      const first = await step(0);
      for (let i = 1; i < 10; i += 1) await step(i);
      return { storage, at, second: next(first), fifth: next(first, 5), last: next(first, 9) };
    };

    const compactTo = async (storage: Storage, revision: Revision): Promise<void> => {
      await storage.compact(revision);
      expect(await storage.compactRevision()).toBe(revision);
    };

    test('ranges at and after the compacted revision still answer, older ones are compacted', async () => {
      const { storage, at, fifth, second } = await history();
      await compactTo(storage, fifth);
      const kept = await storage.range({ ...whole(at), revision: fifth });
      expect(kept.count).toBe(7);
      expect(text(kept.items.find(({ key }) => key === `${at}a`))).toBe('5');
      for (const revision of [next(fifth, -1), second]) {
        const error = await refusal(storage.range({ ...whole(at), revision }));
        expect([error.code, error.compactRevision]).toEqual(['compacted', fifth]);
      }
      expect((await storage.range(whole(at))).count).toBe(11);
    });

    test('a watch can begin right at the compacted revision, and not before', async () => {
      const { storage, at, fifth, last } = await history();
      await compactTo(storage, fifth);
      const possible = new WatchRecorder(next(fifth, -1));
      storage.watch(at, next(fifth, -1), possible);
      await possible.reached(last);
      expect(possible.record.batches.map((batch) => batch[0]?.what)).toEqual(
        [5, 6, 7, 8, 9].map((value) => `put ${value}`),
      );
      const late = new WatchRecorder(next(fifth, -2));
      storage.watch(at, next(fifth, -2), late);
      const error = await late.ended();
      expect(error).toMatchObject({ name: 'StorageError', code: 'compacted', compactRevision: fifth });
      expect([late.record.batches, late.ends.length]).toEqual([[], 1]);
    });

    test('compaction does not disturb a live watch', async () => {
      const { storage, at, last } = await history();
      const watch = new WatchRecorder(last);
      storage.watch(at, last, watch);
      const first = await write(storage, put(`${at}a`, 'before'));
      await watch.reached(first);
      await compactTo(storage, first);
      const second = await write(storage, put(`${at}a`, 'after'));
      await watch.reached(second);
      expect(watch.record.batches.flat().map(({ what }) => what)).toEqual(['put before', 'put after']);
      expect(watch.ends).toEqual([]);
    });

    test('a deleted key stays deleted, and what was live stays readable', async () => {
      const { storage, at, last } = await history();
      const gone = await write(storage, del(`${at}a`));
      await compactTo(storage, gone);
      expect((await storage.get(`${at}a`)).kv).toBeUndefined();
      expect((await storage.get(`${at}9`)).kv?.modRevision).toBe(last);
      expect((await swap(storage, noRevision, put(`${at}a`, 'again'))).succeeded).toBe(true);
    });

    test('a long range is of one revision, whatever is written and compacted meanwhile', async () => {
      const { storage, at } = await fresh();
      const keys = Array.from({ length: 3_000 }, (_, i) => `${at}${String(i).padStart(4, '0')}`);
      await fill(storage, keys);
      const ends = [keys.at(0) ?? '', keys.at(-1) ?? ''];
      await write(storage, ...ends.map((key) => put(key, '0')));
      const [{ items, count, revision }] = await Promise.all([
        storage.range(whole(at)),
        (async () => {
          for (let i = 1; i < 10; i += 1) {
            await storage.compact(await write(storage, ...ends.map((key) => put(key, `${i}`))));
          }
        })(),
      ]);
      expect([items.length, count]).toEqual([3_000, 3_000]);
      expect(text(items[0])).toBe(text(items.at(-1)));
      expect(items.every(({ modRevision }) => modRevision <= revision)).toBe(true);
    });

    test('compacting again at or below is no error; in the future it is', async () => {
      const { storage, second, fifth, last } = await history();
      await compactTo(storage, fifth);
      await storage.compact(fifth);
      await storage.compact(second);
      expect(await storage.compactRevision()).toBe(fifth);
      expect(await refused(storage.compact(next(last)))).toBe('future-revision');
      await compactTo(storage, last);
    });
  });
}

import { describe, expect, test } from 'vitest';
import { del, put, type StorageBed, write } from './bed.ts';
import { WatchRecorder } from './watch-recorder.ts';

export function describeTimeToLive({ fresh }: StorageBed): void {
  describe('time to live', () => {
    test('a key is deleted when its time is up, and a watch sees it', async () => {
      const { storage, at } = await fresh();
      const from = await storage.currentRevision();
      const watch = new WatchRecorder(from);
      storage.watch(at, from, watch);
      const created = await write(storage, put(`${at}a`, '1', 1));
      await watch.until(() => watch.record.batches.length === 2);
      const [, [deleted] = []] = watch.record.batches;
      expect(deleted).toMatchObject({ key: `${at}a`, what: 'delete' });
      expect(deleted?.revision).toBeGreaterThan(created);
      const { kv, revision } = await storage.get(`${at}a`);
      expect([kv, revision]).toEqual([undefined, deleted?.revision]);
    });

    test('a later put takes the time to live with it', async () => {
      const { storage, at } = await fresh();
      const from = await storage.currentRevision();
      const watch = new WatchRecorder(from);
      storage.watch(at, from, watch);
      await write(storage, put(`${at}kept`, '1', 1));
      await write(storage, put(`${at}prolonged`, '1', 1));
      const kept = await write(storage, put(`${at}kept`, '2'));
      await write(storage, put(`${at}prolonged`, '2', 600));
      await write(storage, put(`${at}witness`, '1', 3));
      await watch.until(() => watch.record.batches.flat().some(({ what }) => what === 'delete'));
      expect(watch.record.batches.flat().filter(({ what }) => what === 'delete')).toMatchObject([
        { key: `${at}witness` },
      ]);
      expect((await storage.get(`${at}kept`)).kv?.modRevision).toBe(kept);
      await write(storage, del(`${at}prolonged`));
    });
  });
}

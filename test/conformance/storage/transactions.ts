import { describe, expect, test } from 'vitest';
import { asRevision, noRevision } from '../../../src/base/revision.ts';
import { bytes, del, needs, put, refused, type StorageBed, swap, text, whole, write } from './bed.ts';
import { WatchRecorder } from './watch-recorder.ts';

export function describeTransactions({ fresh, capabilities }: StorageBed): void {
  describe('transactions', () => {
    needs(capabilities.fresh, 'a fresh store is at revision 1, so that 0 is never a real one', async () => {
      const { storage } = await fresh();
      expect(await storage.currentRevision()).toBe(1);
      expect(await storage.compactRevision()).toBe(0);
    });

    test('a create succeeds where the key is absent, at the next revision', async () => {
      const { storage, at } = await fresh();
      const before = await storage.currentRevision();
      const result = await swap(storage, noRevision, put(`${at}a`, '1'));
      expect(result).toEqual({ succeeded: true, revision: before + 1 });
      expect((await storage.get(`${at}a`)).kv).toEqual({
        key: `${at}a`,
        value: bytes('1'),
        createRevision: before + 1,
        modRevision: before + 1,
      });
    });

    test('a create of an existing key fails, tells what is there, and changes nothing', async () => {
      const { storage, at } = await fresh();
      const created = await write(storage, put(`${at}a`, '1'));
      const result = await swap(storage, noRevision, put(`${at}a`, '2'));
      expect(result).toEqual({
        succeeded: false,
        current: [{ key: `${at}a`, value: bytes('1'), createRevision: created, modRevision: created }],
        revision: created,
      });
      expect(await storage.currentRevision()).toBe(created);
      expect(text((await storage.get(`${at}a`)).kv)).toBe('1');
    });

    test('an update at the current revision keeps the create revision', async () => {
      const { storage, at } = await fresh();
      const created = await write(storage, put(`${at}a`, '1'));
      const result = await swap(storage, created, put(`${at}a`, '2'));
      expect(result).toEqual({ succeeded: true, revision: created + 1 });
      expect((await storage.get(`${at}a`)).kv).toEqual({
        key: `${at}a`,
        value: bytes('2'),
        createRevision: created,
        modRevision: created + 1,
      });
    });

    test('an update or delete at a stale revision fails with the current value', async () => {
      const { storage, at } = await fresh();
      const created = await write(storage, put(`${at}a`, '1'));
      const updated = await write(storage, put(`${at}a`, '2'));
      for (const operation of [put(`${at}a`, '3'), del(`${at}a`)]) {
        const result = await swap(storage, created, operation);
        expect(result.succeeded).toBe(false);
        expect(!result.succeeded && result.current).toEqual([
          { key: `${at}a`, value: bytes('2'), createRevision: created, modRevision: updated },
        ]);
      }
    });

    test('an update of an absent key fails and tells that there is none', async () => {
      const { storage, at } = await fresh();
      const gone = await write(storage, put(`${at}a`, '1'));
      await write(storage, del(`${at}a`));
      const result = await swap(storage, gone, put(`${at}a`, '2'));
      expect(result.succeeded).toBe(false);
      expect(!result.succeeded && result.current).toEqual([undefined]);
    });

    test('a delete at the current revision takes a revision; creating again starts anew', async () => {
      const { storage, at } = await fresh();
      const created = await write(storage, put(`${at}a`, '1'));
      expect(await swap(storage, created, del(`${at}a`))).toEqual({ succeeded: true, revision: created + 1 });
      const missing = await storage.get(`${at}a`);
      expect(missing).toEqual({ kv: undefined, revision: created + 1 });
      await swap(storage, noRevision, put(`${at}a`, '2'));
      expect((await storage.get(`${at}a`)).kv?.createRevision).toBe(created + 2);
    });

    test('deleting what does not exist takes no revision', async () => {
      const { storage, at } = await fresh();
      const before = await write(storage, put(`${at}a`, '1'));
      expect(await write(storage, del(`${at}nothing`))).toBe(before);
      expect(await storage.currentRevision()).toBe(before);
    });

    test('several keys change in one revision, or none does', async () => {
      const { storage, at } = await fresh();
      const a = await write(storage, put(`${at}a`, '1'));
      const b = await write(storage, put(`${at}b`, '1'));
      const compare = [
        { key: `${at}a`, modRevision: a },
        { key: `${at}b`, modRevision: b },
        { key: `${at}c`, modRevision: noRevision },
      ];
      const operations = [put(`${at}c`, '1'), put(`${at}a`, '2'), del(`${at}b`)];
      const done = await storage.transact({ compare, operations });
      expect(done).toEqual({ succeeded: true, revision: b + 1 });
      const { items } = await storage.range(whole(at));
      expect(items.map(({ key, modRevision }) => [key, modRevision])).toEqual([
        [`${at}a`, b + 1],
        [`${at}c`, b + 1],
      ]);

      const again = await storage.transact({ compare, operations });
      expect(again.succeeded).toBe(false);
      expect(!again.succeeded && again.current.map(text)).toEqual(['2', undefined, '1']);
      expect(await storage.currentRevision()).toBe(b + 1);
    });

    test('of many writers that swap the same revision exactly one succeeds', async () => {
      const { storage, at } = await fresh();
      const created = await write(storage, put(`${at}a`, 'start'));
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) => swap(storage, created, put(`${at}a`, `writer ${i}`))),
      );
      expect(results.filter(({ succeeded }) => succeeded)).toHaveLength(1);
      const winner = results.findIndex(({ succeeded }) => succeeded);
      expect(text((await storage.get(`${at}a`)).kv)).toBe(`writer ${winner}`);
    });

    test('of many deleters that compare the same revision exactly one succeeds', async () => {
      const { storage, at } = await fresh();
      const created = await write(storage, put(`${at}a`, 'start'));
      const results = await Promise.all(Array.from({ length: 20 }, () => swap(storage, created, del(`${at}a`))));
      expect(results.filter(({ succeeded }) => succeeded)).toEqual([{ succeeded: true, revision: created + 1 }]);
      expect(await storage.currentRevision()).toBe(created + 1);
    });

    test('an empty value is a value', async () => {
      const { storage, at } = await fresh();
      const watch = new WatchRecorder(await storage.currentRevision());
      storage.watch(at, asRevision(watch.record.from), watch);
      const revision = await write(storage, put(`${at}a`, ''));
      expect((await storage.get(`${at}a`)).kv?.value).toEqual(Buffer.alloc(0));
      await watch.reached(revision);
      expect(watch.record.batches).toEqual([[{ revision, key: `${at}a`, what: 'put ' }]]);
    });

    test('a value of 1,500,000 bytes is kept, read and watched', async () => {
      const { storage, at } = await fresh();
      const watch = new WatchRecorder(await storage.currentRevision());
      storage.watch(at, asRevision(watch.record.from), watch);
      const value = Buffer.alloc(1_500_000, 'abcdefg');
      const revision = await write(storage, { type: 'put', key: `${at}large`, value });
      expect((await storage.get(`${at}large`)).kv?.value.equals(value)).toBe(true);
      expect((await storage.range(whole(at))).items[0]?.value.equals(value)).toBe(true);
      await watch.reached(revision);
      expect(watch.record.batches).toEqual([[{ revision, key: `${at}large`, what: 'put 1500000' }]]);
    });

    test('a value above 1.5 MiB is refused as too-large, and nothing of its transaction is written', async () => {
      const { storage, at } = await fresh();
      const before = await storage.currentRevision();
      const value = Buffer.alloc(1_572_865, 'x');
      const attempt = storage.transact({
        compare: [],
        operations: [put(`${at}small`, '1'), { type: 'put', key: `${at}large`, value }],
      });
      expect(await refused(attempt)).toBe('too-large');
      expect(await storage.currentRevision()).toBe(before);
      expect((await storage.range(whole(at))).count).toBe(0);
      expect(await write(storage, put(`${at}small`, '1'))).toBe(before + 1);
    });
  });
}

import { describe, expect, test } from 'vitest';
import { type Revision } from '../../../src/base/revision.ts';
import { del, fill, next, put, refused, type StorageBed, text, whole, write } from './bed.ts';

export function describeReads({ fresh }: StorageBed): void {
  describe('reads', () => {
    test('every read after an acknowledged write sees it', async () => {
      const { storage, at } = await fresh();
      for (let i = 0; i < 20; i += 1) {
        const revision = await write(storage, put(`${at}a`, `${i}`));
        const [current, got, ranged] = await Promise.all([
          storage.currentRevision(),
          storage.get(`${at}a`),
          storage.range(whole(at)),
        ]);
        expect([current, got.revision, ranged.revision]).toEqual([revision, revision, revision]);
        expect([text(got.kv), text(ranged.items[0])]).toEqual([`${i}`, `${i}`]);
      }
    });

    test('keys come in the order of their UTF-8 bytes', async () => {
      const { storage, at } = await fresh();
      const sorted = ['a-b/x', 'a.b/x', 'a/x', 'a/x-y', 'a/x.y', 'a/x/y', 'aB', 'a_', 'ab', '\u{ff5e}', '\u{1f600}'];
      await write(storage, ...[...sorted].reverse().map((key) => put(at + key, key)));
      const all = await storage.range(whole(at));
      expect(all.items.map(text)).toEqual(sorted);
      const inside = await storage.range(whole(`${at}a/`));
      expect(inside.items.map(text)).toEqual(['a/x', 'a/x-y', 'a/x.y', 'a/x/y']);
    });

    test('a range includes its start and not its end, and may be empty', async () => {
      const { storage, at } = await fresh();
      const revision = await write(storage, put(`${at}a`, 'a'), put(`${at}b`, 'b'), put(`${at}c`, 'c'));
      const some = await storage.range({ start: `${at}a`, end: `${at}c` });
      expect(some).toMatchObject({ more: false, count: 2, revision });
      expect(some.items.map(text)).toEqual(['a', 'b']);
      const none = await storage.range({ start: `${at}d`, end: `${at}e` });
      expect(none).toEqual({ items: [], more: false, count: 0, revision });
    });

    test('a range at an older revision shows exactly what was there then', async () => {
      const { storage, at } = await fresh();
      const first = await write(storage, put(`${at}a`, 'a1'), put(`${at}b`, 'b1'));
      const second = await write(storage, put(`${at}a`, 'a2'));
      const third = await write(storage, del(`${at}b`), put(`${at}c`, 'c1'));
      const fourth = await write(storage, put(`${at}b`, 'b2'));
      const shown = async (revision: Revision) => {
        const { items, count } = await storage.range({ ...whole(at), revision });
        expect(count).toBe(items.length);
        return items.map((kv) => [text(kv), kv.createRevision, kv.modRevision]);
      };
      expect(await shown(first)).toEqual([
        ['a1', first, first],
        ['b1', first, first],
      ]);
      expect(await shown(second)).toEqual([
        ['a2', first, second],
        ['b1', first, first],
      ]);
      expect(await shown(third)).toEqual([
        ['a2', first, second],
        ['c1', third, third],
      ]);
      expect(await shown(fourth)).toEqual([
        ['a2', first, second],
        ['b2', fourth, fourth],
        ['c1', third, third],
      ]);
    });

    test('pages of one revision are one list, whatever is written meanwhile', async () => {
      const { storage, at } = await fresh();
      const keys = Array.from({ length: 25 }, (_, i) => `${at}${String(i).padStart(3, '0')}`);
      await fill(storage, keys);
      const seen: string[] = [];
      let page = await storage.range({ ...whole(at), limit: 10 });
      const { revision } = page;
      for (;;) {
        expect(page.count).toBe(25 - seen.length);
        seen.push(...page.items.map(({ key }) => key));
        if (!page.more) break;
        expect(page.items).toHaveLength(10);
        await write(storage, del(keys.at(-1) ?? ''), put(`${at}003b`, 'new'), put(`${keys[20]}b`, 'new'));
        page = await storage.range({ start: `${seen.at(-1)}\0`, end: whole(at).end, limit: 10, revision });
      }
      expect(seen).toEqual(keys);
    });

    test('a limit that the range just fills leaves no more', async () => {
      const { storage, at } = await fresh();
      await write(storage, put(`${at}a`, 'a'), put(`${at}b`, 'b'));
      expect(await storage.range({ ...whole(at), limit: 2 })).toMatchObject({ more: false, count: 2 });
      expect(await storage.range({ ...whole(at), limit: 1 })).toMatchObject({ more: true, count: 2 });
      expect(await storage.range({ ...whole(at), limit: 0 })).toMatchObject({ more: false, count: 2 });
    });

    test('a range that nobody needs counted has the same items', async () => {
      const { storage, at } = await fresh();
      await write(storage, put(`${at}a`, 'a'), put(`${at}b`, 'b'));
      for (const limit of [0, 1, 2]) {
        const { items, more, revision } = await storage.range({ ...whole(at), limit });
        const range = { ...whole(at), limit, revision, counted: false };
        expect(await storage.range(range)).toMatchObject({ items, more, revision });
      }
    });

    test('a range of keys only has the same items without their values', async () => {
      const { storage, at } = await fresh();
      const written = await write(storage, put(`${at}a`, 'a'), put(`${at}b`, 'b'));
      await write(storage, put(`${at}b`, 'c'));
      for (const limit of [0, 1]) {
        for (const revision of [written, await storage.currentRevision()]) {
          const range = { ...whole(at), limit, revision };
          const { items, more, count } = await storage.range(range);
          const keys = await storage.range({ ...range, keysOnly: true });
          expect(keys).toMatchObject({ more, count, revision });
          expect(keys.items).toEqual(items.map((item) => ({ ...item, value: Buffer.alloc(0) })));
        }
      }
    });

    test('ten thousand keys come back whole and in order', async () => {
      const { storage, at } = await fresh();
      const keys = Array.from({ length: 10_000 }, (_, i) => `${at}${String(i).padStart(5, '0')}`);
      await fill(storage, keys);
      const { items, count, more } = await storage.range(whole(at));
      expect([count, more]).toEqual([10_000, false]);
      expect(items.map(({ key }) => key)).toEqual(keys);
      expect(items.every((kv) => text(kv) === kv.key)).toBe(true);
    }, 60_000);

    test('a range at a revision that has not happened is refused as future-revision', async () => {
      const { storage, at } = await fresh();
      const revision = next(await storage.currentRevision(), 100);
      expect(await refused(storage.range({ ...whole(at), revision }))).toBe('future-revision');
    });
  });
}

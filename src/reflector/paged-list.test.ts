import { describe, expect, test } from 'vitest';
import { ScriptedStorage, settled } from '../../test/support/scripted-storage.ts';
import { realClock } from '../base/clock.ts';
import { asRevision, type Revision } from '../base/revision.ts';
import { StorageError } from '../storage/errors.ts';
import type { KeyValue, RangeOptions } from '../storage/storage.ts';
import { type Page, PagedList } from './paged-list.ts';

/** The pages of a list of `count` values of `bytes` each, all the same bytes. */
async function pagesOf(count: number, bytes: number) {
  const value = Buffer.alloc(bytes);
  const revision = asRevision(7);
  const all = Array.from({ length: count }, (_, i): KeyValue => {
    return { key: `/r/${String(i).padStart(6, '0')}`, value, createRevision: revision, modRevision: revision };
  });
  const asked: (Revision | undefined)[] = [];
  const range = ({ start, end, limit = 0, revision: at }: RangeOptions) => {
    asked.push(at);
    const found = all.filter(({ key }) => key >= start && key < end);
    const items = found.slice(0, limit);
    // Without a revision the answer is of the latest, which goes on.
    return Promise.resolve({ items, more: items.length < found.length, count: found.length, revision: at ?? revision });
  };
  const list = new PagedList({ range }, realClock, { start: '/r/', end: '/r0' });
  const pages: Page[] = [];
  do pages.push(await list.next());
  while (pages.at(-1)?.last === false);
  expect(pages.flatMap(({ items }) => items)).toEqual(all);
  expect(asked).toEqual(pages.map((_, page) => (page === 0 ? undefined : revision)));
  return pages.map(({ items }) => items.length);
}

describe('PagedList', () => {
  test('grows to 1,000 small values a page', async () => {
    expect(await pagesOf(3_000, 100)).toEqual([250, 1_000, 1_000, 750]);
  });

  test('aims at 4 MiB a page where values are large', async () => {
    expect(await pagesOf(400, 64 * 1024)).toEqual([250, 64, 64, 22]);
  });

  test('never asks for less than some values, however large they are', async () => {
    expect(await pagesOf(260, 1_572_864)).toEqual([250, 8, 2]);
  });

  test('an empty range is one empty, last page', async () => {
    expect(await pagesOf(0, 0)).toEqual([0]);
  });

  test('a page that failed can be asked for again', async () => {
    const storage = new ScriptedStorage();
    storage.write(['/r/a', '1']);
    storage.failures = 1;
    const list = new PagedList(storage, realClock, { start: '/r/', end: '/r0' });
    await expect(list.next()).rejects.toBeInstanceOf(StorageError);
    expect(await list.next()).toMatchObject({ revision: 2, last: true });
  });

  /** Of two pages, with the first one read. */
  const twoPages = async () => {
    const storage = new ScriptedStorage();
    storage.write(...Array.from({ length: 300 }, (_, i) => [`/r/${i}`, 'x'] as const));
    const second = storage.holdBackPages();
    const list = new PagedList(storage, realClock, { start: '/r/', end: '/r0' });
    expect((await list.next()).items).toHaveLength(250);
    return { storage, list, second };
  };

  test('has the next page read while the one before is taken in, and no more than one', async () => {
    const { storage, list, second } = await twoPages();
    expect(storage.ranges).toHaveLength(2);
    second.open();
    expect((await list.next()).last).toBe(true);
    expect(storage.ranges).toHaveLength(2);
  });

  test('tells that a page failed which was read ahead to whoever asks for it, and then reads it again', async () => {
    const { storage, list, second } = await twoPages();
    storage.failures = 1;
    second.open();
    await settled();
    await expect(list.next()).rejects.toBeInstanceOf(StorageError);
    expect((await list.next()).items).toHaveLength(50);
  });
});

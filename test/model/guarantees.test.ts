import { describe, expect, test } from 'vitest';
import { broken, type Change, type GuaranteeName, guarantees, type WatchRecord } from './guarantees.ts';

const a1: Change = { revision: 1, key: '/a', what: 'put 1' };
const a2: Change = { revision: 2, key: '/a', what: 'put 2' };
const b2: Change = { revision: 2, key: '/b', what: 'put 1' };
const a3: Change = { revision: 3, key: '/a', what: 'delete' };
const b4: Change = { revision: 4, key: '/b', what: 'put 2' };
const writes = [a1, a2, b2, a3, b4];

const record = (batches: readonly (readonly Change[])[], bookmarks: WatchRecord['bookmarks'] = []): WatchRecord => ({
  from: 1,
  batches,
  bookmarks,
});

/** For each name, records that break it and nothing else. */
const brokenRecords: Record<GuaranteeName, Record<string, WatchRecord>> = {
  ordered: {
    'a later revision first': record([[a3], [a2, b2], [b4]]),
    'one transaction in another order': record([[b2, a2], [a3]]),
  },
  unique: { 'a change twice in its batch': record([[a2, b2, b2]]) },
  atomic: {
    'a revision in two batches': record([[a2], [b2], [a3]]),
    'two revisions in one batch': record([[a2, b2, a3]]),
    'a batch of nothing': record([[a2, b2], []]),
  },
  reliable: {
    'a change left out': record([[a2, b2], [b4]]),
    'half a transaction': record([[b2], [a3]]),
    'a change that was not asked for': record([[a1], [a2, b2]]),
    'a change that nobody made': record([[a2, b2], [{ ...a3, key: '/c' }]]),
    'a wrong value': record([[a2, { ...b2, what: 'put 9' }]]),
  },
  bookmarkable: {
    'a bookmark ahead of its events': record([[a2, b2], [a3]], [{ after: 1, revision: 3 }]),
    'a bookmark for what never came': record([[a2, b2]], [{ after: 1, revision: 4 }]),
    'a bookmark that goes back': record(
      [[a2, b2]],
      [
        { after: 1, revision: 2 },
        { after: 1, revision: 1 },
      ],
    ),
  },
};

describe('model/guarantees', () => {
  test('a correct watch breaks nothing', () => {
    const bookmarks = [
      { after: 0, revision: 1 },
      { after: 1, revision: 2 },
      { after: 3, revision: 9 },
    ];
    expect(broken(record([[a2, b2], [a3], [b4]], bookmarks), writes)).toEqual([]);
  });

  test('a watch that has only seen the beginning breaks nothing', () => {
    expect(broken(record([[a2, b2]]), writes)).toEqual([]);
    expect(broken(record([]), writes)).toEqual([]);
  });

  for (const name of Object.keys(guarantees) as GuaranteeName[]) {
    for (const [what, watch] of Object.entries(brokenRecords[name])) {
      test(`${what} is not ${name}`, () => expect(broken(watch, writes)).toEqual([name]));
    }
  }
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commonIndex, countIndexes } from './index-intervals.ts';

/** `1-3,5`: how a controller writes a set of indexes. */
function textOf(indexes: ReadonlySet<number>): string {
  const parts: string[] = [];
  for (const first of [...indexes].sort((a, b) => a - b)) {
    if (indexes.has(first - 1)) continue;
    let last = first;
    while (indexes.has(last + 1)) last += 1;
    parts.push(first === last ? `${first}` : `${first}-${last}`);
  }
  return parts.join(',');
}

const indexes = fc.uniqueArray(fc.nat(20)).map((list) => new Set(list));

describe('indexes of jobs', () => {
  test('are counted as often as they are named', () => {
    fc.assert(
      fc.property(indexes, (set) => {
        expect(countIndexes(textOf(set), 21)).toEqual({ total: set.size });
      }),
    );
  });

  test('that two texts have in common, the first of them is found', () => {
    fc.assert(
      fc.property(indexes, indexes, (one, two) => {
        const common = [...one].filter((index) => two.has(index)).sort((a, b) => a - b)[0];
        expect(commonIndex(textOf(one), textOf(two), 21)).toBe(common === undefined ? undefined : BigInt(common));
      }),
    );
  });

  test.each([
    ['a', 'cannot convert string to integer for index: "a"'],
    ['1-', 'cannot convert string to integer for index: ""'],
    [
      '1-2-3',
      `the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by '-'`,
    ],
    ['5', 'too large index: "5"'],
    ['1-5', 'too large index: "5"'],
    ['2-2', 'non-increasing order, previous: 2, current: 2'],
    ['3,1', 'non-increasing order, previous: 3, current: 1'],
  ])('%j names none', (text, error) => expect(countIndexes(text, 5)).toEqual({ error }));
});

import { describe, expect, test } from 'vitest';
import { FakeRestStorage } from '../../test/support/fake-rest-storage.ts';
import { storedObject } from '../../test/support/watch-cache.ts';
import type { ServedVersion } from '../api/served-version.ts';
import { TableRows } from './table-rows.ts';

/** A version that counts how often a row of each object was made. */
function counting(): { readonly served: ServedVersion; readonly made: string[] } {
  const [served] = new FakeRestStorage().kind.versions;
  expect.assert(served);
  const made: string[] = [];
  const [name] = served.columns;
  expect.assert(name);
  const cell: typeof name.cell = (object) => {
    made.push((object['metadata'] as { name: string }).name);
    return '';
  };
  return { served: { ...served, columns: [{ ...name, cell }] }, made };
}

const objects = Array.from({ length: 60 }, (_, i) => storedObject(`a/${i}`, i + 1, { metadata: { name: `${i}` } }));
const [first, second] = objects;
expect.assert(first !== undefined && second !== undefined);

describe('rows of Tables', () => {
  test('are made once per object and version, when they are first asked for', () => {
    const rows = new TableRows(2 ** 20);
    const { served, made } = counting();
    const other = counting();
    const row = rows.of(served, 1)(first);
    expect(rows.of(served, 2)(first)).toBe(row);
    expect(rows.of(served, 2)(second)).not.toBe(row);
    expect(rows.of(other.served, 1)(first)).not.toBe(row);
    expect([made, other.made]).toEqual([['0', '1'], ['0']]);
    expect(rows.of(served, 1)(first.at(first.revision))).not.toBe(row);
  });

  test('keep to their bound: what was not asked for lately goes', () => {
    const maxBytes = 4_000;
    const rows = new TableRows(maxBytes);
    const { served, made } = counting();
    for (const object of objects) {
      rows.of(served, 1)(object);
      rows.of(served, 1)(first);
      expect(rows.bytes).toBeLessThanOrEqual(maxBytes);
    }
    expect(rows.bytes).toBeGreaterThan(maxBytes / 4);
    expect(made).toHaveLength(objects.length);
    rows.of(served, 1)(second);
    expect(made).toHaveLength(objects.length + 1);
  });

  test('of a version that nobody asked for in a whole generation are gone', () => {
    const rows = new TableRows(4_000);
    const [quiet, busy] = [counting(), counting()];
    rows.of(quiet.served, 1)(first);
    for (const object of objects) rows.of(busy.served, 1)(object);
    rows.of(quiet.served, 1)(first);
    expect(quiet.made).toEqual(['0', '0']);
  });

  test('are not kept of a list that is too long for them, nor where there is no room at all', () => {
    for (const [maxBytes, count] of [
      [4_000, 1_000],
      [0, 1],
    ] as const) {
      const rows = new TableRows(maxBytes);
      const { served, made } = counting();
      rows.of(served, count)(first);
      rows.of(served, count)(first);
      expect([made, rows.bytes]).toEqual([['0', '0'], 0]);
    }
  });
});

import { expect, test } from 'vitest';
import { FakeRestStorage } from '../../test/support/fake-rest-storage.ts';
import { storedObject } from '../../test/support/watch-cache.ts';
import type { ServedVersion } from '../api/served-version.ts';
import { shownBy, tableRow } from './table.ts';
import { rowOfObject } from './table-row.ts';

const object = storedObject('a/x', 7, { metadata: { name: 'x' } });
const options = { version: 'v1', includeObject: 'None' } as const;

function rowText(served: ServedVersion): string {
  const row = rowOfObject(served, object);
  return tableRow(row, shownBy(served, options)(object, row), 0).toString();
}

test('a row has its cells and its object, and conditions where the kind has something to say', () => {
  const [served] = new FakeRestStorage().kind.versions;
  expect.assert(served);
  expect(rowText(served)).toBe('{"cells":["x",false],"object":null}');
  const done = { type: 'Completed', status: 'True', reason: 'Failed', message: 'It failed.' } as const;
  const said = JSON.parse(rowText({ ...served, rowConditions: () => [done] })) as object;
  expect(Object.keys(said)).toEqual(['cells', 'conditions', 'object']);
  expect(said).toMatchObject({ conditions: [done] });
  expect(rowText({ ...served, rowConditions: () => [] })).not.toContain('conditions');
});

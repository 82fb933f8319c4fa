import { expect, test } from 'vitest';
import { FakeRestStorage } from '../../test/support/fake-rest-storage.ts';
import { storedObject } from '../../test/support/watch-cache.ts';
import { tableRow } from './table.ts';

const object = storedObject('a/x', 7, { metadata: { name: 'x' } });
const options = { version: 'v1', includeObject: 'None' } as const;

test('a row has its cells and its object, and conditions where the kind has something to say', () => {
  const [served] = new FakeRestStorage().kind.versions;
  expect.assert(served);
  expect(tableRow(served, object, options, 0).toString()).toBe('{"cells":["x",false],"object":null}');
  const done = { type: 'Completed', status: 'True', reason: 'Failed', message: 'It failed.' } as const;
  const said = JSON.parse(
    tableRow({ ...served, rowConditions: () => [done] }, object, options, 0).toString(),
  ) as object;
  expect(Object.keys(said)).toEqual(['cells', 'conditions', 'object']);
  expect(said).toMatchObject({ conditions: [done] });
  expect(tableRow({ ...served, rowConditions: () => [] }, object, options, 0).toString()).not.toContain('conditions');
});

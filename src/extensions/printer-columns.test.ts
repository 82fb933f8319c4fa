import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../machinery/json-value.ts';
import { printerColumns } from './printer-columns.ts';

const object: JsonObject = {
  metadata: { name: 'a', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: {
    count: 3.7,
    text: 'x',
    list: [1, 'b'],
    on: true,
    none: null,
    bad: 'yesterday',
    ten: 10n,
    map: { z: 1, a: [{ y: 1, b: 2 }] },
  },
};

const cell = (type: string, jsonPath: string) => printerColumns([{ name: 'C', type, jsonPath }])[1]?.cell(object);

describe('columns of a definition', () => {
  test.each([
    ['string', '.spec.text', 'x'],
    ['string', '.spec.list', '[1,"b"]'],
    ['string', '.spec.map', '{"a":[{"b":2,"y":1}],"z":1}'],
    ['string', '.spec.count', '3.7'],
    ['string', '.spec.missing', null],
    ['integer', '.spec.count', 3],
    ['integer', '.spec.ten', 10],
    ['integer', '.spec.text', null],
    ['number', '.spec.count', 3.7],
    ['boolean', '.spec.on', true],
    ['boolean', '.spec.text', null],
    ['date', '.spec.bad', '<invalid>'],
    ['date', '.spec.none', null],
    ['date', '.metadata.creationTimestamp', { before: '', since: Date.parse('2026-01-01T00:00:00Z'), after: '' }],
  ])('%s of %s', (type, path, wanted) => {
    expect(cell(type, path)).toEqual(wanted);
  });

  test('without any there is the age; what cannot be a path ends them', () => {
    expect(printerColumns().map(({ name, type }) => [name, type])).toEqual([
      ['Name', 'string'],
      ['Age', 'date'],
    ]);
    const bad = { name: 'Bad', type: 'string', jsonPath: '.a[' };
    const good = { name: 'Good', type: 'string', jsonPath: '.a' };
    expect(printerColumns([good, bad, good]).map(({ name }) => name)).toEqual(['Name', 'Good']);
  });
});

import { expect, test } from 'vitest';
import { goFloatText, goKind, goStringText, goTypeText, goValueText } from './go-value-text.ts';
import type { JsonValue } from './json-value.ts';

test.each<[JsonValue, string]>([
  [null, '<nil>'],
  ['a b', 'a b'],
  [true, 'true'],
  [12, '12'],
  [9007199254740993n, '9007199254740993'],
  [1.5, '1.5'],
  [0.00001, '1e-05'],
  [0.0001, '0.0001'],
  [1e21, '1e+21'],
  [1e20, '1e+20'],
  [1_000_000, '1000000'],
  [1234567.5, '1.2345675e+06'],
  [999999.5, '999999.5'],
  [[], '[]'],
  [['a', 1, null, ['b']], '[a 1 <nil> [b]]'],
  [{}, 'map[]'],
  [{ b: { c: [] }, a: 'x y' }, 'map[a:x y b:map[c:[]]]'],
])('Go writes %o as %s', (value, text) => {
  expect(goValueText(value)).toBe(text);
});

test('a value that is no string stands between marks where a string is wanted', () => {
  expect(['x', 1, 1.5, true, null, [], { a: 1 }].map(goStringText)).toEqual([
    'x',
    '%!s(int64=1)',
    '%!s(float64=1.5)',
    '%!s(bool=true)',
    '%!s(<nil>)',
    '[]',
    'map[a:1]',
  ]);
});

test('types and kinds have Go’s names', () => {
  const values: JsonValue[] = ['x', 1, 1n, 1.5, true, [], {}, null];
  expect(values.map(goTypeText).slice(0, -1)).toEqual([
    'string',
    'int64',
    'int64',
    'float64',
    'bool',
    '[]interface {}',
    'map[string]interface {}',
  ]);
  expect(values.map(goKind)).toEqual(['string', 'int64', 'int64', 'float64', 'bool', 'slice', 'map', 'invalid']);
});

test('a float has an exponent from a million on', () => {
  expect([1, 1.5, 100_000, 999_999, 1_000_000, 123_456_789, -2e6, 0.5, 1e-7].map(goFloatText)).toEqual([
    '1',
    '1.5',
    '100000',
    '999999',
    '1e+06',
    '1.23456789e+08',
    '-2e+06',
    '0.5',
    '1e-07',
  ]);
});

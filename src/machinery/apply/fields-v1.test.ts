import { expect, test } from 'vitest';
import type { JsonValue } from '../json-value.ts';
import { sorted } from './field-set.ts';
import { FieldsV1Error, readFieldsV1 } from './fields-v1.ts';

const written = (value: JsonValue): string => JSON.stringify(sorted(readFieldsV1(value)));

test('machinery/apply: FieldsV1 is read into its one spelling and order', () => {
  expect(
    written({ 'f:b': { 'k:{"port":80, "name":"<"}': { '.': {} } }, 'v:"x"': {}, 'i:+1': {}, 'q:later': { 'f:a': {} } }),
  ).toBe('{"f:b":{"k:{\\"name\\":\\"\\\\u003c\\",\\"port\\":80}":{}},"v:\\"x\\"":{},"i:1":{}}');
  expect(written({ 'f:a': { '.': {}, 'f:b': {} }, 'f:': {} })).toBe('{"f:":{},"f:a":{".":{},"f:b":{}}}');
  expect(JSON.stringify(readFieldsV1(undefined))).toBe('{}');
});

test('what is no set of fields is refused', () => {
  const wrong: readonly JsonValue[] = [
    [],
    'f:a',
    { f: {} },
    { fa: {} },
    { __proto__x: {} },
    { 'v:{': {} },
    { 'k:1': {} },
    { 'i:one': {} },
    { 'f:a': 1 },
  ];
  for (const value of wrong) expect(() => readFieldsV1(value), JSON.stringify(value)).toThrow(FieldsV1Error);
});

import { describe, expect, test } from 'vitest';
import { encodeJson, encodeJsonPretty } from './encode.ts';

describe('machinery/json encode', () => {
  test('escapes what Go escapes', () => {
    expect(encodeJson({ 'a<b': '<script>&\u2028\u2029</script>\u00a0é' })).toBe(
      '{"a\\u003cb":"\\u003cscript\\u003e\\u0026\\u2028\\u2029\\u003c/script\\u003e\u00a0é"}',
    );
  });

  test('keeps the order of keys', () => {
    expect(encodeJson({ kind: 'Pod', apiVersion: 'v1', metadata: {} })).toBe(
      '{"kind":"Pod","apiVersion":"v1","metadata":{}}',
    );
  });

  test('writes big integers as numbers', () => {
    expect(encodeJson([1, 9007199254740993n, { n: -9223372036854775808n }])).toBe(
      '[1,9007199254740993,{"n":-9223372036854775808}]',
    );
  });

  test('indents by two spaces, with big integers and without, and leaves what is empty on its line', () => {
    const lines = (n: string) =>
      `{\n  "a": [\n    ${n},\n    {\n      "b": "\\u003c"\n    },\n    [],\n    {}\n  ],\n  "c": null\n}`;
    expect(encodeJsonPretty({ a: [1, { b: '<' }, [], {}], c: null })).toBe(lines('1'));
    expect(encodeJsonPretty({ a: [9007199254740993n, { b: '<' }, [], {}], c: null })).toBe(lines('9007199254740993'));
  });
});

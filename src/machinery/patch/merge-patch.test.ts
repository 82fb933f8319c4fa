import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeJson } from '../json/encode.ts';
import { parseJsonText } from '../json/parse.ts';
import type { JsonObject } from '../json-value.ts';
import { applyMergePatch } from './merge-patch.ts';

const parsed = (text: string): JsonObject => parseJsonText(text).value as JsonObject;

function merged(target: string, patch: string): string {
  const object = parsed(target);
  applyMergePatch(object, parsed(patch));
  return encodeJson(object);
}

describe('RFC 7386', () => {
  test.each([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', '{}'],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
    ['{"a":1}', '{"a":{"b":{"c":null,"d":1}}}', '{"a":{"b":{"d":1}}}'],
    ['{"a":{"b":1}}', '{"a":["c",null]}', '{"a":["c",null]}'],
  ])('%s and %s make %s', (target, patch, result) => {
    expect(merged(target, patch)).toBe(result);
  });

  test('objects in a list that comes new lose their nulls, as in kube-apiserver, and nulls among its items stay', () => {
    expect(merged('{}', '{"a":[{"b":null,"c":[null]}]}')).toBe('{"a":[{"c":[null]}]}');
  });
});

describe('hostile patches', () => {
  test('the names of JavaScript’s own properties are keys like any other', () => {
    const patch = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    expect(merged('{}', patch)).toBe(patch);
    expect(merged(patch, '{"__proto__":{"polluted":null},"constructor":null}')).toBe('{"__proto__":{}}');
    expect(({} as JsonObject)['polluted']).toBeUndefined();
  });

  test('a patch can be merged again: it gives none of its own value away', () => {
    const patch = parsed('{"a":{"b":[1]}}');
    const [first, second] = [parsed('{}'), parsed('{}')];
    applyMergePatch(first, patch);
    (first['a'] as JsonObject)['b'] = 2;
    applyMergePatch(second, patch);
    expect(encodeJson(second)).toBe('{"a":{"b":[1]}}');
  });
});

test('a merge patch is idempotent, and its nulls are gone from what it made', () => {
  const scalar = fc.oneof(fc.integer(), fc.string(), fc.boolean());
  const key = fc.constantFrom('a', 'b', 'c', '__proto__');
  const { object } = fc.letrec<{ object: object }>((tie) => ({
    object: fc.dictionary(
      key,
      fc.oneof({ maxDepth: 4 }, fc.constant(null), scalar, fc.array(scalar, { maxLength: 3 }), tie('object')),
      {
        maxKeys: 4,
      },
    ),
  }));
  const json = object.map((value) => JSON.stringify(value));
  fc.assert(
    fc.property(json, json, (target, patch) => {
      const once = merged(target, patch);
      expect(JSON.parse(merged(once, patch))).toEqual(JSON.parse(once));
      expect(merged('{}', patch)).not.toContain('null');
    }),
  );
});

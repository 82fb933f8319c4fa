import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cloneJson } from '../json/clone.ts';
import { encodeJson } from '../json/encode.ts';
import { emptyObject, parseJsonText } from '../json/parse.ts';
import type { JsonObject, JsonValue } from '../json-value.ts';
import { applyJsonPatch } from './json-patch.ts';
import { jsonPatchOperations } from './json-patch-operations.ts';
import { PatchError, TooManyOperationsError } from './patch-error.ts';

const apply = (document: unknown, patch: readonly object[]): JsonValue => {
  const { operations } = jsonPatchOperations(patch as unknown as JsonValue, { strict: true });
  return applyJsonPatch(parseJsonText(JSON.stringify(document)).value as JsonObject, operations);
};
const plain = (value: JsonValue): unknown => JSON.parse(encodeJson(value));
const patched = (document: unknown, ...patch: readonly object[]) => plain(apply(document, patch));
const mismatch = (document: unknown, ...patch: readonly object[]) =>
  expect(() => apply(document, patch), JSON.stringify(patch)).toThrow(PatchError);

describe('RFC 6902', () => {
  test.each<[string, unknown, object[], unknown]>([
    ['adds a member', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    ['adds over a member', { a: 1 }, [{ op: 'add', path: '/a', value: [] }], { a: [] }],
    ['inserts into a list', { l: [1, 3] }, [{ op: 'add', path: '/l/1', value: 2 }], { l: [1, 2, 3] }],
    [
      'appends by index and by -',
      { l: [1] },
      [
        { op: 'add', path: '/l/1', value: 2 },
        { op: 'add', path: '/l/-', value: 3 },
      ],
      { l: [1, 2, 3] },
    ],
    ['adds a list as one item', { l: [1] }, [{ op: 'add', path: '/l/-', value: [2, 3] }], { l: [1, [2, 3]] }],
    ['adds deep', { a: { b: {} } }, [{ op: 'add', path: '/a/b/c', value: { d: 1 } }], { a: { b: { c: { d: 1 } } } }],
    ['removes a member', { a: 1, b: 2 }, [{ op: 'remove', path: '/a' }], { b: 2 }],
    ['removes an item', { l: [1, 2, 3] }, [{ op: 'remove', path: '/l/1' }], { l: [1, 3] }],
    [
      'replaces',
      { a: 1, l: [1, 2] },
      [
        { op: 'replace', path: '/a', value: null },
        { op: 'replace', path: '/l/0', value: 'x' },
      ],
      { a: null, l: ['x', 2] },
    ],
    ['replaces the whole', { a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }], { b: 2 }],
    ['moves a member', { a: { x: 1 }, b: {} }, [{ op: 'move', from: '/a/x', path: '/b/y' }], { a: {}, b: { y: 1 } }],
    ['moves an item', { l: [1, 2, 3] }, [{ op: 'move', from: '/l/0', path: '/l/2' }], { l: [2, 3, 1] }],
    [
      'copies, and what was copied is another',
      { a: { x: [1] } },
      [
        { op: 'copy', from: '/a', path: '/b' },
        { op: 'add', path: '/b/x/-', value: 2 },
      ],
      { a: { x: [1] }, b: { x: [1, 2] } },
    ],
    [
      'tests values of every type',
      { a: { s: 'x', n: 1, t: true, l: [1, { z: null }], o: {} } },
      [
        { op: 'test', path: '/a/s', value: 'x' },
        { op: 'test', path: '/a/n', value: 1 },
        { op: 'test', path: '/a/t', value: true },
        { op: 'test', path: '/a/l', value: [1, { z: null }] },
        { op: 'test', path: '/a', value: { o: {}, l: [1, { z: null }], t: true, n: 1, s: 'x' } },
        { op: 'test', path: '', value: { a: { s: 'x', n: 1, t: true, l: [1, { z: null }], o: {} } } },
      ],
      { a: { s: 'x', n: 1, t: true, l: [1, { z: null }], o: {} } },
    ],
    [
      'reads ~1 and ~0, each once',
      { 'a/b': 1, 'm~n': 2, '~1': 3 },
      [
        { op: 'test', path: '/a~1b', value: 1 },
        { op: 'test', path: '/m~0n', value: 2 },
        { op: 'remove', path: '/~01' },
      ],
      { 'a/b': 1, 'm~n': 2 },
    ],
    ['knows the empty key', { '': { '': 1 } }, [{ op: 'replace', path: '//', value: 2 }], { '': { '': 2 } }],
    ['does without fields that an operation has no use for', { a: 1 }, [{ op: 'remove', path: '/a', xyz: 1 }], {}],
  ])('%s', (_what, document, patch, result) => {
    expect(plain(apply(document, patch))).toEqual(result);
  });

  test('what fails fails as a whole', () => {
    mismatch({ a: 1 }, { op: 'test', path: '/a', value: 2 });
    mismatch({ a: 1 }, { op: 'test', path: '/a', value: '1' });
    mismatch({ l: [1, 2] }, { op: 'test', path: '/l', value: [2, 1] });
    mismatch({ l: [1, 2] }, { op: 'test', path: '/l', value: [1] });
    mismatch({ a: {} }, { op: 'test', path: '/a', value: { b: null } });
    mismatch({ a: 1 }, { op: 'remove', path: '/b' });
    mismatch({ a: 1 }, { op: 'move', from: '/b', path: '/c' });
    mismatch({ a: { b: 1 } }, { op: 'move', from: '/a', path: '/a/b' });
    mismatch({ a: 1 }, { op: 'add', path: '/b/c', value: 1 });
    mismatch({ a: 'text' }, { op: 'add', path: '/a/0', value: 1 });
    mismatch({ a: null }, { op: 'add', path: '/a/b', value: 1 });
    mismatch({ l: [1] }, { op: 'add', path: '/l/2', value: 1 });
    mismatch({ l: [1] }, { op: 'remove', path: '/l/-' });
    mismatch({ l: [1] }, { op: 'replace', path: '/l/1', value: 1 });
    mismatch({ l: [1] }, { op: 'test', path: '/l/x', value: 1 });
    mismatch({ a: 1 }, { op: 'add', value: 1 });
    mismatch({ a: 1 }, { op: 'add', path: '', value: {} });
    mismatch({ a: 1 }, { op: 'remove', path: '' });
    mismatch({ a: 1 }, { op: 'copy', path: '/b' });
    mismatch({ a: 1 }, { op: 'replace', path: '', value: 'text' });
    mismatch({ a: 1 }, { op: 'spell', path: '/a' });
    mismatch({ a: 1 }, { path: '/a' });
    mismatch({ a: 1 }, { OP: 'remove', path: '/a' });
  });
});

describe('as kube-apiserver has it beyond the RFC', () => {
  test('an index may count from the end, have a sign and leading zeros', () => {
    expect(patched({ l: [1, 2, 3] }, { op: 'replace', path: '/l/-1', value: 9 })).toEqual({ l: [1, 2, 9] });
    expect(patched({ l: [1, 2, 3] }, { op: 'remove', path: '/l/-3' })).toEqual({ l: [2, 3] });
    expect(patched({ l: [1, 2] }, { op: 'add', path: '/l/-1', value: 9 })).toEqual({ l: [1, 2, 9] });
    expect(patched({ l: [1, 2] }, { op: 'add', path: '/l/-3', value: 9 })).toEqual({ l: [9, 1, 2] });
    expect(patched({ l: [1, 2] }, { op: 'replace', path: '/l/+01', value: 9 })).toEqual({ l: [1, 9] });
    for (const index of ['-4', '3', ' 1', '1.0', '1e0', '0x1', '', '99999999999999999999']) {
      mismatch({ l: [1, 2, 3] }, { op: 'replace', path: `/l/${index}`, value: 9 });
    }
    mismatch({ l: [1, 2] }, { op: 'add', path: '/l/-4', value: 9 });
  });

  test('a value that is missing is null, and null is what is not there', () => {
    expect(patched({ a: 1 }, { op: 'add', path: '/b' })).toEqual({ a: 1, b: null });
    expect(patched({ a: 1 }, { op: 'copy', from: '/none', path: '/b' })).toEqual({ a: 1, b: null });
    expect(patched({ a: 1 }, { op: 'test', path: '/none', value: null }, { op: 'test', path: '/none' })).toEqual({
      a: 1,
    });
  });

  test('replace of a key that is not there adds it', () => {
    expect(patched({ a: {} }, { op: 'replace', path: '/a/b', value: 1 })).toEqual({ a: { b: 1 } });
  });

  test('what stands before the first slash counts for nothing', () => {
    expect(patched({ a: 1 }, { op: 'add', path: 'x/b', value: 2 })).toEqual({ a: 1, b: 2 });
  });

  test('the document may become a list', () => {
    expect(patched({}, { op: 'replace', path: '', value: [1] }, { op: 'add', path: '/-', value: 2 })).toEqual([1, 2]);
  });
});

describe('hostile patches', () => {
  test('the names of JavaScript’s own properties are keys like any other', () => {
    for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'length']) {
      mismatch({}, { op: 'add', path: `/${key}/polluted`, value: 1 });
      mismatch({ l: [] }, { op: 'add', path: `/l/${key}`, value: 1 });
      mismatch({}, { op: 'remove', path: `/${key}` });
      const result = apply({}, [{ op: 'add', path: `/${key}`, value: { polluted: 1 } }]) as JsonObject;
      expect(Object.keys(result)).toEqual([key]);
      expect(patched({}, { op: 'test', path: `/${key}`, value: null })).toEqual({});
    }
    expect(({} as JsonObject)['polluted']).toBeUndefined();
  });

  test('an operation can be applied again: it gives none of its own value away', () => {
    const { operations } = jsonPatchOperations(
      [
        { op: 'add', path: '/a', value: { l: [] } },
        { op: 'add', path: '/a/l/-', value: 1 },
      ] as JsonValue,
      { strict: true },
    );
    for (const _attempt of [1, 2]) expect(plain(applyJsonPatch(emptyObject(), operations))).toEqual({ a: { l: [1] } });
  });

  test('ten thousand operations are taken, one more is not', () => {
    const remove = Array.from({ length: 10_000 }, () => ({ op: 'test', path: '/a', value: 1 }));
    expect(patched({ a: 1 }, ...remove)).toEqual({ a: 1 });
    expect(() => apply({ a: 1 }, [...remove, { op: 'test', path: '/a', value: 1 }])).toThrow(
      new TooManyOperationsError('The allowed maximum operations in a JSON patch is 10000, got 10001'),
    );
  });

  test('ten thousand operations in the middle of a list of a hundred thousand are done in its order', () => {
    const long = Array.from({ length: 100_000 }, (_, index) => index);
    const insert = { op: 'add', path: '/l/50000', value: -1 };
    const moves = Array.from({ length: 4_999 }, () => [insert, { op: 'move', from: '/l/0', path: '/l/-' }]).flat();
    const result = apply({ l: long }, [...moves, insert, { op: 'test', path: '/l/50000', value: -1 }]) as JsonObject;
    const list = result['l'] as number[];
    expect(list).toHaveLength(105_000);
    expect(list.filter((item) => item === -1)).toHaveLength(5_000);
    expect(list.slice(-2)).toEqual([4_997, 4_998]);
  });

  test('copies may add three megabytes together', () => {
    const document = { a: 'x'.repeat(1024 * 1024) };
    const copy = (path: string) => ({ op: 'copy', from: '/a', path });
    expect(Object.keys(patched(document, copy('/b'), copy('/c')) as object)).toEqual(['a', 'b', 'c']);
    mismatch(document, copy('/b'), copy('/c'), copy('/d'));
    const doubling = Array.from({ length: 60 }, () => ({ op: 'copy', from: '/a', path: '/a/-' }));
    mismatch({ a: ['x'.repeat(10_000)] }, ...doubling);
  });

  test('what nests deeper than an object may is refused, however it came about', () => {
    const wrap = [
      { op: 'add', path: '/b', value: {} },
      { op: 'move', from: '/a', path: '/b/a' },
      { op: 'move', from: '/b', path: '/a' },
    ];
    mismatch({ a: 1 }, ...Array.from({ length: 1_100 }, () => wrap).flat());
    mismatch({ a: 1 }, ...Array.from({ length: 3_000 }, () => wrap).flat(), { op: 'copy', from: '/a', path: '/c' });
    expect(apply({ a: 1 }, Array.from({ length: 900 }, () => wrap).flat())).toBeTypeOf('object');
  });
});

describe('properties', () => {
  const scalar = fc.oneof(fc.integer(), fc.string({ maxLength: 3 }), fc.boolean(), fc.constant(null));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      scalar,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ maxLength: 3 }), tie('value'), { maxKeys: 4 }),
    ),
  }));
  const object = fc.dictionary(fc.string({ maxLength: 3 }), value, { maxKeys: 5 });
  const pointer = (key: string) => `/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`;

  test('what is added is there, and is gone when it is removed', () => {
    fc.assert(
      fc.property(object, fc.string(), value, (document, key, added) => {
        fc.pre(!Object.hasOwn(document, key));
        const path = pointer(key);
        const add = { op: 'add', path, value: added };
        expect(patched(document, add, { op: 'test', path, value: added }, { op: 'remove', path })).toEqual(
          JSON.parse(JSON.stringify(document)),
        );
      }),
    );
  });

  test('a long list changes as an array does', () => {
    const step = fc.tuple(fc.constantFrom('add', 'remove', 'replace'), fc.nat({ max: 6_000 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const expected = Array.from({ length: 5_000 }, (_, index) => index);
        const document = { l: cloneJson(expected) };
        const patch = steps.map(([op, at], number) => {
          const index = at % (expected.length + (op === 'add' ? 1 : 0));
          if (op === 'replace') expected[index] = 10_000 + number;
          else expected.splice(index, op === 'remove' ? 1 : 0, ...(op === 'add' ? [10_000 + number] : []));
          return { op, path: `/l/${index}`, value: 10_000 + number };
        });
        expect(patched(document, ...patch, { op: 'test', path: '/l', value: expected })).toEqual({ l: expected });
      }),
      { numRuns: 20 },
    );
  });
});

import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../json-value.ts';
import { jsonPatchOperations } from './json-patch-operations.ts';

const strictly = (patch: JsonValue) => () => jsonPatchOperations(patch, { strict: true });
const loosely = (patch: JsonValue) => () => jsonPatchOperations(patch, { strict: false });

describe('jsonPatchOperations', () => {
  test('null is a patch without operations', () => {
    expect(strictly(null)().operations).toEqual([]);
  });

  test('fields that no operation has are told with their place', () => {
    const patch = [{ op: 'add' }, { op: 'add', foo: 1, path: '/a', bar: 2 }];
    expect(strictly(patch)().unknownFields).toEqual(['[1].foo', '[1].bar']);
    expect(loosely(patch)().unknownFields).toEqual([]);
  });

  test.each<[JsonValue, string, string]>([
    [{}, 'object into Go value of type []handlers.jsonPatchOp', 'object into Go value of type jsonpatch.Patch'],
    ['x', 'string into Go value of type []handlers.jsonPatchOp', 'string into Go value of type jsonpatch.Patch'],
    [[1], 'number into Go value of type handlers.jsonPatchOp', 'number into Go value of type jsonpatch.Operation'],
    [[[]], 'array into Go value of type handlers.jsonPatchOp', 'array into Go value of type jsonpatch.Operation'],
  ])('%j is refused in the words of Go', (patch, strict, loose) => {
    expect(strictly(patch)).toThrow(`error decoding patch: json: cannot unmarshal ${strict}`);
    expect(loosely(patch)).toThrow(`json: cannot unmarshal ${loose}`);
  });

  test('a field of a wrong type is refused where that is looked for, and is missing otherwise', () => {
    expect(strictly([{ op: true }])).toThrow(
      'error decoding patch: json: cannot unmarshal bool into Go struct field jsonPatchOp.op of type string',
    );
    expect(loosely([{ op: 'add', path: 1 }])().operations).toEqual([
      { op: 'add', path: undefined, from: undefined, value: undefined, source: { op: 'add', path: 1 } },
    ]);
  });
});

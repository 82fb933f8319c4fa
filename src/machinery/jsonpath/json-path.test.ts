import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../json-value.ts';
import { findValues } from './find-values.ts';
import { JsonPathError, parseJsonPath } from './json-path-expression.ts';

const object: JsonValue = {
  spec: { 'a.b': 1, names: ['x', 'y', 'z'], size: 3 },
  status: {
    conditions: [
      { type: 'Ready', status: 'True', weight: 2 },
      { type: 'Synced', status: 'False', weight: 5 },
    ],
  },
};

const found = (path: string) => findValues(parseJsonPath(path), object);

describe('paths into objects, as columns of definitions name them', () => {
  test.each([
    ['.spec.size', [3]],
    ["$.spec['a.b']", [1]],
    ['.spec.a\\.b', [1]],
    ['.spec.names[0]', ['x']],
    ['.spec.names[-1]', ['z']],
    ['.spec.names[-2]', ['y']],
    ['.spec.names[0:2]', ['x', 'y']],
    ['.spec.names[::2]', ['x', 'z']],
    ['.spec.names[*]', ['x', 'y', 'z']],
    ['.spec.names[0,2]', ['x', 'z']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    ["..conditions[?(@.type == 'Synced')].status", ['False']],
    ['.status.conditions[?(@.weight>2)].type', ['Synced']],
    ['.status.conditions[?(@.type!="Ready")].type', ['Synced']],
    ['.status.conditions[?(@.reason)].type', []],
    ['..type', ['Ready', 'Synced']],
    ['.spec.other.size', []],
    ['.spec.size.more', []],
  ])('%s', (path, values) => {
    expect(found(path)).toEqual(values);
  });

  test.each(['spec.size', '.spec.names[', '.spec.names[x]', '.spec.names[?(size)]', `.${'a'.repeat(9_000)}`])(
    'what is no path is refused: %s',
    (path) => {
      expect(() => parseJsonPath(path)).toThrow(JsonPathError);
    },
  );

  test('an item that is not there is an error, as in the original; none of an empty list is nothing', () => {
    expect(() => found('.spec.names[7]')).toThrow('out of bounds');
    expect(findValues(parseJsonPath('.a[0]'), { a: [] })).toEqual([]);
  });
});

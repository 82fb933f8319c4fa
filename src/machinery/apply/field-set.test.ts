import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  difference,
  emptySet,
  type FieldSet,
  graft,
  has,
  intersection,
  isEmpty,
  member,
  newDraft,
  pathsOf,
  sameSet,
  sorted,
  union,
  withoutTrees,
} from './field-set.ts';

const setOf = (...paths: readonly (readonly string[])[]): FieldSet => {
  const set = newDraft();
  for (const path of paths) graft(set, path, member);
  return set;
};

const element = fc.constantFrom('f:a', 'f:b', 'k:{"name":"x"}', 'v:1');
const path = fc.array(element, { minLength: 1, maxLength: 3 });
const paths = fc.array(path, { maxLength: 8 });
const keysOf = (set: FieldSet): Set<string> => new Set([...pathsOf(set)].map((steps) => steps.join(' ')));

describe('machinery/apply: sets of fields', () => {
  test('have just the paths that were put into them, and say so', () => {
    fc.assert(
      fc.property(paths, path, (given, other) => {
        const set = setOf(...given);
        expect(keysOf(set)).toEqual(new Set(given.map((steps) => steps.join(' '))));
        expect(has(set, other)).toBe(given.some((steps) => steps.join(' ') === other.join(' ')));
        expect(isEmpty(set)).toBe(given.length === 0);
      }),
    );
  });

  test('are united, intersected and subtracted path by path', () => {
    fc.assert(
      fc.property(paths, paths, (a, b) => {
        const [left, right] = [setOf(...a), setOf(...b)];
        const [inLeft, inRight] = [keysOf(left), keysOf(right)];
        expect(keysOf(union(left, right))).toEqual(new Set([...inLeft, ...inRight]));
        expect(keysOf(intersection(left, right))).toEqual(new Set([...inLeft].filter((key) => inRight.has(key))));
        expect(keysOf(difference(left, right))).toEqual(new Set([...inLeft].filter((key) => !inRight.has(key))));
        const below = (key: string): boolean => [...inRight].some((top) => key === top || key.startsWith(`${top} `));
        expect(keysOf(withoutTrees(left, right))).toEqual(new Set([...inLeft].filter((key) => !below(key))));
        expect(sameSet(left, setOf(...a))).toBe(true);
      }),
    );
  });

  test('are the empty one when nothing is left', () => {
    const set = setOf(['f:a', 'f:b'], ['f:a']);
    expect(difference(set, set)).toEqual(emptySet);
    expect(isEmpty(intersection(set, setOf(['f:a', 'f:c'])))).toBe(true);
  });

  test('are written in the order of Kubernetes: itself, fields by their bytes, keys, values, indices', () => {
    const elements = ['i:10', 'i:9', 'v:10', 'v:9', 'v:"b"', 'v:true', 'k:{"a":10,"b":"x"}', 'k:{"a":9,"b":"x"}'];
    const fields = ['f:é', 'f:\u{1f600}', 'f:\uffee', 'f:b', 'f:B', 'f:a'];
    const set = setOf(['f:b', 'f:x'], ...[...elements, ...fields].map((name) => [name]));
    const written =
      'f:B f:a f:b f:é f:\uffee f:\u{1f600} k:{"a":9,"b":"x"} k:{"a":10,"b":"x"} v:9 v:10 v:"b" v:true i:9 i:10';
    expect(Object.keys(sorted(set))).toEqual(written.split(' '));
    expect(JSON.stringify(sorted(setOf(['f:b', 'f:x'], ['f:b'])))).toBe('{"f:b":{".":{},"f:x":{}}}');
    const already = sorted(set);
    expect(sorted(already)).toBe(already);
  });
});

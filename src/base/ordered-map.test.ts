import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OrderedMap } from './ordered-map.ts';

const key = fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'b', '-', '.', '/', 'c') });
const bound = fc.option(key, { nil: undefined });
const write = fc.record({ key, value: fc.option(fc.nat(), { nil: undefined }) });

/** The obvious thing: entries sorted by plain string comparison. */
const range = (model: Map<string, number>, from: string | undefined, to: string | undefined) =>
  [...model]
    .filter(([key]) => (from === undefined || key >= from) && (to === undefined || key < to))
    .sort(([a], [b]) => (a < b ? -1 : 1));

describe('base/ordered-map', () => {
  test('ranges, counts and gets are those of a sorted array, and a clone keeps what was', () => {
    fc.assert(
      fc.property(fc.array(write, { maxLength: 60 }), fc.nat(), bound, bound, (writes, cut, from, to) => {
        const map = new OrderedMap<number>();
        const model = new Map<string, number>();
        let kept: { clone: OrderedMap<number>; model: Map<string, number> } | undefined;
        for (const [i, { key, value }] of writes.entries()) {
          if (i === cut % (writes.length + 1)) kept = { clone: map.clone(), model: new Map(model) };
          if (value === undefined) expect(map.delete(key)).toBe(model.delete(key));
          else {
            map.set(key, value);
            model.set(key, value);
          }
        }
        for (const { clone, model: then } of [{ clone: map, model }, ...(kept === undefined ? [] : [kept])]) {
          const visited: [string, number][] = [];
          clone.visit(from, to, (value, key) => void visited.push([key, value]));
          expect(visited).toEqual(range(then, from, to));
          expect(clone.count(from, to)).toBe(visited.length);
          expect(clone.size).toBe(then.size);
          for (const { key } of writes) expect(clone.get(key)).toBe(then.get(key));
        }
      }),
    );
  });

  test('a visit stops when it is told to', () => {
    const map = new OrderedMap<number>();
    for (const [i, key] of ['a', 'b', 'c'].entries()) map.set(key, i);
    const seen: string[] = [];
    map.visit(undefined, undefined, (_, key) => {
      seen.push(key);
      return key !== 'b';
    });
    expect(seen).toEqual(['a', 'b']);
  });

  test('keys are in byte order: "-" and "." come before "/"', () => {
    const map = new OrderedMap<number>();
    for (const key of ['a/x', 'a-b/x', 'a.b/x', 'ab/x']) map.set(key, 0);
    const seen: string[] = [];
    map.visit(undefined, undefined, (_, key) => void seen.push(key));
    expect(seen).toEqual(['a-b/x', 'a.b/x', 'a/x', 'ab/x']);
  });
});

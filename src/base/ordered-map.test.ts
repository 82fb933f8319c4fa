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

  test('large maps that grow and shrink in any order are those of a sorted array, and so are all their clones', () => {
    const stretch = fc.record({
      start: fc.nat(1500),
      length: fc.nat(600),
      step: fc.constantFrom(1, -1, 7),
      remove: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 12 }), fc.nat(2200), fc.nat(2200), (stretches, a, b) => {
        const keyOf = (n: number) => `/k/${String(((n % 2200) + 2200) % 2200).padStart(4, '0')}`;
        const map = new OrderedMap<number>();
        const model = new Map<string, number>();
        const states: { clone: OrderedMap<number>; model: Map<string, number> }[] = [];
        for (const [value, { start, length, step, remove }] of stretches.entries()) {
          for (let i = 0; i < length; i++) {
            const key = keyOf(start + i * step);
            if (remove) expect(map.delete(key)).toBe(model.delete(key));
            else {
              map.set(key, value);
              model.set(key, value);
            }
          }
          states.push({ clone: map.clone(), model: new Map(model) });
        }
        const [from, to] = [keyOf(a), keyOf(b)];
        for (const { clone, model: then } of states) {
          const all: [string, number][] = [];
          clone.visit(undefined, undefined, (value, key) => void all.push([key, value]));
          expect(all).toEqual(range(then, undefined, undefined));
          const visited: [string, number][] = [];
          clone.visit(from, to, (value, key) => void visited.push([key, value]));
          expect(visited).toEqual(all.filter(([key]) => key >= from && key < to));
          expect(clone.count(from, to)).toBe(visited.length);
          expect([clone.size, clone.get(from), clone.get(to)]).toEqual([then.size, then.get(from), then.get(to)]);
        }
      }),
      { numRuns: 60 },
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

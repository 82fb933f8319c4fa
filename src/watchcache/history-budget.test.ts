import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { storedObject } from '../../test/support/watch-cache.ts';
import { asRevision } from '../base/revision.ts';
import { defaultHistoryOptions, History } from './history.ts';
import { HistoryBudget } from './history-budget.ts';

const windowMs = 100;
const objects = [1, 40, 400].map((length) => storedObject('ns/a', 1, { data: { a: 'x'.repeat(length) } }));
const sizeOf = (size: number): number => objects[size]?.bytes.length ?? 0;

const bytesOf = ({ histories }: Kinds, kind: number): number => histories[kind]?.bytes ?? 0;

/** Histories that share a budget, each named by its number, and what became of their events. */
class Kinds {
  readonly budget: HistoryBudget;
  readonly histories: History[] = [];
  /** Of each kind, when its events came. */
  readonly times: number[][] = [];
  readonly early: number[] = [];
  shown = -1;
  now = 0;
  #revision = 0;

  constructor(maxBytes: number, count: number) {
    this.budget = new HistoryBudget({ maxBytes, windowMs, used: { set: (bytes) => void (this.shown = bytes) } });
    for (let kind = 0; kind < count; kind++) this.add();
  }

  add(): number {
    const kind = this.histories.length;
    this.times.push([]);
    this.early.push(0);
    const observer = {
      resized() {},
      gaveUp() {},
      evictedEarly: () => void this.early.splice(kind, 1, (this.early[kind] ?? 0) + 1),
    };
    this.histories.push(new History({ ...defaultHistoryOptions, windowMs, minEvents: 4 }, this.budget, observer));
    return kind;
  }

  push(kind: number, size = 0): void {
    const current = objects[size];
    this.times[kind]?.push(this.now);
    this.histories[kind]?.push({ revision: asRevision(++this.#revision), current, previous: undefined }, this.now);
  }

  count(kind: number): number {
    const { startIndex = 0, endIndex = 0 } = this.histories[kind] ?? {};
    return endIndex - startIndex;
  }

  /** When the oldest event came that the kind still has, its newest left out. */
  oldest(kind: number): number {
    return this.count(kind) > 1 ? (this.times[kind]?.[this.histories[kind]?.startIndex ?? 0] ?? 0) : Infinity;
  }
}

describe('HistoryBudget', () => {
  test('whoever writes alone has all of it', () => {
    const kinds = new Kinds(100 * sizeOf(0), 20);
    for (let i = 0; i < 150; i++) kinds.push(3);
    expect(kinds.count(3)).toBe(100);
    expect(kinds.budget.bytes).toBe(100 * sizeOf(0));
  });

  test('what is older than the window goes first, of whom it is oldest', () => {
    const kinds = new Kinds(12 * sizeOf(0), 3);
    for (let i = 0; i < 4; i++) kinds.push(0);
    kinds.now = 10;
    for (let i = 0; i < 4; i++) kinds.push(1);
    kinds.now = windowMs + 10;
    for (let i = 0; i < 7; i++) kinds.push(2);
    expect([0, 1, 2].map((kind) => kinds.count(kind))).toEqual([1, 4, 7]);
    for (let i = 0; i < 2; i++) kinds.push(2);
    expect([0, 1, 2].map((kind) => kinds.count(kind))).toEqual([1, 2, 9]);
    expect(kinds.early).toEqual([0, 0, 0]);
  });

  test('when the budget does not hold, a flood shortens its own history, is counted, and the others keep their window', () => {
    const kinds = new Kinds(60 * sizeOf(0), 3);
    for (let i = 0; i < 400; i++) {
      kinds.now = i;
      kinds.push(2);
      if (i % 20 === 0) kinds.push(0);
      if (i % 10 === 0) kinds.push(1);
    }
    // Of five and of ten events a window.
    expect(kinds.oldest(0)).toBeLessThanOrEqual(kinds.now - windowMs + 20);
    expect(kinds.oldest(1)).toBeLessThanOrEqual(kinds.now - windowMs + 10);
    expect(kinds.early.slice(0, 2)).toEqual([0, 0]);
    expect(kinds.early[2]).toBeGreaterThan(200);
    expect(kinds.budget.bytes).toBeLessThanOrEqual(60 * sizeOf(0));
  });

  test('two that take too much end with as much', () => {
    const kinds = new Kinds(100 * sizeOf(0), 2);
    for (let i = 0; i < 90; i++) kinds.push(0);
    for (let i = 0; i < 300; i++) kinds.push(i % 3 === 0 ? 0 : 1);
    expect([kinds.count(0), kinds.count(1)]).toEqual([50, 50]);
  });

  test('the newest event of a kind stays, whatever the budget', () => {
    const kinds = new Kinds(1, 3);
    for (let i = 0; i < 9; i++) kinds.push(i % 3, 2);
    expect([0, 1, 2].map((kind) => kinds.count(kind))).toEqual([1, 1, 1]);
  });

  test('a kind that goes gives its share to the others, and can still be read', () => {
    const kinds = new Kinds(10 * sizeOf(0), 2);
    for (let i = 0; i < 10; i++) kinds.push(i % 2);
    kinds.histories[0]?.release();
    expect(kinds.budget.members).toBe(1);
    expect(kinds.budget.bytes).toBe(5 * sizeOf(0));
    expect(kinds.count(0)).toBe(5);
    for (let i = 0; i < 9; i++) kinds.push(1);
    expect(kinds.count(1)).toBe(10);
    kinds.histories[0]?.release();
    kinds.histories[0]?.reset(asRevision(99));
    expect(kinds.budget.bytes).toBe(10 * sizeOf(0));
  });

  test('a kind that comes is given room by the others', () => {
    const kinds = new Kinds(10 * sizeOf(0), 1);
    for (let i = 0; i < 10; i++) kinds.push(0);
    const late = kinds.add();
    for (let i = 0; i < 20; i++) kinds.push(late);
    expect([kinds.count(0), kinds.count(late)]).toEqual([5, 5]);
  });

  test('a ring gives its slots back with its events', () => {
    const kinds = new Kinds(100 * sizeOf(0), 2);
    for (let i = 0; i < 100; i++) kinds.push(0);
    expect(kinds.histories[0]?.capacity).toBe(128);
    kinds.now = windowMs;
    for (let i = 0; i < 99; i++) kinds.push(1);
    expect(kinds.count(0)).toBe(1);
    expect(kinds.histories[0]?.capacity).toBe(4);
  });

  test('a relist and a reset are told to the budget', () => {
    const kinds = new Kinds(10 * sizeOf(0), 2);
    for (let i = 0; i < 8; i++) kinds.push(i % 2);
    kinds.histories[0]?.reset(asRevision(50));
    expect(kinds.budget.bytes).toBe(4 * sizeOf(0));
  });

  const step = fc.oneof(
    { weight: 20, arbitrary: fc.record({ kind: fc.nat({ max: 5 }), size: fc.nat({ max: 2 }), ms: fc.constant(0) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant(-1), size: fc.constant(0), ms: fc.nat({ max: windowMs }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant(-2), size: fc.nat({ max: 5 }), ms: fc.constant(0) }) },
  );

  test('under any load: the bound holds, nobody loses of the window while somebody has more than it, the largest gives', () => {
    const reached = { old: 0, early: 0 };
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 50, maxLength: 200 }),
        fc.integer({ min: 1, max: 60 }),
        (steps, units) => {
          const maxBytes = units * sizeOf(1);
          const run = (): Kinds => {
            const kinds = new Kinds(maxBytes, 6);
            const gone = new Set<number>();
            for (const { kind, size, ms } of steps) {
              kinds.now += ms;
              if (kind === -2 && gone.size < 3) {
                gone.add(size);
                kinds.histories[size]?.release();
              }
              if (kind < 0 || gone.has(kind)) continue;
              const here = kinds.histories.map((_, k) => k).filter((k) => !gone.has(k));
              const counts = here.map((k) => kinds.count(k));
              const early = [...kinds.early];
              kinds.push(kind, size);
              const bytes = here.reduce((sum, k) => sum + bytesOf(kinds, k), 0);
              const shares = here.filter((k) => kinds.count(k) > 1);
              const largest = Math.max(...shares.map((k) => bytesOf(kinds, k)));
              const cut = here.filter((k) => (kinds.early[k] ?? 0) > (early[k] ?? 0));
              if (cut.length > 0) reached.early++;
              else if (here.some((k, i) => kinds.count(k) < (counts[i] ?? 0))) reached.old++;
              const faults = {
                sum: kinds.budget.bytes !== bytes || kinds.shown !== bytes,
                bound: bytes > maxBytes && shares.length > 0,
                window: cut.length > 0 && here.some((k) => kinds.now - kinds.oldest(k) >= windowMs),
                // What it gave last is at most what it has less than the largest.
                largest: cut.some((k) => kinds.count(k) > 1 && bytesOf(kinds, k) < largest - sizeOf(2)),
              };
              expect(faults).toEqual({ sum: false, bound: false, window: false, largest: false });
            }
            return kinds;
          };
          const [one, other] = [run(), run()];
          expect(one.histories.map(({ startIndex }) => startIndex)).toEqual(
            other.histories.map(({ startIndex }) => startIndex),
          );
        },
      ),
      { numRuns: 100 },
    );
    expect(Math.min(reached.old, reached.early)).toBeGreaterThan(100);
  });
});

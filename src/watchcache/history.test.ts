import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { storedObject } from '../../test/support/watch-cache.ts';
import { asRevision, type Revision } from '../base/revision.ts';
import { defaultHistoryOptions, History, type HistoryOptions } from './history.ts';
import { HistoryBudget } from './history-budget.ts';
import type { ObjectEvent } from './object-event.ts';

const at = (revision: number): Revision => asRevision(revision);
const object = storedObject('ns/a', 1);
const event = (revision: number): ObjectEvent => ({ revision: at(revision), current: object, previous: undefined });

function historyOf(options: Partial<HistoryOptions>, floor = 0, maxBytes = Infinity): History {
  const all = { ...defaultHistoryOptions, ...options };
  const history = new History(all, new HistoryBudget({ maxBytes, windowMs: all.windowMs }));
  history.reset(at(floor));
  return history;
}

/** The revisions from `after` on, or undefined for 410. */
function since(history: History, after: number): number[] | undefined {
  const index = history.indexAfter(at(after));
  if (index === undefined) return undefined;
  return Array.from({ length: history.endIndex - index }, (_, i) => history.at(index + i).revision);
}

/** Pushes one event per revision, `ms` apart. */
function pushAll(history: History, revisions: readonly number[], ms = 0, from = 0): void {
  for (const [i, revision] of revisions.entries()) history.push(event(revision), from + i * ms);
}
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe('History: resuming (K2, K28)', () => {
  test('answers with the events above the revision, down to the floor', () => {
    const history = historyOf({}, 10);
    pushAll(history, [12, 15, 15, 20]);
    expect(since(history, 9)).toBeUndefined();
    expect(since(history, 10)).toEqual([12, 15, 15, 20]);
    expect(since(history, 12)).toEqual([15, 15, 20]);
    expect(since(history, 14)).toEqual([15, 15, 20]);
    expect(since(history, 15)).toEqual([20]);
    expect(since(history, 20)).toEqual([]);
    expect(since(history, 99)).toEqual([]);
  });

  test('after eviction the last evicted revision still answers; below it does not', () => {
    const history = historyOf({ minEvents: 2, maxEvents: 2 }, 10);
    pushAll(history, [11, 13, 17]);
    expect(history.floor).toBe(11);
    expect(since(history, 11)).toEqual([13, 17]);
    expect(since(history, 10)).toBeUndefined();
  });

  test('half of a revision is not answered as the whole', () => {
    const history = historyOf({ minEvents: 2, maxEvents: 2 }, 10);
    pushAll(history, [11, 11, 12]);
    expect(since(history, 10)).toBeUndefined();
    expect(since(history, 11)).toEqual([12]);
  });

  test('a quiet resource keeps its history however far the store moves on, and however long', () => {
    const history = historyOf({ minEvents: 3 }, 10);
    pushAll(history, [11, 12, 1_000_000], 86_400_000);
    expect(since(history, 10)).toEqual([11, 12, 1_000_000]);
  });

  test('an event below the newest is refused', () => {
    const history = historyOf({}, 10);
    history.push(event(15), 0);
    expect(() => history.push(event(14), 0)).toThrow(/event 14 after 15/);
    expect(() => historyOf({}, 10).push(event(9), 0)).toThrow(RangeError);
  });

  test('indexes outside the window throw', () => {
    const history = historyOf({ minEvents: 2, maxEvents: 2 });
    pushAll(history, upTo(5));
    expect([history.startIndex, history.endIndex]).toEqual([3, 5]);
    expect(() => history.at(2)).toThrow(/index 2 is not in \[3, 5\)/);
    expect(() => history.at(5)).toThrow(RangeError);
    expect(history.at(3).revision).toBe(4);
  });

  test('a reset leaves no cursor into the past valid', () => {
    const history = historyOf({});
    pushAll(history, upTo(5));
    history.reset(at(30));
    expect([history.startIndex, history.endIndex, history.floor, history.bytes]).toEqual([5, 5, 30, 0]);
    expect(since(history, 29)).toBeUndefined();
  });
});

describe('History: resuming from what an event has shown', () => {
  const put = (revision: number) => event(revision);
  const deletion = (revision: number): ObjectEvent => ({
    revision: at(revision),
    current: undefined,
    previous: object,
  });
  const historyWith = (events: readonly ObjectEvent[], options: Partial<HistoryOptions> = {}): History => {
    const history = historyOf(options);
    for (const one of events) history.push(one, 0);
    return history;
  };
  const point = (history: History, after: number) => history.resumeAfter(at(after));

  test('is behind the revision, where it has one event, or deletions and at most a put at its end', () => {
    const history = historyWith([put(3), deletion(5), deletion(5), put(5), put(8)]);
    expect([0, 3, 4, 5, 7, 8, 9].map((after) => point(history, after))).toEqual([
      { index: 0, after: 0 },
      { index: 1, after: 3 },
      { index: 1, after: 4 },
      { index: 4, after: 5 },
      { index: 4, after: 7 },
      { index: 5, after: 8 },
      { index: 5, after: 9 },
    ]);
    expect(history.splitAt(at(5))).toBeUndefined();
  });

  test('is behind the first put, where others came behind it', () => {
    const history = historyWith([put(3), deletion(5), put(5), deletion(5), put(5), put(8)]);
    expect([4, 5, 6].map((after) => point(history, after))).toEqual([
      { index: 1, after: 4 },
      { index: 3, after: 4 },
      { index: 5, after: 6 },
    ]);
    expect(history.indexAfter(at(5))).toBe(5);
  });

  test('is nowhere once some of what the client may not have seen is evicted', () => {
    const events = [put(5), put(5), put(5), put(8)];
    const resumed = (maxEvents: number) => point(historyWith(events, { minEvents: maxEvents, maxEvents }), 5);
    expect([4, 3, 2].map(resumed)).toEqual([{ index: 1, after: 4 }, { index: 1, after: 4 }, undefined]);
    expect(point(historyWith(events, { minEvents: 1, maxEvents: 1 }), 8)).toEqual({ index: 4, after: 8 });
  });

  test('a reset forgets it', () => {
    const history = historyWith([put(5), put(5)]);
    history.reset(at(5));
    expect(point(history, 5)).toEqual({ index: 2, after: 5 });
  });
});

describe('History: capacity (K30, K31)', () => {
  const windowMs = 75_000;

  test('starts at 100 and doubles while the oldest is younger than the window', () => {
    const changes: number[] = [];
    const history = new History(defaultHistoryOptions, undefined, {
      resized: (capacity) => changes.push(capacity),
      evictedEarly() {},
      gaveUp() {},
    });
    pushAll(history, upTo(1_000));
    expect(changes).toEqual([200, 400, 800, 1_600]);
    expect(since(history, 0)).toHaveLength(1_000);
  });

  test('grows up to 102,400', () => {
    const history = historyOf({});
    pushAll(history, upTo(110_000));
    expect(history.capacity).toBe(102_400);
    expect(history.endIndex - history.startIndex).toBe(102_400);
    expect(history.floor).toBe(110_000 - 102_400);
  });

  test('stays when the oldest is older than the window: the ring holds the window', () => {
    const history = historyOf({ minEvents: 5, maxEvents: 20 });
    pushAll(history, upTo(50), windowMs / 4);
    expect(history.capacity).toBe(5);
    expect(since(history, 45)).toEqual([46, 47, 48, 49, 50]);
    expect(since(history, 44)).toBeUndefined();
  });

  test('an event exactly as old as the window may go', () => {
    const history = historyOf({ minEvents: 2, maxEvents: 20 });
    pushAll(history, [1, 2, 3], windowMs / 2);
    expect(history.capacity).toBe(2);
    const younger = historyOf({ minEvents: 2, maxEvents: 20 });
    pushAll(younger, [1, 2, 3], windowMs / 2 - 1);
    expect(younger.capacity).toBe(4);
  });

  test('halves when even the newest quarter is older than the window, and keeps the newest', () => {
    const history = historyOf({ minEvents: 4, maxEvents: 16 });
    pushAll(history, upTo(16));
    expect(history.capacity).toBe(16);
    history.push(event(17), windowMs + 1);
    expect(history.capacity).toBe(8);
    expect(since(history, 9)).toEqual([10, 11, 12, 13, 14, 15, 16, 17]);
    expect(since(history, 8)).toBeUndefined();
  });

  test('never shrinks below its least', () => {
    const history = historyOf({ minEvents: 4, maxEvents: 16 });
    pushAll(history, upTo(20), windowMs * 2);
    expect(history.capacity).toBe(4);
  });

  test('holds one event at least, however it is configured', () => {
    const history = historyOf({ minEvents: 0, maxEvents: 0 });
    pushAll(history, upTo(3));
    expect(since(history, 2)).toEqual([3]);
  });

  test('cursors survive growing and shrinking: an index means the same event for ever', () => {
    const history = historyOf({ minEvents: 2, maxEvents: 64 });
    pushAll(history, upTo(50));
    expect(history.at(20).revision).toBe(21);
    pushAll(
      history,
      upTo(14).map((i) => 50 + i),
    );
    history.push(event(65), windowMs * 2);
    expect(history.capacity).toBe(32);
    for (let index = history.startIndex; index < history.endIndex; index++) {
      expect(history.at(index).revision).toBe(index + 1);
    }
  });

  test('the bytes are bounded, whatever the age: the oldest go, the newest stays', () => {
    const size = object.bytes.length;
    const history = historyOf({}, 0, 3 * size);
    pushAll(history, upTo(5));
    expect(history.bytes).toBe(3 * size);
    expect(since(history, 2)).toEqual([3, 4, 5]);
    expect(since(history, 1)).toBeUndefined();
    const tiny = historyOf({}, 0, 1);
    pushAll(tiny, upTo(3));
    expect(since(tiny, 2)).toEqual([3]);
  });

  test('a deletion counts what it deleted', () => {
    const history = historyOf({});
    history.push({ revision: at(1), current: undefined, previous: object }, 0);
    expect(history.bytes).toBe(object.bytes.length);
  });
});

describe('History: gaps', () => {
  test('strictly inside is 410; at its ends is not', () => {
    const history = historyOf({}, 10);
    pushAll(history, [21, 25]);
    history.addGap(at(20), at(30));
    expect([19, 20, 21, 25, 29, 30].map((after) => since(history, after))).toEqual([
      [21, 25],
      [21, 25],
      undefined,
      undefined,
      undefined,
      [],
    ]);
  });

  test('when eviction reaches a gap, history begins behind it', () => {
    const history = historyOf({ minEvents: 3, maxEvents: 3 }, 10);
    pushAll(history, [21, 25]);
    history.addGap(at(20), at(30));
    pushAll(history, [31, 32]);
    expect(history.floor).toBe(30);
    expect(history.at(history.startIndex).revision).toBe(25);
    expect(since(history, 20)).toBeUndefined();
    expect(since(history, 30)).toEqual([31, 32]);
  });

  test('evicting the rest of a difference does not bring its revisions back', () => {
    const history = historyOf({ minEvents: 2, maxEvents: 2 }, 10);
    pushAll(history, [21, 21, 25]);
    history.addGap(at(20), at(30));
    expect(history.floor).toBe(30);
    history.push(event(31), 0);
    expect(history.floor).toBe(30);
    expect(since(history, 22)).toBeUndefined();
  });

  test('their number is bounded: relists without writes give up the oldest revisions', () => {
    const history = historyOf({}, 10);
    for (let i = 0; i < 100; i++) history.addGap(at(20 + i * 10), at(25 + i * 10));
    expect(history.floor).toBe(25 + 67 * 10);
    expect(since(history, history.floor)).toEqual([]);
    expect(since(history, history.floor - 1)).toBeUndefined();
    expect(since(history, 1_011)).toBeUndefined();
    expect(since(history, 1_010)).toEqual([]);
  });
});

test('History: answers as an unbounded list would, or says that it cannot, and cannot only below its floor', () => {
  const steps = fc.array(
    fc.record({ gap: fc.nat({ max: 3 }), ms: fc.constantFrom(0, 1, 40, 120), relist: fc.constantFrom(0, 0, 0, 1, 4) }),
    { minLength: 1, maxLength: 60 },
  );
  const options = fc.record({
    minEvents: fc.integer({ min: 1, max: 5 }),
    doublings: fc.nat({ max: 3 }),
    objects: fc.integer({ min: 1, max: 40 }),
  });
  fc.assert(
    fc.property(steps, options, (steps, { minEvents, doublings, objects }) => {
      const windowMs = 100;
      const maxEvents = minEvents * 2 ** doublings;
      const maxBytes = objects * object.bytes.length;
      const history = historyOf({ minEvents, maxEvents, windowMs }, 5, maxBytes);
      const model: { revision: number; at: number }[] = [];
      const gaps: [number, number][] = [];
      let revision = 5;
      let now = 0;
      for (const { gap, ms, relist } of steps) {
        now += ms;
        const before = revision;
        revision += gap;
        history.push(event(revision), now);
        model.push({ revision, at: now });
        if (relist > 0 && gap > 0) {
          // What was just pushed was the difference of a relist that ended here.
          revision += relist;
          history.addGap(at(before), at(revision));
          gaps.push([before, revision]);
        }
        const size = history.endIndex - history.startIndex;
        expect(size).toBeGreaterThanOrEqual(Math.min(model.length, objects, minEvents));
        // The window is kept until the ring or its bytes are at their most.
        const fresh = model.filter((kept) => now - kept.at < windowMs).length;
        expect(size).toBeGreaterThanOrEqual(Math.min(fresh, objects, maxEvents));
        expect(size).toBeLessThanOrEqual(Math.min(objects, maxEvents));
      }
      for (let after = 4; after <= revision + 1; after++) {
        const inside = gaps.some(([from, to]) => after > from && after < to);
        const answer = since(history, after);
        if (inside || after < history.floor) expect(answer).toBeUndefined();
        else expect(answer).toEqual(model.map((kept) => kept.revision).filter((kept) => kept > after));
      }
      // The floor is the oldest that answers, and as old as what was evicted allows.
      const evicted = model[history.startIndex - 1]?.revision ?? 5;
      const swallowed = gaps.find(([from, to]) => evicted > from && evicted < to)?.[1] ?? evicted;
      expect(history.floor).toBe(swallowed);
      expect(since(history, history.floor)).toBeDefined();
    }),
    { numRuns: 500 },
  );
});

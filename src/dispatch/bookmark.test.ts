import { describe, expect, test } from 'vitest';
import { DispatchFixture, named } from '../../test/support/dispatch.ts';
import { putChange } from '../../test/support/watch-cache.ts';
import type { Clock } from '../base/clock.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { asRevision } from '../base/revision.ts';
import { lastBookmarkAt, nextBookmarkAt } from './bookmark-schedule.ts';

const minute = 60_000;
/** Longest that the wheel is late. */
const late = 250;

describe('dispatch: bookmarks', () => {
  test('come about every minute, and 2 s before the deadline, only to those who asked (WT15, K8, K10)', () => {
    const fixture = new DispatchFixture();
    const asked = fixture.watch({ bookmarks: true, timeoutMs: 2.5 * minute });
    const other = fixture.watch({ timeoutMs: 2.5 * minute });
    const at: number[] = [];
    asked.onWrite = () => at.push(fixture.clock.now());
    fixture.clock.advance(2.5 * minute + late);
    expect(asked.told).toEqual(['BOOKMARK @1', 'BOOKMARK @1', 'BOOKMARK @1']);
    expect(at).toEqual([minute, 2 * minute, 2.5 * minute - 2000]);
    expect([asked.ends, other.ends, other.told]).toEqual([1, 1, []]);
  });

  test('a watch of seconds gets one half-way (K8)', () => {
    const fixture = new DispatchFixture();
    const sink = fixture.watch({ bookmarks: true, timeoutMs: 1000 });
    fixture.clock.advance(1000);
    expect([sink.told, sink.ends]).toEqual([['BOOKMARK @1'], 1]);
  });

  test('carry the revision of the whole store, not of the last event; the bytes are shared (K12, WT19)', () => {
    const fixture = new DispatchFixture();
    const sinks = [{}, { namespace: 'a' }, { namespace: 'b' }].map((one) => fixture.watch({ ...one, bookmarks: true }));
    fixture.put('a/x');
    const reached = fixture.progress();
    fixture.clock.advance(minute);
    expect(sinks.map(({ told }) => told.at(-1))).toEqual(sinks.map(() => `BOOKMARK @${reached}`));
    expect(new Set(sinks.map(({ batches }) => batches.at(-1))).size).toBe(1);
  });

  test('come after everything at or below them, also what the turn still holds (WT16)', () => {
    const clock = new ManualClock();
    const ends: (() => void)[] = [];
    // A loop so busy that timers fire before the turn ends.
    const busy: Clock = {
      now: () => clock.now(),
      wallTime: () => clock.wallTime(),
      after: (ms, fn) => clock.after(ms, fn),
      endOfTurn: (fn) => void ends.push(fn),
    };
    const fixture = new DispatchFixture({ clock: busy });
    const sink = fixture.watch({ bookmarks: true });
    fixture.put('a/x');
    fixture.progress();
    clock.advance(minute);
    fixture.put('a/x');
    for (const end of ends) end();
    expect(sink.told).toEqual(['ADDED a/x@2', 'BOOKMARK @3', 'MODIFIED a/x@4']);
  });

  test('none is sent while the stream has not passed the revision of an event that was', () => {
    const fixture = new DispatchFixture();
    const sink = fixture.watch({ bookmarks: true });
    const event = fixture.cache.apply(putChange('a/x', 2, named('a/x')));
    fixture.dispatcher.dispatch(event!);
    fixture.clock.advance(minute);
    expect(sink.told).toEqual(['ADDED a/x@2']);
    fixture.position.advance(asRevision(2));
    fixture.clock.advance(1000);
    expect(sink.told).toEqual(['ADDED a/x@2', 'BOOKMARK @2']);
  });

  test('who is behind is not sent one ahead of its events, and gets it soon after it has caught up', () => {
    const fixture = new DispatchFixture();
    const sink = fixture.watch({ bookmarks: true });
    sink.stall();
    fixture.put('a/x');
    fixture.endTurn();
    fixture.put('a/x');
    fixture.clock.advance(minute + 5000);
    expect(sink.told).toEqual(['ADDED a/x@2']);
    sink.drain();
    fixture.clock.advance(1000 + late);
    expect(sink.told).toEqual(['ADDED a/x@2', 'MODIFIED a/x@3', 'BOOKMARK @3']);
    expect(sink.offences).toEqual([]);
  });

  test('a sink that pushes back on a bookmark lags like on anything else', () => {
    const fixture = new DispatchFixture();
    const sink = fixture.watch({ bookmarks: true });
    sink.stall();
    fixture.clock.advance(minute);
    fixture.put('a/x');
    fixture.endTurn();
    expect([sink.told, fixture.dispatcher.counts.lagging]).toEqual([['BOOKMARK @1'], 1]);
    sink.drain();
    fixture.endTurn();
    expect(sink.told).toEqual(['BOOKMARK @1', 'ADDED a/x@2']);
  });

  test('who waits for the future gets none below its revision, and one once the store has passed it', () => {
    const fixture = new DispatchFixture();
    const sink = fixture.watch({ bookmarks: true, from: 3 });
    fixture.progress();
    fixture.clock.advance(minute);
    expect(sink.told).toEqual([]);
    fixture.progress();
    fixture.clock.advance(1000);
    expect([sink.told, fixture.dispatcher.counts.future]).toEqual([['BOOKMARK @3'], 0]);
    fixture.put('a/x');
    fixture.endTurn();
    expect(sink.told).toEqual(['BOOKMARK @3', 'ADDED a/x@4']);
  });

  test('come soon when they are asked for, to those who take them, and go on as before', () => {
    const fixture = new DispatchFixture();
    const asked = fixture.watch({ bookmarks: true, timeoutMs: 2.5 * minute });
    const other = fixture.watch({});
    const slow = fixture.watch({ bookmarks: true });
    slow.stall();
    fixture.put('a/x');
    fixture.endTurn();
    fixture.dispatcher.bookmarkSoon();
    fixture.clock.advance(late);
    const event = 'ADDED a/x@2';
    expect([asked.told, other.told, slow.told]).toEqual([[event, 'BOOKMARK @2'], [event], [event]]);
    slow.drain();
    fixture.clock.advance(1000 + late);
    expect(slow.told).toEqual([event, 'BOOKMARK @2']);
    fixture.clock.advance(minute);
    expect(asked.told).toEqual([event, 'BOOKMARK @2', 'BOOKMARK @2']);
  });

  test('the one that ends the initial events is never repeated (K27)', () => {
    const fixture = new DispatchFixture();
    const sink = fixture.watch({ bookmarks: true, initialEventsEnd: true, from: 'state' });
    fixture.clock.advance(minute);
    expect(sink.told).toEqual(['BOOKMARK @1 end', 'BOOKMARK @1']);
  });

  test('watches opened together are spread over a fifth of the interval', () => {
    let random = 0;
    const fixture = new DispatchFixture({ random: () => (random = (random + 0.1) % 1) });
    const at = new Set<number>();
    for (let n = 0; n < 10; n++) fixture.watch({ bookmarks: true }).onWrite = () => at.add(fixture.clock.now());
    fixture.clock.advance(minute);
    expect(at.size).toBe(10);
    expect(Math.min(...at)).toBeGreaterThanOrEqual(0.8 * minute);
  });

  test('the schedule: never after the last, which is 2 s before the deadline or half-way', () => {
    expect(lastBookmarkAt(100, 10_000)).toBe(8100);
    expect(lastBookmarkAt(100, 3000)).toBe(1600);
    expect(nextBookmarkAt(0, 90_000, minute, 0.5)).toBe(54_000);
    expect(nextBookmarkAt(54_000, 90_000, minute, 0)).toBe(90_000);
    expect(nextBookmarkAt(90_000, 90_000, minute, 0)).toBeUndefined();
  });
});

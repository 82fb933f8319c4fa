import { describe, expect, test } from 'vitest';
import { DispatchFixture } from '../../test/support/dispatch.ts';
import type { RecordingSink } from '../../test/support/recording-sink.ts';
import { defaultDispatchLimits } from './limits.ts';

const { gatherMs, gatherBytes } = defaultDispatchLimits;

/** A dispatcher with one watch, each write to which takes `ms`. */
function slowly(ms: number): { fixture: DispatchFixture; sink: RecordingSink } {
  const fixture = new DispatchFixture();
  const sink = fixture.watch();
  sink.onWrite = () => fixture.clock.spend(ms);
  return { fixture, sink };
}

/** Puts so many objects, in one turn. */
function put(fixture: DispatchFixture, count: number): void {
  for (let n = 0; n < count; n++) fixture.put(`a/x${n}`);
  fixture.endTurn();
}

describe('dispatch: events that come faster than they can be written', () => {
  test('what comes after a write of several waits for as long as that took, and goes out together', () => {
    const { fixture, sink } = slowly(8);
    put(fixture, 2);
    for (const count of [1, 2, 1]) put(fixture, count);
    expect(sink.writes).toEqual([2]);
    fixture.clock.advance(7);
    expect(sink.writes).toEqual([2]);
    fixture.clock.advance(1);
    expect(sink.writes).toEqual([2, 4]);
    expect(fixture.clock.pending).toBe(1);
  });

  test('an event alone is written at the end of its turn, and makes nothing wait', () => {
    const { fixture, sink } = slowly(8);
    for (let turn = 0; turn < 3; turn++) put(fixture, 1);
    expect(sink.writes).toEqual([1, 1, 1]);
  });

  test('nothing waits when time enough has passed', () => {
    const { fixture, sink } = slowly(8);
    put(fixture, 2);
    fixture.clock.advance(8);
    put(fixture, 1);
    expect(sink.writes).toEqual([2, 1]);
  });

  test('a batch that waited, and got nothing more, ends the burst', () => {
    const { fixture, sink } = slowly(8);
    put(fixture, 2);
    put(fixture, 1);
    fixture.clock.advance(8);
    put(fixture, 1);
    expect(sink.writes).toEqual([2, 1, 1]);
  });

  test('however long a write took, no more than so long is waited', () => {
    const { fixture, sink } = slowly(gatherMs * 10);
    put(fixture, 2);
    put(fixture, 1);
    fixture.clock.advance(gatherMs);
    expect(sink.writes).toEqual([2, 1]);
  });

  test('what is enough for a write waits for nothing', () => {
    const { fixture, sink } = slowly(8);
    put(fixture, 2);
    fixture.put('a/large', { data: { v: 'x'.repeat(gatherBytes) } });
    fixture.endTurn();
    expect(sink.writes).toEqual([2, 1]);
  });

  test('many events that are each for somebody else make nothing wait', () => {
    const fixture = new DispatchFixture();
    const sinks = ['x', 'y', 'z'].map((name) => fixture.watch({ namespace: 'a', name }));
    for (const sink of sinks) sink.onWrite = () => fixture.clock.spend(8);
    for (let turn = 0; turn < 2; turn++) {
      for (const name of ['x', 'y', 'z']) fixture.put(`a/${name}`);
      fixture.endTurn();
    }
    expect(sinks.map(({ writes }) => writes)).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  test('who closes the watches is not kept waiting: what was owed is written first', () => {
    const { fixture, sink } = slowly(8);
    put(fixture, 2);
    put(fixture, 1);
    fixture.dispatcher.closeAll('shutdown');
    expect([sink.writes, sink.ends]).toEqual([[2, 1], 1]);
    fixture.clock.advance(gatherMs);
    expect(sink.offences).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { TimeWheel } from './time-wheel.ts';

describe('dispatch/time-wheel (K25)', () => {
  test('each item comes due once, never early, at most a bucket late, however it was moved and deleted', () => {
    const item = fc.integer({ min: 0, max: 5 });
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), item, in: fc.integer({ min: -10, max: 5000 }) }),
      fc.record({ do: fc.constant('delete' as const), item }),
      fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 3000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const clock = new ManualClock();
        const due = new Map<number, number>();
        const wheel = new TimeWheel<number>(clock, (one) => {
          const at = due.get(one);
          expect(at).toBeDefined();
          expect(clock.now()).toBeGreaterThanOrEqual(at!);
          expect(clock.now()).toBeLessThanOrEqual(at! + 250);
          due.delete(one);
        });
        for (const one of steps) {
          if (one.do === 'advance') clock.advance(one.ms);
          else if (one.do === 'delete') {
            wheel.delete(one.item);
            due.delete(one.item);
          } else {
            wheel.add(one.item, clock.now() + one.in);
            due.set(one.item, Math.max(clock.now(), clock.now() + one.in));
          }
          expect(wheel.size).toBe(due.size);
          expect(clock.pending).toBe(due.size > 0 ? 1 : 0);
        }
        clock.advance(6000);
        expect([due.size, wheel.size, clock.pending]).toEqual([0, 0, 0]);
      }),
    );
  });

  test('one that comes due may add itself again and delete its neighbours', () => {
    const clock = new ManualClock();
    const called: string[] = [];
    const wheel = new TimeWheel<string>(clock, (item) => {
      called.push(`${item}@${clock.now()}`);
      if (item !== 'a' || called.length > 2) return;
      wheel.delete('b');
      wheel.add('a', clock.now());
    });
    wheel.add('a', 100);
    wheel.add('b', 200);
    wheel.add('c', 250);
    clock.advance(1000);
    expect(called).toEqual(['a@250', 'c@250', 'a@500']);
  });

  test('a loop that was blocked for long catches up in order', () => {
    const clock = new ManualClock();
    const called: number[] = [];
    let fire = () => {};
    const blocked = { ...fixedClock(clock), after: (_: number, fn: () => void) => ((fire = fn), () => {}) };
    const wheel = new TimeWheel<number>(blocked, (item) => called.push(item));
    for (const at of [5000, 100, 9000, 2000]) wheel.add(at, at);
    clock.advance(6000);
    fire();
    expect(called).toEqual([100, 2000, 5000]);
  });
});

const fixedClock = (clock: ManualClock) => ({
  now: () => clock.now(),
  wallTime: () => clock.wallTime(),
  endOfTurn: (fn: () => void) => clock.endOfTurn(fn),
});

import { describe, expect, test } from 'vitest';
import { ManualClock } from './manual-clock.ts';

describe('base/manual-clock', () => {
  test('timers fire in order of time, then of setting, at their own time', () => {
    const clock = new ManualClock();
    const fired: string[] = [];
    clock.after(20, () => fired.push(`b@${clock.now()}`));
    clock.after(10, () => {
      fired.push(`a@${clock.now()}`);
      clock.after(10, () => fired.push(`c@${clock.now()}`));
    });
    clock.advance(15);
    expect(fired).toEqual(['a@10']);
    clock.advance(5);
    expect(fired).toEqual(['a@10', 'b@20', 'c@20']);
    expect(clock.pending).toBe(0);
  });

  test('a cancelled timer does not fire', () => {
    const clock = new ManualClock();
    const cancel = clock.after(1, () => expect.unreachable());
    cancel();
    clock.advance(10);
    expect(clock.pending).toBe(0);
  });

  test('time that is spent fires nothing until the clock is moved', () => {
    const clock = new ManualClock();
    const fired: number[] = [];
    clock.after(5, () => fired.push(clock.now()));
    clock.spend(7);
    clock.endTurn();
    expect(fired).toEqual([]);
    clock.advance(0);
    expect(fired).toEqual([7]);
  });

  test('the end of a turn runs what the turn put off, also what that puts off, before time moves', () => {
    const clock = new ManualClock();
    const seen: string[] = [];
    clock.endOfTurn(() => {
      seen.push('first');
      clock.endOfTurn(() => seen.push(`second@${clock.now()}`));
    });
    clock.after(5, () => seen.push('timer'));
    clock.advance(5);
    expect(seen).toEqual(['first', 'second@0', 'timer']);
  });

  test('wall time moves with the clock from its epoch', () => {
    const clock = new ManualClock(1000);
    clock.advance(5);
    expect(clock.wallTime()).toBe(1005);
  });
});

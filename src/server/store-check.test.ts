import { describe, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { asRevision, type Revision } from '../base/revision.ts';
import { StorageError } from '../storage/errors.ts';
import { storeCheck } from './store-check.ts';

describe('server/store-check', () => {
  test('is well when the store answers, and says what is wrong when it does not', async () => {
    const clock = new ManualClock();
    const well = storeCheck({ currentRevision: () => Promise.resolve(asRevision(1)) }, clock);
    expect(await well.check()).toBeUndefined();
    const down = { currentRevision: () => Promise.reject(new StorageError('unavailable', 'no leader')) };
    expect(await storeCheck(down, clock).check()).toBe('unavailable: no leader');
    expect(clock.pending).toBe(0);
  });

  test('gives up after 2 s, and asks once for everybody who waits', async () => {
    const clock = new ManualClock();
    let asked = 0;
    const silent = {
      currentRevision: () => {
        asked += 1;
        return new Promise<Revision>(() => {});
      },
    };
    const { check } = storeCheck(silent, clock);
    const answers = Promise.all([check(), check(), check()]);
    clock.advance(2_000);
    for (const answer of await answers) expect(answer).toMatch(/did not answer within 2000 ms/);
    expect(asked).toBe(1);
  });
});

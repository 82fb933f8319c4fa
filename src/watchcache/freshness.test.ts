import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { asRevision, type Revision } from '../base/revision.ts';
import { StreamPosition, TimedFreshness } from './freshness.ts';

const at = (revision: number): Revision => asRevision(revision);

function positioned(revision = 10) {
  const clock = new ManualClock();
  const requests: number[] = [];
  const position = new StreamPosition({ clock, requestProgress: () => requests.push(clock.now()) });
  position.advance(at(revision));
  return { clock, position, requests };
}

/** What became of a promise by now. */
async function outcome<T>(promise: Promise<T>): Promise<T | 'waiting'> {
  const waiting = Promise.resolve('waiting' as const);
  await waiting;
  return Promise.race([promise, waiting]);
}

describe('StreamPosition: waiting (M22, M25)', () => {
  test('what has been reached is answered at once', async () => {
    const { position, clock } = positioned();
    expect(await Promise.all([position.reach(at(9), 0), position.reach(at(10), 0)])).toEqual([true, true]);
    expect(clock.pending).toBe(0);
  });

  test('the future is waited for, each as far as it asked', async () => {
    const { position } = positioned();
    const [near, far] = [position.reach(at(11), 3_000), position.reach(at(13), 3_000)];
    expect([await outcome(near), await outcome(far)]).toEqual(['waiting', 'waiting']);
    position.advance(at(12));
    expect([await outcome(near), await outcome(far)]).toEqual([true, 'waiting']);
    position.advance(at(20));
    expect(await outcome(far)).toBe(true);
  });

  test('in vain for as long as was said, and no longer', async () => {
    const { position, clock } = positioned();
    const waiting = position.reach(at(11), 3_000);
    clock.advance(2_999);
    expect(await outcome(waiting)).toBe('waiting');
    clock.advance(1);
    expect(await outcome(waiting)).toBe(false);
    expect([position.waiting, clock.pending]).toEqual([0, 0]);
    expect(await position.reach(at(11), 0)).toBe(false);
  });

  test('never goes back', () => {
    const { position } = positioned();
    position.advance(at(5));
    expect(position.revision).toBe(10);
  });

  test('is over when the stream is stopped; what was reached stays reached', async () => {
    const { position, clock } = positioned();
    const waiting = position.reach(at(11), 3_000);
    position.stop();
    expect(await waiting).toBe(false);
    expect(await position.reach(at(11), 3_000)).toBe(false);
    expect(await position.reach(at(10), 3_000)).toBe(true);
    expect(clock.pending).toBe(0);
  });
});

describe('StreamPosition: asking for progress (K34)', () => {
  test('only while somebody waits: first after 50 ms, then every 100 ms', async () => {
    const { position, clock, requests } = positioned();
    clock.advance(1_000);
    expect(requests).toEqual([]);
    const waiting = position.reach(at(11), 3_000);
    clock.advance(49);
    expect(requests).toEqual([]);
    clock.advance(301);
    expect(requests).toEqual([1_050, 1_150, 1_250, 1_350]);
    position.advance(at(11));
    expect(await waiting).toBe(true);
    expect(clock.pending).toBe(0);
    clock.advance(1_000);
    expect(requests).toHaveLength(4);
  });

  test('one for all who wait, until the last one is gone', () => {
    const { position, clock, requests } = positioned();
    void position.reach(at(11), 3_000);
    void position.reach(at(12), 120);
    void position.reach(at(13), 200);
    position.advance(at(11));
    clock.advance(150);
    expect(requests).toEqual([50, 150]);
    clock.advance(1_000);
    expect(requests).toEqual([50, 150]);
  });

  test('an answer that comes while it is asked for ends it', () => {
    const clock = new ManualClock();
    const position: StreamPosition = new StreamPosition({ clock, requestProgress: () => position.advance(at(11)) });
    void position.reach(at(11), 3_000);
    clock.advance(60);
    expect(clock.pending).toBe(0);
  });
});

test('StreamPosition: whoever waits is told the truth, at the right moment', async () => {
  const step = fc.oneof(
    fc.record({ type: fc.constant('reach' as const), ahead: fc.nat({ max: 6 }), timeout: fc.nat({ max: 5 }) }),
    fc.record({ type: fc.constant('advance' as const), by: fc.nat({ max: 3 }) }),
    fc.record({ type: fc.constant('wait' as const), ms: fc.nat({ max: 3 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { position, clock } = positioned(0);
      const asked: { revision: number; until: number; told: boolean | undefined; expected: boolean | undefined }[] = [];
      for (const step of steps) {
        if (step.type === 'reach') {
          const revision = position.revision + step.ahead;
          const expected = step.ahead === 0 ? true : step.timeout === 0 ? false : undefined;
          const entry = {
            revision,
            until: clock.now() + step.timeout,
            told: undefined as boolean | undefined,
            expected,
          };
          asked.push(entry);
          void position.reach(at(revision), step.timeout).then((told) => {
            entry.told = told;
          });
        } else if (step.type === 'advance') {
          position.advance(at(position.revision + step.by));
          for (const entry of asked) if (entry.revision <= position.revision) entry.expected ??= true;
        } else {
          clock.advance(step.ms);
          for (const entry of asked) if (entry.until <= clock.now()) entry.expected ??= false;
        }
        await new Promise((resolve) => setImmediate(resolve));
        expect(asked.map(({ told }) => told)).toEqual(asked.map(({ expected }) => expected));
        expect(position.waiting).toBe(asked.filter(({ expected }) => expected === undefined).length);
        if (position.waiting === 0) expect(clock.pending).toBe(0);
      }
    }),
  );
});

test('TimedFreshness: observes how long reads waited, in seconds (K32)', async () => {
  const { position, clock } = positioned();
  const observed: number[] = [];
  const timed = new TimedFreshness(position, clock, { observe: (seconds) => observed.push(seconds) });
  const waiting = timed.reach(at(11), 3_000);
  clock.advance(250);
  position.advance(at(11));
  expect(await waiting).toBe(true);
  expect(await timed.reach(at(11), 3_000)).toBe(true);
  expect([observed, timed.revision]).toEqual([[0.25, 0], 11]);
});

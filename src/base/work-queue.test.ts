import { describe, expect, test } from 'vitest';
import { ManualClock } from './manual-clock.ts';
import { type WorkOutcome, WorkQueue } from './work-queue.ts';

/** Lets what waits for promises go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A queue whose work ends when the test says so. */
class Bench {
  readonly clock = new ManualClock();
  readonly begun: string[] = [];
  readonly failures: unknown[] = [];
  readonly queue: WorkQueue;
  readonly #ends = new Map<string, (outcome: WorkOutcome | Error) => void>();

  constructor(concurrency = 10) {
    this.queue = new WorkQueue({
      work: (key) => {
        this.begun.push(key);
        return new Promise((resolve, reject) => {
          this.#ends.set(key, (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
        });
      },
      failed: (key, error) => this.failures.push([key, error]),
      concurrency,
      firstRetryMs: 100,
      maxRetryMs: 1_000,
      clock: this.clock,
    });
  }

  readonly end = async (key: string, outcome: WorkOutcome | Error = 'done'): Promise<void> => {
    this.#ends.get(key)?.(outcome);
    await settled();
  };
}

const retry = { retry: true } as const;

describe('controllers/work-queue', () => {
  test('keys are worked on in the order in which they came, each once, and so many at a time', async () => {
    const { queue, begun, end } = new Bench(2);
    for (const key of ['a', 'b', 'c', 'd', 'c']) queue.add(key);
    expect(begun).toEqual(['a', 'b']);
    await end('b');
    expect(begun).toEqual(['a', 'b', 'c']);
    await end('a');
    for (const key of ['c', 'd']) await end(key);
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    expect(queue.idle).toBe(true);
  });

  test('what is asked for during the work on it is done once more afterwards, and not beside it', async () => {
    const { queue, begun, end } = new Bench();
    queue.add('a');
    for (let times = 0; times < 3; times++) queue.add('a');
    expect(begun).toEqual(['a']);
    await end('a');
    expect(begun).toEqual(['a', 'a']);
    await end('a');
    expect([begun.length, queue.idle]).toEqual([2, true]);
  });

  test('pauses double up to the longest, whether work failed or said so, and begin anew after success', async () => {
    const { queue, begun, end, clock, failures } = new Bench();
    queue.add('a');
    const lost = new Error('lost');
    for (const [pause, outcome] of [
      [100, retry],
      [200, lost],
      [400, retry],
      [800, retry],
      [1_000, retry],
      [1_000, retry],
    ] as const) {
      const before = begun.length;
      await end('a', outcome);
      clock.advance(pause - 1);
      expect(begun.length).toBe(before);
      clock.advance(1);
      expect(begun.length).toBe(before + 1);
    }
    expect(failures).toEqual([['a', lost]]);
    await end('a');
    queue.add('a');
    await end('a', retry);
    const before = begun.length;
    clock.advance(100);
    expect(begun.length).toBe(before + 1);
  });

  test('a pause is no longer than the work says', async () => {
    const { queue, begun, end, clock } = new Bench();
    queue.add('a');
    await end('a', { retry: true, withinMs: 7 });
    clock.advance(7);
    expect(begun).toEqual(['a', 'a']);
  });

  test('news of a key ends its pause; an offer does not', async () => {
    const { queue, begun, end, clock } = new Bench();
    queue.add('a');
    queue.offer('a');
    await end('a', retry);
    queue.offer('a');
    expect(begun).toEqual(['a']);
    queue.add('a');
    expect(begun).toEqual(['a', 'a']);
    await end('a');
    expect([clock.pending, queue.idle]).toEqual([0, true]);
    queue.offer('a');
    expect(begun.length).toBe(3);
  });

  test('nothing is left of what is forgotten, and nothing begins after the end', async () => {
    const { queue, begun, end, clock } = new Bench(1);
    queue.add('a');
    queue.add('b');
    queue.forget('b');
    await end('a', retry);
    queue.forget('a');
    expect([begun, clock.pending, queue.idle]).toEqual([['a'], 0, true]);
    for (const key of ['c', 'd', 'c']) queue.add(key);
    queue.stop();
    await end('c', new Error('too late'));
    queue.add('e');
    expect([begun, clock.pending]).toEqual([['a', 'c'], 0]);
  });
});

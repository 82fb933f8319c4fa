import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SendWindow } from './send-window.ts';

type Callback = (error?: Error | null) => void;

/** Where writes wait until they are taken, in order, and tell so later. */
class Queue {
  readonly waiting: { readonly bytes: number; readonly left: Callback | undefined }[] = [];
  readonly #taken: Callback[] = [];

  get length(): number {
    return this.waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  write(bytes: number, left?: Callback): void {
    this.waiting.push({ bytes, left });
  }

  take(count: number): void {
    for (const { left } of this.waiting.splice(0, count)) if (left !== undefined) this.#taken.push(left);
  }

  tell(error?: Error): void {
    for (const left of this.#taken.splice(0)) left(error);
  }
}

const anyStep = fc.oneof(
  fc.record({ do: fc.constant('write' as const), bytes: fc.integer({ min: 1, max: 300 }), atOnce: fc.boolean() }),
  /** Something else that goes the same way, as a pong does. */
  fc.record({ do: fc.constant('other' as const), bytes: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ do: fc.constant('take' as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant('tell' as const) }),
);

describe('endpoints/send-window', () => {
  test('who was told that it is full is told once that it is open, whatever was written and whatever waits besides', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.array(anyStep, { maxLength: 60 }), (bytes, steps) => {
        const queue = new Queue();
        let [full, fulls, drains] = [false, 0, 0];
        const window = new SendWindow(bytes, () => {
          expect(full).toBe(true);
          full = false;
          drains++;
        });
        for (const step of steps) {
          if (step.do === 'take') queue.take(step.count);
          else if (step.do === 'tell') queue.tell();
          else if (step.do === 'other') queue.write(step.bytes);
          else if (!full) {
            queue.write(step.bytes, window.admit(queue.length + step.bytes));
            if (step.atOnce) queue.take(queue.waiting.length);
            full = window.filled(queue.length);
            expect(full).toBe(queue.length >= bytes);
            if (full) fulls++;
          }
        }
        // What else waits stays: it must not matter.
        queue.take(queue.waiting.findLastIndex(({ left }) => left !== undefined) + 1);
        queue.write(bytes);
        queue.tell();
        expect([full, drains]).toEqual([false, fulls]);
      }),
    );
  });

  test('a write that fails opens nothing', () => {
    const queue = new Queue();
    let drains = 0;
    const window = new SendWindow(10, () => drains++);
    queue.write(20, window.admit(20));
    expect(window.filled(20)).toBe(true);
    queue.take(1);
    queue.tell(new Error('gone'));
    expect(drains).toBe(0);
  });
});

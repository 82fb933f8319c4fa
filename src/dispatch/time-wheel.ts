import type { Clock } from '../base/clock.ts';

/** Items come due up to this much late, together with all others of the same quarter of a second. */
const bucketMs = 250;
/** With nothing due, the one timer still looks this far ahead only: then finding the next bucket is a few look-ups. */
const maxSleepBuckets = 4;

/**
 * Calls `onDue` for each item once its time has come, never early. Any number of items on one timer: adding, moving and
 * deleting are O(1). An item is in it at most once. `onDue` may add and delete items, its own too.
 */
export class TimeWheel<T> {
  readonly #clock: Clock;
  readonly #onDue: (item: T) => void;
  readonly #buckets = new Map<number, Set<T>>();
  readonly #bucketOf = new Map<T, number>();
  /** Everything in buckets up to this one has been called. */
  #turned = 0;
  #armedFor: number | undefined;
  #disarm: () => void = () => {};

  constructor(clock: Clock, onDue: (item: T) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** How many items wait. With none, there is no timer either. */
  get size(): number {
    return this.#bucketOf.size;
  }

  /** `at` in the clock's `now`. Moves the item if it is in the wheel. */
  add(item: T, at: number): void {
    this.#remove(item);
    if (this.#armedFor === undefined) this.#turned = Math.floor(this.#clock.now() / bucketMs);
    const number = Math.max(Math.ceil(at / bucketMs), this.#turned + 1);
    const bucket = this.#buckets.get(number);
    if (bucket === undefined) this.#buckets.set(number, new Set([item]));
    else bucket.add(item);
    this.#bucketOf.set(item, number);
    this.#arm(number);
  }

  delete(item: T): void {
    if (this.#remove(item) && this.size === 0) this.#stop();
  }

  #remove(item: T): boolean {
    const number = this.#bucketOf.get(item);
    if (number === undefined) return false;
    this.#bucketOf.delete(item);
    const bucket = this.#buckets.get(number);
    bucket?.delete(item);
    if (bucket?.size === 0) this.#buckets.delete(number);
    return true;
  }

  /** Makes sure that the timer goes off for bucket `number`, or before it and looks again. */
  #arm(number: number): void {
    const wanted = Math.min(number, this.#turned + maxSleepBuckets);
    if (this.#armedFor !== undefined && this.#armedFor <= wanted) return;
    this.#disarm();
    this.#armedFor = wanted;
    this.#disarm = this.#clock.after(wanted * bucketMs - this.#clock.now(), () => this.#turn());
  }

  #stop(): void {
    this.#disarm();
    this.#armedFor = undefined;
  }

  #turn(): void {
    const now = Math.floor(this.#clock.now() / bucketMs);
    while (this.#turned < now && this.size > 0) {
      const number = ++this.#turned;
      const bucket = this.#buckets.get(number);
      if (bucket === undefined) continue;
      for (const item of bucket) {
        this.#remove(item);
        this.#onDue(item);
      }
    }
    this.#turned = now;
    this.#armedFor = undefined;
    if (this.size === 0) return;
    let next = now + 1;
    while (next < now + maxSleepBuckets && !this.#buckets.has(next)) next++;
    this.#arm(next);
  }
}

/** Buckets per doubling: 32 gives a relative error below 1.6 %. */
const perDoubling = 32;

/** Up to this many milliseconds, this often (and more than the bucket before it). */
export type Bucket = readonly [milliseconds: number, count: number];

/** Milliseconds; `buckets` are those that are not empty, in order. */
export type Latency = {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  readonly buckets: readonly Bucket[];
};

/** Latencies in milliseconds, in buckets of constant relative width: recording is one addition. */
export class Histogram {
  readonly #counts: number[] = [];
  #count = 0;
  #max = 0;

  record(milliseconds: number): void {
    const micros = Math.max(1, milliseconds * 1000);
    const bucket = Math.floor(Math.log2(micros) * perDoubling);
    while (this.#counts.length <= bucket) this.#counts.push(0);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count += 1;
    if (milliseconds > this.#max) this.#max = milliseconds;
  }

  get count(): number {
    return this.#count;
  }

  /** `null` when nothing was recorded. */
  latency(): Latency | null {
    if (this.#count === 0) return null;
    const buckets = this.#counts
      .map((count, bucket): Bucket => [Math.min(this.#max, 2 ** ((bucket + 1) / perDoubling) / 1000), count])
      .filter(([, count]) => count > 0);
    const [p50, p90, p99] = [this.#quantile(0.5), this.#quantile(0.9), this.#quantile(0.99)];
    return { p50, p90, p99, max: this.#max, buckets };
  }

  /** The middle of the bucket in which the quantile falls, in milliseconds. */
  #quantile(q: number): number {
    let left = Math.ceil(this.#count * q);
    for (const [bucket, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0) return Math.min(this.#max, 2 ** ((bucket + 0.5) / perDoubling) / 1000);
    }
    return this.#max;
  }
}

/** The buckets of several rounds in one. */
export function mergeBuckets(rounds: readonly (readonly Bucket[])[]): Bucket[] {
  const merged = new Map<number, number>();
  for (const [milliseconds, count] of rounds.flat()) {
    const rounded = Number(milliseconds.toPrecision(6));
    merged.set(rounded, (merged.get(rounded) ?? 0) + count);
  }
  return [...merged].sort(([a], [b]) => a - b);
}

/** Buckets per doubling: 32 gives a relative error below 1.6 %. */
const perDoubling = 32;

/** Latencies in milliseconds, in buckets of constant relative width: recording is one addition, merging is a sum. */
export class Histogram {
  readonly counts: number[] = [];
  #count = 0;
  #max = 0;

  record(milliseconds: number, times = 1): void {
    const micros = Math.max(1, milliseconds * 1000);
    const bucket = Math.floor(Math.log2(micros) * perDoubling);
    while (this.counts.length <= bucket) this.counts.push(0);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + times;
    this.#count += times;
    if (milliseconds > this.#max) this.#max = milliseconds;
  }

  get count(): number {
    return this.#count;
  }

  /** `null` when nothing was recorded. */
  summary(): LatencySummary | null {
    if (this.#count === 0) return null;
    return { p50: this.#quantile(0.5), p90: this.#quantile(0.9), p99: this.#quantile(0.99), max: this.#max };
  }

  /** The middle of the bucket in which the quantile falls, in milliseconds. */
  #quantile(q: number): number {
    let left = Math.ceil(this.#count * q);
    for (const [bucket, count] of this.counts.entries()) {
      left -= count;
      if (left <= 0) return Math.min(this.#max, 2 ** ((bucket + 0.5) / perDoubling) / 1000);
    }
    return this.#max;
  }
}

/** Milliseconds. */
export type LatencySummary = { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Histogram, mergeBuckets } from './histogram.ts';

const milliseconds = fc.array(fc.double({ min: 0.001, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 300 });

describe('bench/load/histogram', () => {
  test('quantiles are within 1.6 % of the exact ones, the maximum is exact', () => {
    fc.assert(
      fc.property(milliseconds, (values) => {
        const histogram = new Histogram();
        for (const value of values) histogram.record(value);
        const latency = histogram.latency();
        const sorted = values.toSorted((a, b) => a - b);
        for (const [q, told] of [
          [0.5, latency?.p50],
          [0.9, latency?.p90],
          [0.99, latency?.p99],
        ] as const) {
          const exact = sorted[Math.ceil(values.length * q) - 1]!;
          expect(Math.abs(told! - exact) / exact).toBeLessThan(0.016);
        }
        expect(latency?.max).toBe(sorted.at(-1));
      }),
    );
  });

  test('buckets hold every value once, each at most at its bound', () => {
    fc.assert(
      fc.property(milliseconds, (values) => {
        const histogram = new Histogram();
        for (const value of values) histogram.record(value);
        const buckets = histogram.latency()?.buckets ?? [];
        expect(buckets.reduce((sum, [, count]) => sum + count, 0)).toBe(values.length);
        let below = 0;
        for (const [bound, count] of buckets) {
          below += count;
          expect(values.filter((value) => value <= bound * 1.000001).length).toBeGreaterThanOrEqual(below);
        }
      }),
    );
  });

  test('nothing recorded is no latency', () => {
    expect(new Histogram().latency()).toBeNull();
  });

  test('rounds are merged bucket by bucket, in order', () => {
    expect(
      mergeBuckets([
        [
          [1, 2],
          [4, 1],
        ],
        [
          [1, 3],
          [2, 5],
        ],
      ]),
    ).toEqual([
      [1, 5],
      [2, 5],
      [4, 1],
    ]);
  });
});

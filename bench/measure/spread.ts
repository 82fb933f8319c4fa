/** Over the rounds of one target. */
export type Spread = { readonly min: number; readonly median: number; readonly max: number };

/** Of an even number the upper middle one: a value that was measured. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: sorted[0] ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 };
}

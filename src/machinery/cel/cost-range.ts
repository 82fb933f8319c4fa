/**
 * From how much to how much something costs, or how large it is. What is beyond a uint64 is its greatest, as in the original;
 * bigints, as an expression is estimated once in its life.
 */
export interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

export const greatest = 2n ** 64n - 1n;
const beyond = 2 ** 64;

const saturated = (value: bigint): bigint => (value > greatest ? greatest : value);

/** As a uint64 that overflows: in some places the original does not look. */
export const wrapped = (value: bigint): bigint => BigInt.asUintN(64, value);

export const fixed = (value: number | bigint): Range => ({ min: BigInt(value), max: BigInt(value) });
export const nothing: Range = fixed(0);
export const one: Range = fixed(1);
/** Nothing is known of it. */
export const unknown: Range = { min: 0n, max: greatest };

export const add = (a: Range, b: Range): Range => ({ min: saturated(a.min + b.min), max: saturated(a.max + b.max) });

export const sum = (ranges: readonly Range[]): Range => ranges.reduce(add, nothing);

export const multiply = (a: Range, b: Range): Range => ({
  min: saturated(a.min * b.min),
  max: saturated(a.max * b.max),
});

/** Rounded up, with the precision of a double, which is the original's. */
function scaled(value: bigint, factor: number): bigint {
  const product = Math.ceil(Number(value) * factor);
  return product >= beyond ? greatest : BigInt(product);
}

export const scale = ({ min, max }: Range, factor: number): Range => ({
  min: scaled(min, factor),
  max: scaled(max, factor),
});

export const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** The range that holds both. */
export const union = (a: Range, b: Range): Range => ({ min: smaller(a.min, b.min), max: larger(a.max, b.max) });

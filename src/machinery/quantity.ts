/** How a quantity was written, and so how it is written again. */
type Format = 'decimal' | 'binary' | 'exponent';

/**
 * A number of something: `500m`, `1.5Gi`, `2e3`. Exactly `mantissa` × 10^`exponent`; nothing is smaller than a
 * thousand-millionth, and what is written as a power of two is at most 2^63-1, as in Kubernetes.
 */
export interface Quantity {
  readonly mantissa: bigint;
  readonly exponent: number;
  /** The way Kubernetes stores it: what was given, where that is canonical enough. */
  readonly text: string;
}

/** Not a quantity. The message is Kubernetes' own. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const wrongNumber = 'unable to parse numeric part of quantity';
const wrongSuffix = "unable to parse quantity's suffix";

/** Longer than any number that means something; a number's cost grows with its digits. */
const maxTextLength = 256;
/** What may still be a number, of those that are too long. */
const interpretable = /^[+-]?[0-9.]+[eEinumkKMGTP]*[-+]?[0-9]*$/;
/** Beyond it nothing is kept: 10^-9. */
const smallest = -9;
const thousandth = -3;
const int64Max = 2n ** 63n - 1n;
/** An exponent is an int32 in Kubernetes. */
const maxExponent = 2 ** 31 - 1;

const decimals = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
/** 1024 to the power of what stands here. */
const binaries = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimalSuffixes = new Map([...decimals].map(([suffix, exponent]) => [exponent, suffix]));

/** @throws {QuantityError} */
export function parseQuantity(text: string): Quantity {
  if (text === '') throw new QuantityError(wrongFormat);
  if (text.length > maxTextLength) throw new QuantityError(interpretable.test(text) ? wrongNumber : wrongFormat);
  const { sign, whole, fraction, suffix } = split(text);
  const { format, power } = interpret(suffix);

  const digits = `${whole === '' ? '0' : whole}${fraction}`;
  const exponent = (format === 'binary' ? 0 : power) - fraction.length;
  if (keepsText(format, digits, fraction, exponent, power)) {
    const value = BigInt(digits) * (format === 'binary' ? 1024n ** BigInt(power) : 1n);
    return { mantissa: sign * value, exponent, text };
  }
  const scaled = BigInt(digits) * (format === 'binary' ? 1024n ** BigInt(power) : 1n);
  let value = roundUp(scaled, exponent);
  if (format === 'binary' && compareScaled(value, { mantissa: int64Max, exponent: 0 }) > 0) {
    value = { mantissa: int64Max, exponent: 0 };
  }
  const signed = { mantissa: sign * value.mantissa, exponent: value.exponent };
  return { ...signed, text: canonical(signed, format) };
}

/**
 * The text of a quantity of thousandths at least: what is below becomes one, away from zero. Other texts stay.
 * @throws {QuantityError}
 */
export function roundedToThousandths(text: string): string {
  const { mantissa, exponent } = parseQuantity(text);
  if (exponent >= thousandth || mantissa === 0n) return text;
  const size = mantissa < 0n ? -mantissa : mantissa;
  const unit = 10n ** BigInt(thousandth - exponent);
  const rounded = (size + unit - 1n) / unit;
  const value = { mantissa: mantissa < 0n ? -rounded : rounded, exponent: thousandth };
  return canonical(value, interpret(split(text).suffix).format);
}

/** Negative, zero or positive, as `a` is less than, equal to or more than `b`. */
export const compareQuantities = (a: Quantity, b: Quantity): number => compareScaled(a, b);

/** What is this much smaller than the other changes nothing that anybody could see. */
const maxDigitsApart = 400;

/** In the way that the first one is written. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  if (b.mantissa === 0n) return a;
  if (a.mantissa === 0n) return b;
  if (Math.abs(a.exponent - b.exponent) > maxDigitsApart) return maxQuantity(a, b);
  const exponent = Math.min(a.exponent, b.exponent);
  const [x, y] = [a, b].map((one) => one.mantissa * 10n ** BigInt(one.exponent - exponent)) as [bigint, bigint];
  const sum = { mantissa: x + y, exponent };
  return { ...sum, text: canonical(sum, interpret(split(a.text).suffix).format) };
}

export const maxQuantity = (a: Quantity, b: Quantity): Quantity => (compareQuantities(a, b) < 0 ? b : a);

/** In whole units, rounded up. */
export function ceilQuantity({ mantissa, exponent }: Quantity): bigint {
  if (exponent >= 0) return mantissa * 10n ** BigInt(exponent);
  const unit = 10n ** BigInt(-exponent);
  return mantissa / unit + (mantissa > 0n && mantissa % unit !== 0n ? 1n : 0n);
}

/** How much it is, as near as a double comes. */
export const quantityToNumber = ({ mantissa, exponent }: Quantity): number => Number(`${mantissa}e${exponent}`);

interface Scaled {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** Sign, digits without leading zeros, digits after the point, and the rest. */
function split(text: string): { sign: bigint; whole: string; fraction: string; suffix: string } {
  const match = /^([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/.exec(text);
  if (match === null) throw new QuantityError(wrongFormat);
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  return { sign: sign === '-' ? -1n : 1n, whole, fraction, suffix };
}

/** `power`: of ten, or of 1024 for the binary ones. */
function interpret(suffix: string): { format: Format; power: number } {
  const decimal = decimals.get(suffix);
  if (decimal !== undefined) return { format: 'decimal', power: decimal };
  const binary = binaries.indexOf(suffix);
  if (binary > 0) return { format: 'binary', power: binary };
  const exponent = /^[eE]([+-]?[0-9]+)$/.exec(suffix)?.[1];
  const power = Number(exponent ?? Number.NaN);
  if (!(Math.abs(power) <= maxExponent)) throw new QuantityError(wrongSuffix);
  return { format: 'exponent', power };
}

/** Kubernetes keeps the text of a small number whose exponent is a multiple of three and whose digits cannot be fewer. */
function keepsText(format: Format, digits: string, fraction: string, exponent: number, power: number): boolean {
  if (format === 'binary') {
    const room = 15 - digits.length - Math.trunc(power * 3) - 1;
    return fraction === '' && room >= 0 && (BigInt(digits) & 7n) !== 0n;
  }
  const short = digits.length <= 18 && exponent >= smallest;
  return short && exponent % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
}

/** Whatever is more than nothing is at least 10^-9: rounded away from zero, for asking for little is not asking for none. */
function roundUp(mantissa: bigint, exponent: number): Scaled {
  if (mantissa === 0n) return { mantissa, exponent: 0 };
  if (exponent >= smallest) return { mantissa, exponent };
  const dropped = smallest - exponent;
  if (dropped > maxTextLength + 64) return { mantissa: 1n, exponent: smallest };
  const unit = 10n ** BigInt(dropped);
  return { mantissa: (mantissa + unit - 1n) / unit, exponent: smallest };
}

function compareScaled(a: Scaled, b: Scaled): number {
  const [x, y] = [order(a), order(b)];
  if (x !== y) return x < y ? -1 : 1;
  const exponent = Math.min(a.exponent, b.exponent);
  if (a.mantissa === 0n && b.mantissa === 0n) return 0;
  const [left, right] = [a, b].map((one) => one.mantissa * 10n ** BigInt(one.exponent - exponent)) as [bigint, bigint];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The signed number of digits before the point: who has more is more, and only equals need be multiplied out. */
function order({ mantissa, exponent }: Scaled): number {
  if (mantissa === 0n) return 0;
  // Above any negative length, so that the order of a tiny positive number is still positive.
  const length = String(mantissa < 0n ? -mantissa : mantissa).length + exponent + 2 * maxExponent;
  return mantissa < 0n ? -length : length;
}

function canonical(value: Scaled, format: Format): string {
  if (value.mantissa === 0n) return '0';
  if (format === 'binary') {
    const text = canonicalBinary(value);
    if (text !== undefined) return text;
  }
  let { mantissa, exponent } = value;
  while (mantissa % 10n === 0n) {
    mantissa /= 10n;
    exponent++;
  }
  const over = ((exponent % 3) + 3) % 3;
  mantissa *= 10n ** BigInt(over);
  exponent -= over;
  const suffix = format === 'exponent' ? undefined : decimalSuffixes.get(exponent);
  // Beyond the suffixes there is only the exponent; the original drops it there, and with it the magnitude.
  return `${mantissa}${suffix ?? (exponent === 0 ? '' : `e${exponent}`)}`;
}

/** Undefined where a power of two would lose something or only confuse: fractions, and less than 1024. */
function canonicalBinary({ mantissa, exponent }: Scaled): string | undefined {
  const unit = 10n ** BigInt(-exponent);
  if (mantissa % unit !== 0n) return undefined;
  let whole = mantissa / unit;
  if (whole > -1024n && whole < 1024n) return undefined;
  let power = 0;
  while (power < binaries.length - 1 && whole % 1024n === 0n) {
    whole /= 1024n;
    power++;
  }
  return `${whole}${binaries[power] ?? ''}`;
}

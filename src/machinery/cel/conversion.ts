import { goDouble } from './go-double.ts';
import { isInRange, maxSeconds, minSeconds, parseDuration, parseTimestamp, timestampText } from './go-time.ts';
import { intOf, uint64Max } from './literals.ts';
import type { Meter } from './meter.ts';
import { CelError, Double, Duration, Timestamp, typeOf, Uint, type Value } from './value.ts';

const intOverflow = new CelError('integer overflow');
const uintOverflow = new CelError('unsigned integer overflow');
const timestampOverflow = new CelError('timestamp overflow');
const notUtf8 = new CelError('invalid UTF-8 in bytes, cannot convert to string');

/** The value as one of the type, or why that cannot be. An error stays what it is. */
type Conversion = (meter: Meter, value: Value) => Value;

const quoted = (name: string): string => `'${name}'`;

const impossible = (value: Value, to: string): CelError =>
  value instanceof CelError
    ? value
    : new CelError(`type conversion error from ${quoted(typeOf(value).name)} to ${quoted(to)}`);

/** More digits are no int64. */
const decimal = /^[+-]?\d{1,4000}$/;
const unsigned = /^\d{1,4000}$/;

export const toInt: Conversion = (_, value) => {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return value;
    case 'string':
      return (decimal.test(value) ? intOf(BigInt(value.replace(/^\+/, ''))) : undefined) ?? impossible(value, 'int');
    default:
      break;
  }
  if (value instanceof Double) {
    const whole = Math.trunc(value.value);
    const isInside = value.value > -(2 ** 63) && value.value < 2 ** 63;
    if (!isInside) return intOverflow;
    return Number.isSafeInteger(whole) ? whole + 0 : (intOf(BigInt(whole)) ?? intOverflow);
  }
  if (value instanceof Uint) return intOf(value.value) ?? intOverflow;
  if (value instanceof Timestamp) return value.seconds;
  if (value instanceof Duration) return intOf(value.nanos) ?? intOverflow;
  return impossible(value, 'int');
};

export const toUint: Conversion = (_, value) => {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return value < 0 ? uintOverflow : new Uint(BigInt(value));
    case 'string': {
      const whole = unsigned.test(value) ? BigInt(value) : undefined;
      return whole === undefined || whole > uint64Max ? impossible(value, 'uint') : new Uint(whole);
    }
    default:
      break;
  }
  if (value instanceof Uint) return value;
  if (value instanceof Double) {
    const isInside = value.value >= 0 && value.value < 2 ** 64;
    return isInside ? new Uint(BigInt(Math.trunc(value.value))) : uintOverflow;
  }
  return impossible(value, 'uint');
};

const number =
  /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$|^[+-]?(?:inf|infinity)$|^nan$|^[+-]?0x[\da-f]*\.?[\da-f]*p[+-]?\d+$/;

/** Between digits, or behind the `0x`. */
const separator = /(?<=\d)_(?=\d)/g;
const hexadecimalSeparator = /(?<=[\da-fx])_(?=[\da-f])/g;

/** As Go's strconv.ParseFloat. Undefined when it is no number, or beyond what a double holds. */
export function parseDouble(text: string): number | undefined {
  const separated = text.toLowerCase();
  const isHexadecimal = separated.includes('x');
  const lower = separated.replace(isHexadecimal ? hexadecimalSeparator : separator, '');
  if (!number.test(lower)) return undefined;
  if (lower.endsWith('nan')) return Number.NaN;
  if (lower.includes('inf')) return lower.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = isHexadecimal ? hexadecimal(lower) : Number(lower);
  return Number.isFinite(value) ? value : undefined;
}

/** `0x1.8p3`. */
function hexadecimal(text: string): number {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^([+-]?)0x([\da-f]*)\.?([\da-f]*)p([+-]?\d+)$/.exec(text) ?? [];
  if (whole === '' && fraction === '') return Number.NaN;
  const digits = Number(BigInt(`0x${whole}${fraction}`));
  return (sign === '-' ? -1 : 1) * digits * 2 ** (Number(power) - 4 * fraction.length);
}

export const toDouble: Conversion = (_, value) => {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return new Double(Number(value));
    case 'string': {
      const parsed = parseDouble(value);
      return parsed === undefined ? impossible(value, 'double') : new Double(parsed);
    }
    default:
      break;
  }
  if (value instanceof Double) return value;
  return value instanceof Uint ? new Double(Number(value.value)) : impossible(value, 'double');
};

const truths: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const falsehoods: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

export const toBool: Conversion = (_, value) => {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    if (truths.has(value)) return true;
    if (falsehoods.has(value)) return false;
  }
  return impossible(value, 'bool');
};

export const toBytes: Conversion = (_, value) => {
  if (typeof value === 'string') return new Uint8Array(Buffer.from(value));
  return value instanceof Uint8Array ? value : impossible(value, 'bytes');
};

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** As `string(x)` writes values that are no addresses or the like. Undefined for types that it does not take. */
export function textOf(value: Value): string | CelError | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      break;
  }
  if (value === null) return 'null';
  if (value instanceof Double) return goDouble(value.value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Duration) return durationText(value);
  if (!(value instanceof Uint8Array)) return undefined;
  try {
    return decoder.decode(value);
  } catch {
    return notUtf8;
  }
}

/** `90s`, `1.5s`: what a double says of its seconds. */
export const durationText = ({ nanos }: Duration): string => `${plainDouble(secondsIn(nanos))}s`;

/** As Go's Duration.Seconds. */
const secondsIn = (nanos: bigint): number => Number(nanos / 1_000_000_000n) + Number(nanos % 1_000_000_000n) / 1e9;

/** All digits and no exponent. */
export function plainDouble(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = '', first = '', rest = '', power = '0'] = match;
  const digits = `${first}${rest}`;
  const point = 1 + Number(power);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
}

export const toText: Conversion = (_, value) => textOf(value) ?? impossible(value, 'string');

export const toTimestamp: Conversion = (_, value) => {
  if (value instanceof Timestamp) return value;
  if (typeof value === 'number') {
    return value >= minSeconds && value <= maxSeconds ? new Timestamp(value, 0) : timestampOverflow;
  }
  if (typeof value === 'bigint') return timestampOverflow;
  const time = typeof value === 'string' ? parseTimestamp(value) : undefined;
  if (time === undefined) return impossible(value, 'google.protobuf.Timestamp');
  return isInRange(time) ? time : timestampOverflow;
};

export const toDuration: Conversion = (_, value) => {
  if (value instanceof Duration) return value;
  const duration = typeof value === 'string' ? parseDuration(value) : undefined;
  return duration ?? impossible(value, 'google.protobuf.Duration');
};

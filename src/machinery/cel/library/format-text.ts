import { goQuote } from '../../go-quote.ts';
import { textOf } from '../conversion.ts';
import { fixedText } from '../decimal-text.ts';
import type { Meter } from '../meter.ts';
import { Type } from '../type.ts';
import { CelList, CelMap, Double, Duration, Timestamp, typeOf, Uint, type Value } from '../value.ts';

/** A text cannot be formatted. The message is cel-go's. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** What stands for an argument: `%.2f` is `f` with a precision of 2. */
export interface FormatClause {
  readonly verb: string;
  readonly precision: number | undefined;
}

const verbs = 'sdfebxXo';
const unreadable = (message: string): FormatError => new FormatError(`could not parse formatting clause: ${message}`);

/**
 * Goes through a format: what is in it as it is, and each clause with the number of its argument. A clause that is
 * cut off where there is no argument either is wrong for the one reason or, when `isEndFirst`, for the other.
 * @throws {FormatError}
 */
export function eachClause(
  format: string,
  args: number,
  onText: (text: string) => void,
  onClause: (clause: FormatClause, argument: number) => void,
  isEndFirst = false,
): void {
  let argument = 0;
  let at = 0;
  while (at < format.length) {
    const percent = format.indexOf('%', at);
    if (percent !== at) {
      const end = percent === -1 ? format.length : percent;
      onText(format.slice(at, end));
      at = end;
      continue;
    }
    if (format.charAt(at + 1) === '%') {
      onText('%');
      at += 2;
      continue;
    }
    const isEnd = at + 1 >= format.length;
    if (argument >= args && !(isEnd && isEndFirst)) throw new FormatError(`index ${argument} out of range`);
    if (isEnd) throw new FormatError('unexpected end of string');
    const { clause, length } = clauseAt(format, at + 1);
    onClause(clause, argument);
    argument++;
    at += 1 + length;
  }
}

/** cel-go looks at bytes: of `é` it sees a `Ã`. */
const firstByte = (text: string): string => String.fromCharCode(Buffer.from(text)[0] ?? 0);

function clauseAt(format: string, start: number): { readonly clause: FormatClause; readonly length: number } {
  let at = start;
  let precision: number | undefined;
  if (format.charAt(at) === '.') {
    const digits = /^\d*/.exec(format.slice(at + 1))?.[0] ?? '';
    at += 1 + digits.length;
    if (at >= format.length)
      throw unreadable('error while parsing precision: could not find end of precision specifier');
    const wrong = digits === '' ? 'invalid syntax' : Number(digits) >= 2 ** 63 ? 'value out of range' : undefined;
    if (wrong !== undefined) {
      const conversion = `error while converting precision to integer: strconv.Atoi: parsing ${goQuote(digits)}: ${wrong}`;
      throw unreadable(`error while parsing precision: ${conversion}`);
    }
    precision = Number(digits);
  }
  const verb = format.charAt(at);
  if (!verbs.includes(verb))
    throw unreadable(`unrecognized formatting clause "${firstByte(format.slice(at, at + 2))}"`);
  return { clause: { verb, precision }, length: at + 1 - start };
}

/** What a clause takes, as the error says that it was given something else. */
export const clauseNeeds: Readonly<Record<string, string>> = {
  s: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  d: 'decimal clause can only be used on integers',
  f: 'fixed-point clause can only be used on doubles',
  e: 'scientific clause can only be used on doubles',
  b: 'only integers and bools can be formatted as binary',
  x: 'only integers, byte buffers, and strings can be formatted as hex',
  X: 'only integers, byte buffers, and strings can be formatted as hex',
  o: 'octal clause can only be used on integers',
};

const notGiven = (verb: string, type: string): FormatError =>
  new FormatError(`${clauseNeeds[verb]}, was given ${type}`);

/** A text with the arguments where it says `%s`, `%d` and so on. @throws {FormatError} */
export function formatText(meter: Meter, format: string, args: CelList): string {
  const parts: string[] = [];
  const add = (text: string): void => {
    meter.allocate(text.length);
    parts.push(text);
  };
  eachClause(format, args.size, add, (clause, argument) => {
    try {
      add(clauseText(meter, clause, args.at(argument)));
    } catch (error) {
      if (error instanceof FormatError) error.message = `error during formatting: ${error.message}`;
      throw error;
    }
  });
  return parts.join('');
}

const isInt = (value: Value): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

/** An int or a uint. */
function wholeOf(value: Value): number | bigint | undefined {
  if (isInt(value)) return value;
  return value instanceof Uint ? value.value : undefined;
}

function clauseText(meter: Meter, { verb, precision }: FormatClause, value: Value): string {
  switch (verb) {
    case 's':
      return plainText(meter, value);
    case 'd': {
      const whole = wholeOf(value);
      if (whole === undefined) throw notGiven(verb, typeOf(value).name);
      return String(whole);
    }
    case 'f':
      return fixedPoint(meter, doubleOf(verb, value), precision ?? defaultPrecision);
    case 'e':
      return scientific(meter, doubleOf(verb, value), precision ?? defaultPrecision);
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0';
      return inBase(verb, value, 2);
    case 'o':
      return inBase(verb, value, 8);
    default:
      return hexadecimal(verb, value);
  }
}

function inBase(verb: string, value: Value, base: number): string {
  const whole = wholeOf(value);
  if (whole === undefined) throw notGiven(verb, typeOf(value).name);
  return whole.toString(base);
}

function hexadecimal(verb: string, value: Value): string {
  const text =
    typeof value === 'string'
      ? Buffer.from(value).toString('hex')
      : value instanceof Uint8Array
        ? Buffer.from(value).toString('hex')
        : inBase(verb, value, 16);
  return verb === 'X' ? text.toUpperCase() : text;
}

const defaultPrecision = 6;
const unusual: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

function doubleOf(verb: string, value: Value): number {
  const number = value instanceof Double ? value.value : typeof value === 'string' ? unusual.get(value) : undefined;
  if (number === undefined) throw notGiven(verb, typeOf(value).name);
  return number;
}

const notFinite = (value: number): string => (Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞');
const signOf = (value: number): string => (value < 0 || Object.is(value, -0) ? '-' : '');

/** As in English: thousands have commas. */
function fixedPoint(meter: Meter, value: number, precision: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  meter.allocate(precision);
  const [whole = '', fraction] = fixedText(value, precision).split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return `${signOf(value)}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Always six digits: what should be the precision is the width, as in the original. */
function scientific(meter: Meter, value: number, width: number): string {
  meter.allocate(width);
  if (!Number.isFinite(value)) return notFinite(value).padStart(width);
  const [digits = '', power = '0'] = Math.abs(value).toExponential(defaultPrecision).split('e');
  const exponent = String(Math.abs(Number(power))).padStart(2, '0');
  const raised = Array.from(exponent, (digit) => superscripts.charAt(Number(digit))).join('');
  return `${signOf(value)}${digits}×10${Number(power) < 0 ? '⁻' : ''}${raised}`.padStart(width);
}

/** `%s`. */
function plainText(meter: Meter, value: Value): string {
  if (value instanceof CelList) return listText(meter, value);
  if (value instanceof CelMap) return mapText(meter, value);
  if (value instanceof Type) return value.name;
  const text = textOf(value);
  if (typeof text === 'string') return text;
  throw text === undefined
    ? notGiven('s', typeOf(value).name)
    : new FormatError(`could not convert argument ${goQuote(text.message)} to string`);
}

/** In a list or a map texts are quoted, and doubles have six digits behind the point. */
function nestedText(meter: Meter, value: Value): string {
  meter.work(1);
  if (typeof value === 'string') return goQuote(value);
  if (value instanceof CelList) return listText(meter, value);
  if (value instanceof CelMap) return mapText(meter, value);
  if (value instanceof Uint8Array) return `b${goQuote(plainText(meter, value))}`;
  if (value instanceof Double) return doubleText(value.value);
  if (value instanceof Timestamp) return `timestamp(${goQuote(plainText(meter, value))})`;
  if (value instanceof Duration) return `duration(${goQuote(plainText(meter, value))})`;
  if (value instanceof Type) return value.name;
  const text = textOf(value);
  if (typeof text === 'string') return text;
  throw new FormatError(`no formatting function for ${typeOf(value).name}`);
}

function doubleText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '"NaN"' : value > 0 ? '"+Inf"' : '"-Inf"';
  return `${signOf(value)}${fixedText(value, defaultPrecision)}`;
}

function listText(meter: Meter, list: CelList): string {
  const parts: string[] = [];
  for (let at = 0; at < list.size; at++) {
    const text = nestedText(meter, list.at(at));
    meter.allocate(text.length);
    parts.push(text);
  }
  return `[${parts.join(', ')}]`;
}

function mapText(meter: Meter, map: CelMap): string {
  const entries: (readonly [string, string])[] = [];
  for (const key of map.keys()) {
    const isKey = typeof key === 'string' || typeof key === 'boolean' || wholeOf(key) !== undefined;
    if (!isKey) throw new FormatError(`no formatting function for map key of type ${typeOf(key).name}`);
    const text = nestedText(meter, map.find(key) ?? null);
    meter.allocate(text.length);
    entries.push([nestedText(meter, key), text]);
  }
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${sorted.map(([key, text]) => `${key}:${text}`).join(', ')}}`;
}

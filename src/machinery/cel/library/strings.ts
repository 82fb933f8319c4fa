import { type FunctionDeclaration, method, overload } from '../function.ts';
import { ArrayList } from '../list.ts';
import type { Meter } from '../meter.ts';
import { codePoints } from '../source.ts';
import { dynType, intType, listType, stringType } from '../type.ts';
import { CelError, type CelList, type Value } from '../value.ts';
import { valueText } from '../value-text.ts';
import { FormatError, formatText } from './format-text.ts';

type Int = number | bigint;

/** Texts as they are indexed in CEL: by code points. Most have no others than UTF-16 has units. */
class Indexed {
  readonly text: string;
  readonly length: number;
  readonly #points: readonly string[] | undefined;

  constructor(meter: Meter, text: string) {
    meter.work(text.length);
    this.text = text;
    this.length = codePoints(text);
    this.#points = this.length === text.length ? undefined : Array.from(text);
  }

  slice(start: number, end: number): string {
    return this.#points === undefined ? this.text.slice(start, end) : this.#points.slice(start, end).join('');
  }

  /** The unit at which a code point begins. */
  unitAt(index: number): number {
    return this.#points === undefined ? index : this.slice(0, index).length;
  }

  /** The code point that begins at a unit. */
  indexOfUnit(unit: number): number {
    return this.#points === undefined ? unit : codePoints(this.text.slice(0, unit));
  }
}

const outOfRange = (index: Int): CelError => new CelError(`index out of range: ${index}`);

function charAt(meter: Meter, text: string, index: Int): Value {
  const chars = new Indexed(meter, text);
  const at = Number(index);
  if (at < 0 || at > chars.length) return outOfRange(index);
  return chars.slice(at, at + 1);
}

function indexOf(meter: Meter, text: string, part: string, from: Int = 0): Value {
  const chars = new Indexed(meter, text);
  const start = Number(from);
  if (start < 0) return outOfRange(from);
  if (part === '') return start > chars.length ? chars.length : from;
  if (start >= chars.length) return -1;
  const found = text.indexOf(part, chars.unitAt(start));
  return found === -1 ? -1 : chars.indexOfUnit(found);
}

function lastIndexOf(meter: Meter, text: string, part: string, from?: Int): Value {
  const chars = new Indexed(meter, text);
  if (from === undefined) {
    if (part === '') return chars.length;
    if (Buffer.byteLength(text) < Buffer.byteLength(part)) return -1;
  }
  const start = from === undefined ? chars.length - 1 : Number(from);
  if (start < 0) return outOfRange(from ?? start);
  if (part === '') return start > chars.length ? chars.length : start;
  if (start >= chars.length) return -1;
  const found = text.lastIndexOf(part, chars.unitAt(start));
  return found === -1 ? -1 : chars.indexOfUnit(found);
}

function substring(meter: Meter, text: string, from: Int, to?: Int): Value {
  const chars = new Indexed(meter, text);
  const start = Number(from);
  if (to !== undefined && from > to) {
    return new CelError(`invalid substring range. start: ${from}, end: ${to}`);
  }
  if (start < 0 || start > chars.length) return outOfRange(from);
  const end = to === undefined ? chars.length : Number(to);
  if (end < 0 || end > chars.length) return outOfRange(to ?? end);
  return chars.slice(start, end);
}

/** As Go's strings.Replace: an empty text is found before each character and at the end. */
function replace(meter: Meter, text: string, from: string, to: string, times: Int = -1): Value {
  const most = Number(times);
  if (from === to || most === 0) return text;
  const pieces = from === '' ? ['', ...Array.from(text)] : text.split(from);
  const found = most < 0 ? pieces.length - 1 : Math.min(pieces.length - 1, most);
  const extra = from === '' && (most < 0 || found < most) ? 1 : 0;
  meter.allocate(text.length + pieces.length + (found + extra) * to.length);
  const replaced = pieces.slice(0, found + 1).join(to);
  const rest = pieces.slice(found + 1);
  if (from === '') return `${replaced}${rest.join('')}${extra === 1 ? to : ''}`;
  return rest.length === 0 ? replaced : `${replaced}${from}${rest.join(from)}`;
}

/** As Go's strings.SplitN. */
function split(meter: Meter, text: string, separator: string, times: Int = -1): Value {
  const most = Number(times);
  meter.allocate(text.length);
  if (most === 0) return new ArrayList([]);
  const pieces = separator === '' ? Array.from(text) : text.split(separator);
  if (most < 0 || pieces.length <= most) return new ArrayList(pieces);
  return new ArrayList([...pieces.slice(0, most - 1), pieces.slice(most - 1).join(separator)]);
}

function join(meter: Meter, list: CelList, separator = ''): Value {
  const parts: string[] = [];
  for (let at = 0; at < list.size; at++) {
    const element = list.at(at);
    if (typeof element !== 'string') return new CelError(`join: invalid input: ${valueText(element)}`);
    meter.allocate(element.length + separator.length);
    parts.push(element);
  }
  return parts.join(separator);
}

const whiteSpace = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

/** Without what Go calls white space at both ends. */
function trim(meter: Meter, text: string): string {
  meter.work(text.length);
  let [start, end] = [0, text.length];
  while (start < end && whiteSpace.test(text.charAt(start))) start++;
  while (end > start && whiteSpace.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

const escapes: Readonly<Record<string, string>> = {
  '\x07': String.raw`\a`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
  '\\': '\\\\',
  '"': '\\"',
};

function quote(meter: Meter, text: string): string {
  meter.allocate(2 * text.length);
  return `"${Array.from(text, (char) => escapes[char] ?? char).join('')}"`;
}

function format(meter: Meter, text: string, args: CelList): Value {
  try {
    return formatText(meter, text, args);
  } catch (error) {
    if (error instanceof FormatError) return new CelError(error.message);
    throw error;
  }
}

const s = stringType;
const strings = listType(stringType);

/** Version 2 of cel-go's extension for strings. */
export const stringsLibrary: readonly FunctionDeclaration[] = [
  { name: 'charAt', overloads: [method('string_char_at_int', [s, intType], s, charAt)] },
  {
    name: 'indexOf',
    overloads: [
      method('string_index_of_string', [s, s], intType, (meter: Meter, text: string, part: string) =>
        indexOf(meter, text, part),
      ),
      method('string_index_of_string_int', [s, s, intType], intType, indexOf),
    ],
  },
  {
    name: 'lastIndexOf',
    overloads: [
      method('string_last_index_of_string', [s, s], intType, (meter: Meter, text: string, part: string) =>
        lastIndexOf(meter, text, part),
      ),
      method('string_last_index_of_string_int', [s, s, intType], intType, lastIndexOf),
    ],
  },
  {
    name: 'lowerAscii',
    overloads: [
      method('string_lower_ascii', [s], s, (meter: Meter, text: string) => {
        meter.allocate(text.length);
        return text.replace(/[A-Z]+/g, (part) => part.toLowerCase());
      }),
    ],
  },
  {
    name: 'upperAscii',
    overloads: [
      method('string_upper_ascii', [s], s, (meter: Meter, text: string) => {
        meter.allocate(text.length);
        return text.replace(/[a-z]+/g, (part) => part.toUpperCase());
      }),
    ],
  },
  {
    name: 'replace',
    overloads: [
      method('string_replace_string_string', [s, s, s], s, replace),
      method('string_replace_string_string_int', [s, s, s, intType], s, replace),
    ],
  },
  {
    name: 'split',
    overloads: [
      method('string_split_string', [s, s], strings, split),
      method('string_split_string_int', [s, s, intType], strings, split),
    ],
  },
  {
    name: 'substring',
    overloads: [
      method('string_substring_int', [s, intType], s, substring),
      method('string_substring_int_int', [s, intType, intType], s, substring),
    ],
  },
  { name: 'trim', overloads: [method('string_trim', [s], s, trim)] },
  { name: 'format', overloads: [method('string_format', [s, listType(dynType)], s, format)] },
  { name: 'strings.quote', overloads: [overload('strings_quote', [s], s, quote)] },
  {
    name: 'join',
    overloads: [method('list_join', [strings], s, join), method('list_join_string', [strings, s], s, join)],
  },
];

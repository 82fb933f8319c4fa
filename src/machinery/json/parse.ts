import { goQuote } from '../go-quote.ts';
import type { JsonObject, JsonValue } from '../json-value.ts';
import { decodeUtf8 } from './utf8.ts';

export interface JsonLimits {
  /** How deep objects and arrays may nest. What walks a value recurses: this is what keeps it on the stack. */
  readonly maxDepth: number;
}

/** Go allows 10,000, which a JavaScript stack does not carry; no object of Kubernetes comes near either. */
export const defaultJsonLimits: JsonLimits = { maxDepth: 1_000 };

/** Enough to see what is wrong; a body of nothing but duplicates must not become as many messages. */
const maxDuplicateFields = 100;

/** What numbers were written as, where that is not how they are written down again: by object or array, and key or index in it. */
export type NumberLiterals = ReadonlyMap<JsonObject | readonly JsonValue[], ReadonlyMap<string | number, string>>;

/** An entry of an object in which a key is there twice; `literal`: as of NumberLiterals. */
export interface RepeatedEntry {
  readonly key: string;
  readonly value: JsonValue;
  readonly literal: string | undefined;
}

/** All entries, in the order of the text, of each object in which a key is there twice. */
export type RepeatedEntries = ReadonlyMap<JsonObject, readonly RepeatedEntry[]>;

export interface ParsedJson {
  readonly value: JsonValue;
  /** `1.0`, `1e2`, `1.50`, integers beyond int64: Go takes none of them for an integer. Undefined when there are none. */
  readonly literals: NumberLiterals | undefined;
  /** Paths of fields given more than once, each path once, at most 100: `metadata.labels.a`, `spec.ports[0].port`. */
  readonly duplicateFields: readonly string[];
  /** What Go reads into a struct one after the other. Undefined when there are none. */
  readonly repeated: RepeatedEntries | undefined;
}

/** What is kept of them takes far more memory than they do in a body; beyond this they are read as any number. */
const maxLiterals = 10_000;

/** Not JSON. The message is the one that Go's encoding/json gives. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

/**
 * Parses one JSON document as Kubernetes does: strict grammar, the last of two equal keys wins, invalid UTF-8 and lone
 * surrogates become U+FFFD, integers are exact within int64 (a bigint where a double is not) and doubles beyond it.
 * Linear in the length of `bytes`.
 * @throws {JsonSyntaxError}
 */
export function parseJson(bytes: Buffer, limits: JsonLimits = defaultJsonLimits): ParsedJson {
  return new Parser(decodeUtf8(bytes), limits.maxDepth).document();
}

/** The same for text that is already decoded. */
export function parseJsonText(text: string, limits: JsonLimits = defaultJsonLimits): ParsedJson {
  return new Parser(text, limits.maxDepth).document();
}

/**
 * Objects as JsonObject wants them: nothing inherited, so that any string is only a key. The prototype is an empty object
 * without a prototype rather than null itself, because V8 keeps such objects compact and makes hash tables of the others.
 */
const Bare = function () {} as unknown as new () => JsonObject;
Bare.prototype = Object.freeze(Object.create(null) as object);

/** An empty object of the kind that {@link parseJson} makes. */
export const emptyObject = (): JsonObject => new Bare();

const space = 0x20;
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;

/** A string longer than this is mostly a good deal longer: from here on the search is the regular expression engine's. */
const glanceLength = 48;
/** A quote, a backslash or a control character. */
const special = /[^ !#-[\]-\uffff]/g;

const valueBegins = 'looking for beginning of value';
const keyBegins = 'looking for beginning of object key string';

class Parser {
  readonly #text: string;
  readonly #maxDepth: number;
  #at = 0;
  #depth = 0;
  /** Where we are: the key or index at each depth, the first at 1. */
  readonly #path: (string | number)[] = [''];
  readonly #duplicates = new Set<string>();
  #literals: Map<JsonObject | JsonValue[], Map<string | number, string>> | undefined;
  /** Of the number that was read last, if it is to be kept: whoever it belongs to does. */
  #lastLiteral: string | undefined;
  #literalCount = 0;
  #repeated: Map<JsonObject, RepeatedEntry[]> | undefined;
  /** The first number that a double cannot hold: reported only when the rest is JSON. */
  #overflow: string | undefined;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  document(): ParsedJson {
    const value = this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#illegal('after top-level value');
    if (this.#overflow !== undefined) {
      throw new JsonSyntaxError(`json: cannot unmarshal number ${this.#overflow} into Go value of type float64`);
    }
    return { value, literals: this.#literals, duplicateFields: [...this.#duplicates], repeated: this.#repeated };
  }

  #value(): JsonValue {
    this.#skipSpace();
    const code = this.#text.charCodeAt(this.#at);
    switch (code) {
      case quote:
        return this.#string();
      case openBrace:
        return this.#object();
      case openBracket:
        return this.#array();
      case 0x74:
        return this.#literal('true', true);
      case 0x66:
        return this.#literal('false', false);
      case 0x6e:
        return this.#literal('null', null);
      default:
        if (code === minus || isDigit(code)) return this.#number();
        throw this.#unexpected(valueBegins);
    }
  }

  #object(): JsonObject {
    this.#enter();
    const object = new Bare();
    const depth = this.#depth;
    let repeated: RepeatedEntry[] | undefined;
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) === closeBrace) return this.#leave(object);
    for (;;) {
      this.#skipSpace();
      if (this.#text.charCodeAt(this.#at) !== quote) throw this.#unexpected(keyBegins);
      const key = this.#string();
      this.#path[depth] = key;
      if (key in object) {
        this.#duplicate();
        repeated ??= this.#entriesSoFar(object);
      }
      this.#skipSpace();
      if (this.#text.charCodeAt(this.#at) !== colon) throw this.#unexpected('after object key');
      this.#at++;
      object[key] = this.#value();
      repeated?.push({ key, value: object[key], literal: this.#lastLiteral });
      if (this.#lastLiteral !== undefined) this.#keepLiteral(object, key);
      else if (repeated !== undefined) this.#literals?.get(object)?.delete(key);
      this.#skipSpace();
      const code = this.#text.charCodeAt(this.#at);
      if (code === closeBrace) return this.#leave(object);
      if (code !== comma) throw this.#unexpected('after object key:value pair');
      this.#at++;
    }
  }

  #array(): JsonValue[] {
    this.#enter();
    const array: JsonValue[] = [];
    const depth = this.#depth;
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) === closeBracket) return this.#leave(array);
    for (;;) {
      this.#path[depth] = array.length;
      array.push(this.#value());
      if (this.#lastLiteral !== undefined) this.#keepLiteral(array, array.length - 1);
      this.#skipSpace();
      const code = this.#text.charCodeAt(this.#at);
      if (code === closeBracket) return this.#leave(array);
      if (code !== comma) throw this.#unexpected('after array element');
      this.#at++;
    }
  }

  #enter(): void {
    if (++this.#depth > this.#maxDepth) throw this.#illegal('exceeded max depth');
    this.#at++;
  }

  #leave<T>(value: T): T {
    this.#depth--;
    this.#at++;
    return value;
  }

  #keepLiteral(holder: JsonObject | JsonValue[], key: string | number): void {
    const literal = this.#lastLiteral ?? '';
    this.#lastLiteral = undefined;
    if (++this.#literalCount > maxLiterals) return;
    this.#literals ??= new Map();
    const literals = this.#literals.get(holder);
    if (literals === undefined) this.#literals.set(holder, new Map([[key, literal]]));
    else literals.set(key, literal);
  }

  /** Of an object in which the next key is there already. */
  #entriesSoFar(object: JsonObject): RepeatedEntry[] {
    const literals = this.#literals?.get(object);
    const entries = Object.entries(object).map(([key, value]) => ({ key, value, literal: literals?.get(key) }));
    this.#repeated ??= new Map();
    this.#repeated.set(object, entries);
    return entries;
  }

  #duplicate(): void {
    if (this.#duplicates.size >= maxDuplicateFields) return;
    const [first, ...rest] = this.#path.slice(1, this.#depth + 1);
    const index = (step: number) => `[${step}]`;
    let path = typeof first === 'number' ? index(first) : (first ?? '');
    for (const step of rest) path += typeof step === 'number' ? index(step) : `.${step}`;
    this.#duplicates.add(path);
  }

  #string(): string {
    const text = this.#text;
    const start = ++this.#at;
    for (let at = start; ; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.#at = at + 1;
        return text.slice(start, at);
      }
      if (code === backslash) return this.#escapedString(start, at);
      if (!(code >= space)) {
        this.#at = at;
        throw this.#unexpected('in string literal');
      }
      if (at - start === glanceLength) at = this.#nextSpecial(at + 1) - 1;
    }
  }

  /** Where the first character that a string does not hold as it is stands, at `from` or behind it. */
  #nextSpecial(from: number): number {
    special.lastIndex = from;
    return special.test(this.#text) ? special.lastIndex - 1 : this.#text.length;
  }

  /** The rest of a string whose first backslash is at `at`. */
  #escapedString(start: number, at: number): string {
    const text = this.#text;
    let result = '';
    for (let from = start; ; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.#at = at + 1;
        return result + text.slice(from, at);
      }
      if (code === backslash) {
        result += text.slice(from, at);
        this.#at = at + 1;
        result += this.#escape();
        from = this.#at;
        at = from - 1;
      } else if (!(code >= space)) {
        this.#at = at;
        throw this.#unexpected('in string literal');
      }
    }
  }

  /** After the backslash; leaves `#at` behind the escape. */
  #escape(): string {
    const char = this.#text[this.#at] ?? '';
    const simple = escapes.get(char);
    if (simple !== undefined) {
      this.#at++;
      return simple;
    }
    if (char !== 'u') throw this.#illegal('in string escape code');
    this.#at++;
    const first = this.#hex4();
    if (first < 0xd800 || first > 0xdfff) return String.fromCharCode(first);
    // A high surrogate joins with a low one right behind it; any other half is replaced, and what follows stands alone.
    const behind = this.#at;
    if (first < 0xdc00 && this.#text.startsWith('\\u', behind)) {
      this.#at += 2;
      const second = this.#hex4();
      if (second >= 0xdc00 && second <= 0xdfff) return String.fromCharCode(first, second);
      this.#at = behind;
    }
    return '\ufffd';
  }

  #hex4(): number {
    let value = 0;
    for (let digit = 0; digit < 4; digit++) {
      const hex = hexValue(this.#text.charCodeAt(this.#at));
      if (hex < 0) throw this.#illegal('in \\u hexadecimal character escape');
      value = value * 16 + hex;
      this.#at++;
    }
    return value;
  }

  #number(): number | bigint {
    const text = this.#text;
    const start = this.#at;
    let integer = true;
    if (text.charCodeAt(this.#at) === minus) this.#at++;
    if (text.charCodeAt(this.#at) === zero) this.#at++;
    else this.#digits('in numeric literal');
    if (text.charCodeAt(this.#at) === dot) {
      integer = false;
      this.#at++;
      this.#digits('after decimal point in numeric literal');
    }
    if ((text.charCodeAt(this.#at) | 0x20) === 0x65) {
      integer = false;
      this.#at++;
      const sign = text.charCodeAt(this.#at);
      if (sign === minus || sign === 0x2b) this.#at++;
      this.#digits('in exponent of numeric literal');
    }
    const literal = text.slice(start, this.#at);
    const value = Number(literal);
    if (integer && Number.isSafeInteger(value)) return value + 0; // never -0
    if (integer && literal.length <= maxInt64Length) {
      const exact = BigInt(literal);
      if (BigInt.asIntN(64, exact) === exact) return exact;
    }
    if (!Number.isFinite(value)) this.#overflow ??= literal;
    this.#lastLiteral = literal;
    return value + 0;
  }

  /** One digit or more. */
  #digits(context: string): void {
    if (!isDigit(this.#text.charCodeAt(this.#at))) throw this.#illegal(context);
    do this.#at++;
    while (isDigit(this.#text.charCodeAt(this.#at)));
  }

  #literal<T>(word: string, value: T): T {
    for (let index = 1; index < word.length; index++) {
      this.#at++;
      if (this.#text[this.#at] !== word[index]) throw this.#illegal(`in literal ${word} (expecting '${word[index]}')`);
    }
    this.#at++;
    return value;
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== space && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  /** What stands at `#at` is wrong where a space would be fine: the end of the text is then just an end. */
  #unexpected(context: string): JsonSyntaxError {
    if (this.#at >= this.#text.length) return new JsonSyntaxError('unexpected end of JSON input');
    return this.#illegal(context);
  }

  /** What stands at `#at` is wrong where a space would be, too: the end of the text is reported as one, as Go does. */
  #illegal(context: string): JsonSyntaxError {
    const char = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? space);
    return new JsonSyntaxError(`invalid character ${quoteByte(char)} ${context}`);
  }
}

/** `-9223372036854775808` */
const maxInt64Length = 20;

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

const isDigit = (code: number): boolean => code >= zero && code <= nine;

function hexValue(code: number): number {
  if (isDigit(code)) return code - zero;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Go's scanner sees bytes: of a character beyond ASCII it names the first one, as if that were Latin-1. */
function quoteByte(char: string): string {
  if (char === "'") return "'\\''";
  if (char === '"') return `'"'`;
  const byte = String.fromCharCode(Buffer.from(char)[0] ?? space);
  return `'${goQuote(byte).slice(1, -1)}'`;
}

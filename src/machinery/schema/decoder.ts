import { Base64Error, canonicalBase64 } from '../base64.ts';
import { compareText } from '../compare-text.ts';
import { goQuote } from '../go-quote.ts';
import { markEmptied, markHolder } from '../json/emptied.ts';
import { emptyObject, type ParsedJson, type RepeatedEntry } from '../json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import { parseQuantity, QuantityError } from '../quantity.ts';
import { canonicalMicroTime, canonicalTime, isZeroTime, TimeError } from '../time.ts';
import type { AnySchema, Field, Schema, StructSchema } from './schema.ts';
import { unstructuredMismatch } from './unstructured-mismatch.ts';
import { leavesOut, zeroValueOf } from './zero-values.ts';

/** A value that does not fit its type. The message is the one of Go's decoder, as near as a schema without Go comes. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

/** Enough to see what is wrong. */
const maxProblems = 100;

export interface Decoded {
  /** A copy of what was known. */
  readonly object: JsonObject;
  /** Paths of fields that the type does not have, each once, at most 100: `spec.containers[0].foo`. */
  readonly unknownFields: readonly string[];
}

export interface DecodedJson extends Decoded {
  /** What strict reading finds, in the order of the text, at most 100: `unknown field "a"`, `duplicate field "b"`. */
  readonly problems: readonly string[];
}

/** What the text of a value told beside it: see ParsedJson. */
export type JsonText = Partial<Pick<ParsedJson, 'literals' | 'repeated'>>;

/**
 * Reads `value` as Kubernetes reads a request's body into its type: unknown fields are dropped and reported, null is
 * absent, and so is what is empty or zero and need not be there (`omitempty`), times, quantities and bytes get their one
 * spelling, and what has the wrong type is refused. Keys keep their order. `path`: where `value` stands, for a part of an object: `metadata`.
 * `text`: of the JSON that `value` was: `1.0` is no integer then, and of a key that is there twice the second value is read
 * into the first.
 * @throws {DecodeError}
 */
export function decode(schema: StructSchema, value: JsonValue, path = '', text: JsonText = {}): DecodedJson {
  return new Decoder(path, text).whole(schema, value);
}

/**
 * {@link decode} for a value that was never JSON: what is wrong is said as Kubernetes says it where it reads an object from
 * maps and lists.
 * @throws {DecodeError}
 */
export const decodeUnstructured = (schema: StructSchema, value: JsonValue): Decoded =>
  new Decoder('', {}, { unstructured: true }).whole(schema, value);

const lowest32 = -(2 ** 31);
const highest32 = 2 ** 31 - 1;

class Decoder {
  readonly #unknownFields: string[] = [];
  readonly #problems = new Set<string>();
  /** Keys and indices from the top to where we are. */
  readonly #path: (string | number)[];
  /** The keys among them that are fields of structs, and the struct around the last one: how Go names a place. */
  readonly #fields: string[];
  #struct = '';
  #leftSome = false;
  /** The struct that is told instead, where a part is read apart. */
  #outside: string | undefined;
  /** The first value of a wrong type; what comes after it may still be wrong in a way that is reported before it. */
  #mismatch: DecodeError | undefined;

  /** What Go calls the type of the value that is looked at, where its schema does not tell it. */
  #goType: string | undefined;
  readonly #text: JsonText;
  /** What the value that is looked at is an entry of, under the last key of the path. */
  #holder: JsonObject | readonly JsonValue[] = [];
  /** The entry, where a key of the holder is there twice. */
  #entry: RepeatedEntry | undefined;

  readonly #unstructured: boolean;

  constructor(path: string, text: JsonText, { unstructured = false } = {}) {
    this.#text = text;
    this.#unstructured = unstructured;
    this.#path = path === '' ? [] : [path];
    this.#fields = [...this.#path] as string[];
  }

  whole(schema: StructSchema, value: JsonValue): DecodedJson {
    const object = this.#value(schema, value);
    if (this.#mismatch !== undefined) throw this.#mismatch;
    if (this.#leftSome && isJsonObject(object)) markHolder(object);
    const unknownFields = this.#unknownFields;
    if (this.#unstructured) unknownFields.sort(compareText);
    return {
      object: isJsonObject(object) ? object : emptyObject(),
      unknownFields,
      problems: [...this.#problems],
    };
  }

  /** Undefined: null, or a mismatch, which will be thrown. `before`: what was read of the same key before, and is changed. */
  #value(schema: Schema, value: JsonValue, before?: JsonValue): JsonValue | undefined {
    if (value === null) return undefined;
    switch (schema.kind) {
      case 'any':
        return schema.struct === undefined ? value : this.#either(schema.struct, schema.or, value);
      case 'struct':
        return isJsonObject(value) ? this.#structOf(schema, value, before) : this.#wrong(schema, value);
      case 'map':
        return isJsonObject(value) ? this.#map(schema.values, value, before) : this.#wrong(schema, value);
      case 'list':
        return Array.isArray(value) ? this.#list(schema.items, value, before) : this.#wrong(schema, value);
      case 'string':
        return typeof value === 'string' ? value : this.#wrong(schema, value);
      case 'boolean':
        return typeof value === 'boolean' ? value : this.#wrong(schema, value);
      case 'double':
        if (typeof value === 'bigint') return Number(value);
        return typeof value === 'number' ? value : this.#wrong(schema, value);
      case 'int32':
        if (this.#unstructured && isGoInteger(value)) return Number(BigInt.asIntN(32, int64Of(value)));
        return isInt32(value) && this.#literal === undefined ? value : this.#wrong(schema, value);
      case 'int64':
        if (typeof value === 'bigint') return value;
        if (this.#unstructured && isGoInteger(value) && !Number.isSafeInteger(value)) return int64Of(value);
        return Number.isSafeInteger(value) && this.#literal === undefined ? value : this.#wrong(schema, value);
      case 'bytes':
        if (typeof value === 'string') return this.#bytes(value);
        return Array.isArray(value) ? this.#byteList(value) : this.#wrong(schema, value);
      case 'time':
        return this.#time(value, canonicalTime);
      case 'microtime':
        return this.#time(value, canonicalMicroTime);
      case 'quantity':
        return readQuantity(this.#literal ?? value);
      case 'intOrString':
        if (typeof value === 'string' || (isInt32(value) && this.#literal === undefined)) return value;
        throw this.#cannot(describe(value, true, this.#literal), 'int32');
      default:
        return schema satisfies never;
    }
  }

  /**
   * What has a reader of its own in the original, which looks for nothing that is unknown. What it finds wrong ends the
   * reading, and is told from the struct on in which the value stands.
   */
  #either(struct: StructSchema, or: AnySchema['or'], value: JsonValue): JsonValue | undefined {
    if (or === 'boolean' && typeof value === 'boolean') return value;
    const list = or === 'structs' || or === 'texts';
    if (isJsonObject(value)) return this.#apart(struct, value);
    if (list && Array.isArray(value)) {
      return this.#apart({ kind: 'list', items: or === 'texts' ? { kind: 'string' } : struct }, value);
    }
    if (list) return undefined;
    throw new DecodeError('boolean or JSON schema expected');
  }

  #apart(schema: Schema, value: JsonValue): JsonValue | undefined {
    const apart = new Decoder('', this.#text);
    if (!this.#unstructured) {
      apart.#fields.push(...this.#fields);
      apart.#outside = this.#outside ?? this.#struct;
    }
    const read = apart.#value(schema, value);
    if (apart.#mismatch !== undefined) throw apart.#mismatch;
    return read;
  }

  #structOf(schema: StructSchema, value: JsonObject, before: JsonValue | undefined): JsonObject {
    const result = isJsonObject(before) ? before : emptyObject();
    const outer = this.#struct;
    const name = shortName(schema);
    const repeated = this.#text.repeated?.get(value);
    const seen = repeated && new Set<string>();
    const again = repeated !== undefined || before !== undefined;
    const keys = repeated?.map(({ key }) => key) ?? Object.keys(value);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] ?? '';
      const entry = repeated?.[index];
      const field = schema.fields.get(key);
      this.#path.push(key);
      if (field === undefined) this.#unknown();
      else {
        if (seen?.has(key) === true) this.#duplicate();
        seen?.add(key);
        this.#struct = name;
        this.#fields.push(field.embeddedIn === undefined ? key : `${field.embeddedIn}.${key}`);
        this.#holder = value;
        this.#entry = entry;
        this.#goType = field.goType;
        const given = (entry === undefined ? value[key] : entry.value) ?? null;
        const decoded = this.#value(field.schema, given, again ? result[key] : undefined);
        if (decoded !== undefined && (this.#saysNone(key, decoded) || !leavesOut(field, decoded)))
          result[key] = decoded;
        else {
          if (again && (decoded !== undefined || nullUnsets(field))) delete result[key];
          if (typeof decoded === 'object' && decoded !== null) this.#left(result, key, decoded);
        }
        this.#fields.pop();
      }
      this.#path.pop();
    }
    this.#struct = outer;
    return result;
  }

  /** An empty list of managed fields is not the same as none: it ends the tracking. */
  #saysNone(key: string, value: JsonValue): boolean {
    if (key !== 'managedFields' || !Array.isArray(value)) return false;
    return this.#path.length < 2 || (this.#path.length === 2 && this.#path[0] === 'metadata');
  }

  /** A list or a map with nothing in it. */
  #left(object: JsonObject, key: string, value: JsonValue): void {
    markEmptied(object, key, value);
    this.#leftSome = true;
  }

  #map(values: Schema, value: JsonObject, before: JsonValue | undefined): JsonObject {
    const result = isJsonObject(before) ? before : emptyObject();
    const goType = innerGoType(this.#goType);
    const repeated = this.#text.repeated?.get(value);
    const seen = repeated && new Set<string>();
    const keys = repeated?.map(({ key }) => key) ?? Object.keys(value);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] ?? '';
      const entry = repeated?.[index];
      this.#path.push(key);
      if (seen?.has(key) === true) this.#duplicate();
      seen?.add(key);
      this.#holder = value;
      this.#entry = entry;
      this.#goType = goType;
      const given = (entry === undefined ? value[key] : entry.value) ?? null;
      result[key] = this.#value(values, given) ?? zeroEntryOf(values);
      this.#path.pop();
    }
    return result;
  }

  #list(items: Schema, value: readonly JsonValue[], before: JsonValue | undefined): JsonValue[] {
    const result: JsonValue[] = [];
    const goType = innerGoType(this.#goType);
    for (const [index, item] of value.entries()) {
      this.#path.push(index);
      this.#holder = value;
      this.#entry = undefined;
      this.#goType = goType;
      const own = Array.isArray(before) ? before[index] : undefined;
      result.push(this.#value(items, item, own) ?? own ?? zeroValueOf(items));
      this.#path.pop();
    }
    return result;
  }

  #bytes(text: string): string | undefined {
    try {
      return canonicalBase64(text);
    } catch (error) {
      if (!(error instanceof Base64Error)) throw error;
      const message = this.#unstructured ? `error decoding from json: ${error.message}` : error.message;
      this.#mismatch ??= new DecodeError(message, { cause: error });
      return undefined;
    }
  }

  /** Go takes a list of numbers, each a byte, as well. */
  #byteList(value: readonly JsonValue[]): string | undefined {
    for (const item of value) {
      if (this.#unstructured && Number.isInteger(item)) continue;
      if (item === null || (isInt32(item) && item >= 0 && item <= 255)) continue;
      this.#mismatch ??= this.#cannot(describe(item, true), 'uint8');
      return undefined;
    }
    return Buffer.from(value.map(Number)).toString('base64');
  }

  /** Zero is absent. */
  #time(value: JsonValue, read: (text: string) => string): string | undefined {
    if (typeof value !== 'string') throw this.#cannot(describe(value, false), 'string');
    try {
      const time = read(value);
      return isZeroTime(time) ? undefined : time;
    } catch (error) {
      if (error instanceof TimeError) throw new DecodeError(error.message, { cause: error });
      throw error;
    }
  }

  #wrong(schema: Schema, value: JsonValue): undefined {
    if (this.#unstructured) {
      this.#mismatch ??= new DecodeError(unstructuredMismatch(schema, value, this.#goType));
      return;
    }
    const number = schema.kind === 'int32' || schema.kind === 'int64';
    this.#mismatch ??= this.#cannot(describe(value, number, this.#literal), this.#goType ?? goType(schema));
  }

  /** How the number that is looked at was written, if not as an integer. */
  get #literal(): string | undefined {
    if (this.#entry !== undefined) return this.#entry.literal;
    return this.#text.literals?.get(this.#holder)?.get(this.#path.at(-1) ?? '');
  }

  #cannot(what: string, type: string): DecodeError {
    const nowhere = this.#fields.length === 0 || this.#unstructured;
    const place = nowhere ? 'value' : `struct field ${this.#outside ?? this.#struct}.${this.#fields.join('.')}`;
    return new DecodeError(`json: cannot unmarshal ${what} into Go ${place} of type ${type}`);
  }

  #unknown(): void {
    if (this.#problems.size >= maxProblems) return;
    const place = this.#place();
    const problem = `unknown field ${goQuote(place)}`;
    if (this.#problems.has(problem)) return;
    this.#problems.add(problem);
    this.#unknownFields.push(place);
  }

  #duplicate(): void {
    if (this.#problems.size < maxProblems) this.#problems.add(`duplicate field ${goQuote(this.#place())}`);
  }

  #place(): string {
    let path = '';
    for (const [depth, step] of this.#path.entries()) {
      path += typeof step === 'number' ? `[${step}]` : depth === 0 ? step : `.${step}`;
    }
    return path;
  }
}

/**
 * Whether null undoes what was read of the same key before: of what Go has a pointer to, of lists and maps. Of all else null
 * says nothing.
 */
function nullUnsets({ schema: { kind }, whenZero }: Field): boolean {
  switch (kind) {
    case 'string':
    case 'int32':
    case 'int64':
    case 'double':
    case 'boolean':
      return whenZero === 'kept' || whenZero === 'null';
    case 'struct':
      return whenZero !== 'written';
    default:
      return true;
  }
}

/** A number without a fraction, whatever its size. */
const isGoInteger = (value: JsonValue): value is number | bigint =>
  typeof value === 'bigint' || Number.isInteger(value);

/** As Go makes an integer of a number: of a float beyond all integers the lowest of them. */
const int64Of = (value: number | bigint): bigint => {
  const exact = BigInt(value);
  return BigInt.asIntN(64, exact) === exact ? exact : -(2n ** 63n);
};

const isInt32 = (value: JsonValue): value is number =>
  Number.isInteger(value) && (value as number) >= lowest32 && (value as number) <= highest32;

function readQuantity(value: JsonValue): string {
  const text = typeof value === 'string' ? value.trim() : typeof value === 'object' ? '{}' : String(value);
  try {
    return parseQuantity(text).text;
  } catch (error) {
    if (error instanceof QuantityError) throw new DecodeError(error.message, { cause: error });
    throw error;
  }
}

/** What Go calls a JSON value; `literal`: a number with its digits, or as `text`, where a number is wanted but not this one. */
function describe(value: JsonValue, literal: boolean, text?: string): string {
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return literal ? `number ${text ?? value}` : 'number';
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    default:
      return 'object';
  }
}

/** What null is in a map: of bytes none, not bytes that were never set. */
const zeroEntryOf = (values: Schema): JsonValue => (values.kind === 'bytes' ? '' : zeroValueOf(values));

/** Of `[]v1.A` and `map[string]v1.A` what is inside; a name alone does not tell it. */
const innerGoType = (outer: string | undefined): string | undefined =>
  outer === undefined ? undefined : /^(?:\[\]|map\[[^\]]*\])(.*)$/.exec(outer)?.[1];

const shortName = ({ name }: StructSchema): string => name.slice(name.lastIndexOf('.') + 1);

function goType(schema: Schema): string {
  switch (schema.kind) {
    case 'list':
      return `[]${goType(schema.items)}`;
    case 'map':
      return `map[string]${goType(schema.values)}`;
    case 'struct':
      return schema.name.split('.').slice(-2).join('.');
    case 'double':
      return 'float64';
    case 'boolean':
      return 'bool';
    case 'bytes':
      return '[]uint8';
    case 'time':
      return 'v1.Time';
    case 'microtime':
      return 'v1.MicroTime';
    case 'quantity':
      return 'resource.Quantity';
    case 'intOrString':
      return 'intstr.IntOrString';
    case 'any':
      return 'interface {}';
    case 'string':
    case 'int32':
    case 'int64':
      return schema.kind;
    default:
      return schema satisfies never;
  }
}

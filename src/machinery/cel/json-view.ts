import type { JsonObject, JsonValue } from '../json-value.ts';
import { durationOfJson, timestampOfJson } from './json-time.ts';
import { intOf } from './literals.ts';
import { dynType, listType, mapType, type Type } from './type.ts';
import { CelError, CelList, CelMap, Double, noSuchOverload, type Value } from './value.ts';

/**
 * JSON as a value of its declared type, without copying: lists and objects become views. What is not of its type, which
 * validation by the schema has found already, is an error where it is read.
 */
export function fromJson(json: JsonValue, type: Type): Value {
  if (json === null) {
    if (type.details.isNullable === true || type.kind === 'dyn') return null;
    return new CelError('invalid data, got null for schema with nullable=false');
  }
  switch (type.kind) {
    case 'string':
      return typeof json === 'string' ? json : wrongType('string', json);
    case 'bool':
      return typeof json === 'boolean' ? json : wrongType('bool', json);
    case 'int':
      return intOfJson(json) ?? wrongType('int', json);
    case 'double':
      return typeof json === 'number' || typeof json === 'bigint' ? new Double(Number(json)) : wrongType('float', json);
    case 'list':
      if (Array.isArray(json)) return new JsonList(json, type);
      return new CelError('invalid data, expected an array for the provided schema with type=array');
    case 'map':
    case 'object':
      if (isObject(json)) return new JsonMap(json, type);
      return new CelError('invalid data, expected a map for the provided schema with type=object');
    case 'bytes':
      return typeof json === 'string' ? bytesOfJson(json) : wrongType('string', json);
    case 'timestamp':
      return typeof json === 'string' ? timestampOfJson(json, type.details.isDate === true) : wrongType('string', json);
    case 'duration':
      return typeof json === 'string' ? durationOfJson(json) : wrongType('string', json);
    default:
      return type.details.isIntOrString === true ? intOrString(json) : plain(json);
  }
}

const anyList = listType(dynType);
const anyMap = mapType(dynType, dynType);

const isObject = (json: JsonValue): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

const goTypes: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'float64',
  bigint: 'int64',
  boolean: 'bool',
  object: 'map[string]interface {}',
};

function wrongType(expected: string, json: JsonValue): CelError {
  const found = Array.isArray(json) ? '[]interface {}' : Number.isInteger(json) ? 'int64' : goTypes[typeof json];
  return new CelError(`invalid data, expected ${expected}, got ${found}`);
}

/** An int as values are kept. Undefined for what is no int64. */
function intOfJson(json: JsonValue): number | bigint | undefined {
  if (typeof json === 'number') {
    if (Number.isSafeInteger(json)) return json + 0;
    return Number.isInteger(json) ? intOf(BigInt(json)) : undefined;
  }
  return typeof json === 'bigint' ? intOf(json) : undefined;
}

function intOrString(json: JsonValue): Value {
  if (typeof json === 'string') return json;
  return intOfJson(json) ?? new CelError('invalid data, expected XIntOrString value to be either a string or integer');
}

/** What is declared nowhere is what it looks like: a number that is an integer is an int. */
function plain(json: JsonValue): Value {
  switch (typeof json) {
    case 'number':
    case 'bigint':
      return intOfJson(json) ?? new Double(Number(json));
    case 'object':
      if (json === null) return null;
      return Array.isArray(json) ? new JsonList(json, anyList) : new JsonMap(json, anyMap);
    default:
      return json;
  }
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function bytesOfJson(text: string): Value {
  if (!base64.test(text)) return new CelError(`Invalid byte formatted string ${text}: illegal base64 data`);
  return new Uint8Array(Buffer.from(text, 'base64'));
}

export class JsonList extends CelList {
  readonly json: readonly JsonValue[];
  readonly #type: Type;
  readonly #element: Type;

  constructor(json: readonly JsonValue[], type: Type) {
    super();
    this.json = json;
    this.#type = type;
    this.#element = type.parameters[0] ?? dynType;
  }

  override get size(): number {
    return this.json.length;
  }

  override get declared(): Type {
    return this.#type;
  }

  override at(index: number): Value {
    return fromJson(this.json[index] as JsonValue, this.#element);
  }
}

/** An object with declared fields, or a map with keys of any name. Own keys only: `__proto__` is one like others. */
export class JsonMap extends CelMap {
  readonly json: JsonObject;
  readonly type: Type;
  #size: number | undefined;

  constructor(json: JsonObject, type: Type) {
    super();
    this.json = json;
    this.type = type;
  }

  override get size(): number {
    this.#size ??= Object.keys(this.json).length;
    return this.#size;
  }

  override find(key: Value): Value | undefined {
    if (typeof key !== 'string') return this.type === anyMap ? undefined : noSuchOverload;
    if (this.type.kind !== 'object') {
      if (!Object.hasOwn(this.json, key)) return undefined;
      return fromJson(this.json[key] as JsonValue, this.type.parameters[1] ?? dynType);
    }
    const field = this.type.fields.get(key);
    if (field === undefined || !Object.hasOwn(this.json, field.name)) return undefined;
    const value = this.json[field.name] as JsonValue;
    return value === null ? undefined : fromJson(value, field.type);
  }

  override *keys(): Generator<Value> {
    if (this.type.kind !== 'object') {
      yield* Object.keys(this.json);
      return;
    }
    for (const [name, field] of this.type.fields) {
      if (Object.hasOwn(this.json, field.name)) yield name;
    }
  }
}

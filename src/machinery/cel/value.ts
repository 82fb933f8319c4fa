import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  nullType,
  opaqueType,
  optionalType,
  stringType,
  Type,
  timestampType,
  typeType,
  uintType,
} from './type.ts';

/**
 * Values of expressions. Objects come from JSON, where nearly all numbers are integers: so a CEL int is a JavaScript number,
 * and what a number cannot hold exactly is a bigint, always, so that equal ints are `===`; JSON is read without making anything
 * of it. A double is the rare one and is boxed, as is a uint: no number is ever both. Strings, booleans and null are
 * themselves; lists, maps and objects are views of JSON that read an element, as its declared type says, when it is asked for.
 * What goes wrong is a value too, because `||` and `&&` take it as an operand and drop it.
 */
export type Value =
  | boolean
  | string
  | number
  | bigint
  | null
  | Double
  | Uint
  | Uint8Array
  | Timestamp
  | Duration
  | CelList
  | CelMap
  | Optional
  | Opaque
  | Type
  | CelError;

/** What can be written down. */
export type Literal = boolean | string | number | bigint | null | Double | Uint | Uint8Array;

export class Double {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export class Uint {
  /** 0 to 2^64-1. */
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** A moment from year 1 to 9999. */
export class Timestamp {
  /** Since 1970. */
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanos: number;
  /** East of UTC, in seconds: where it was written, which its text says again. Nothing else looks at it. */
  readonly offset: number;
  constructor(seconds: number, nanos: number, offset = 0) {
    this.seconds = seconds;
    this.nanos = nanos;
    this.offset = offset;
  }
}

export class Duration {
  /** An int64. */
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A value or none. */
export class Optional {
  readonly value: Value | undefined;
  constructor(value: Value | undefined) {
    this.value = value;
  }
}

export const none = new Optional(undefined);

/** What a library keeps of its own: an address, a quantity. */
export abstract class Opaque {
  abstract readonly type: Type;
  /** Of two of the same class. */
  abstract equals(other: this): boolean;
  /** What `size` would be, which costs are made of. */
  get size(): number {
    return 1;
  }
}

/** An evaluation that failed, for the reason that `message` gives in cel-go's words. */
export class CelError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** The elements from 0 to `size`-1. */
export abstract class CelList {
  abstract readonly size: number;
  abstract at(index: number): Value;
  /** Sets and lists of keyed objects are compared and added as such. */
  get declared(): Type | undefined {
    return undefined;
  }
}

export type MapKey = Value;

export abstract class CelMap {
  abstract readonly size: number;
  /** undefined when there is none under that key; an error when the map can have no such key. */
  abstract find(key: MapKey): Value | undefined;
  abstract keys(): Iterable<MapKey>;
}

export const isError = (value: unknown): value is CelError => value instanceof CelError;

export const noSuchOverload = new CelError('no such overload');

/** The error that an operand already is, or that the operation takes no such value. */
export const noOverloadFor = (value: Value): CelError => (value instanceof CelError ? value : noSuchOverload);

const anyListType = listType(dynType);
const anyMapType = mapType(dynType, dynType);
const anyOptionalType = optionalType(dynType);
const errorValueType = opaqueType('error');

/** The type of a value when it is evaluated: of lists and maps it is not known what they hold. */
export function typeOf(value: Value): Type {
  switch (typeof value) {
    case 'boolean':
      return boolType;
    case 'string':
      return stringType;
    case 'number':
    case 'bigint':
      return intType;
    default:
      return typeOfObject(value);
  }
}

function typeOfObject(value: Exclude<Value, boolean | string | number | bigint>): Type {
  if (value === null) return nullType;
  if (value instanceof CelMap) return anyMapType;
  if (value instanceof CelList) return anyListType;
  if (value instanceof Double) return doubleType;
  if (value instanceof Uint) return uintType;
  if (value instanceof Uint8Array) return bytesType;
  if (value instanceof Timestamp) return timestampType;
  if (value instanceof Duration) return durationType;
  if (value instanceof Optional) return anyOptionalType;
  if (value instanceof Type) return typeType;
  if (value instanceof CelError) return errorValueType;
  return value.type;
}

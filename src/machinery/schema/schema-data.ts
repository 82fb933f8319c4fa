import type { JsonValue } from '../json-value.ts';

/**
 * The layout of kubernetes-schema.generated.json: as short as it can be and still be read. Every struct is on a line of its
 * own between the first and the last, begins with its `n`, and has `g` behind its fields, so that it can be found and
 * parsed alone. `Schema` is what the rest of the machinery sees of it.
 */
export interface SchemaData {
  readonly structs: readonly StructData[];
}

export interface StructData {
  /** `io.k8s.api.core.v1.Pod` */
  readonly n: string;
  readonly f: Readonly<Record<string, FieldData>>;
  /** Required fields. */
  readonly r?: readonly string[];
  /** Fields that Go writes even when they were never set, with the zero value of their type. */
  readonly w?: readonly string[];
  /** Pointers that Go writes when they were never set, as null. */
  readonly u?: readonly string[];
  /** Scalars of which a zero is a value of its own: pointers, left out only when never set. */
  readonly z?: readonly string[];
  /** What Go calls the types of fields that have a name which their shape does not tell: `v1.SecretType`. */
  readonly y?: Readonly<Record<string, string>>;
  /** Fields that Go has in a struct embedded in this one, with its name: `VolumeSource`. */
  readonly e?: Readonly<Record<string, string>>;
  /** Group, version, kind. */
  readonly g?: readonly (readonly [string, string, string])[];
  /** Merged as a whole. */
  readonly a?: 1;
  /** `x-kubernetes-unions` as the document has it. */
  readonly x?: JsonValue;
}

/**
 * Scalars: string, int32, int64, double, boolean, bytes as base64, Time, MicroTime, Quantity, IntOrString, anything.
 * A number is the index of a struct; `[` a list, `{` a map with string keys.
 */
export type TypeData =
  | 's'
  | 'i'
  | 'l'
  | 'd'
  | 'b'
  | 'y'
  | 't'
  | 'u'
  | 'q'
  | 'x'
  | '*'
  | number
  | readonly ['[' | '{', TypeData];

/**
 * A type, or a type with merge rules: list type, list map keys, atomic map (0: granular, though its struct is atomic),
 * patch strategy, patch merge key; and its default.
 */
export type FieldData =
  | TypeData
  | {
      readonly t: TypeData;
      readonly l?: 'atomic' | 'set' | 'map';
      readonly k?: readonly string[];
      readonly a?: 0 | 1;
      readonly p?: string;
      readonly m?: string;
      readonly d?: JsonValue;
      /** The texts that it, or its elements, may be. */
      readonly n?: readonly string[];
      /** What the document calls it, or its elements, where any JSON may stand: a definition, or `object`. */
      readonly o?: string;
      /** A reference to a definition, of which the document says no more than that. */
      readonly b?: 1;
    };

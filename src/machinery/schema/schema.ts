import type { JsonValue } from '../json-value.ts';

export type ScalarKind =
  | 'string'
  | 'int32'
  | 'int64'
  | 'double'
  | 'boolean'
  /** base64 text. */
  | 'bytes'
  /** metav1.Time: RFC 3339, whole seconds. */
  | 'time'
  /** metav1.MicroTime: RFC 3339 with six digits of a second. */
  | 'microtime'
  | 'quantity'
  | 'intOrString'
  /** Whatever JSON there is, untouched. */
  | 'any';

/** The type of a value in an API object. Immutable; structs may refer to themselves. */
export type Schema =
  | { readonly kind: Exclude<ScalarKind, 'any'> }
  | AnySchema
  | { readonly kind: 'list'; readonly items: Schema }
  | { readonly kind: 'map'; readonly values: Schema }
  | StructSchema;

export interface AnySchema {
  readonly kind: 'any';
  /** What an object there is read as. Absent: as anything. */
  readonly struct?: StructSchema;
  /** What else may stand in place of the struct: a list of such, a list of texts, or true and false. */
  readonly or?: 'structs' | 'texts' | 'boolean';
}

export interface StructSchema {
  readonly kind: 'struct';
  /** `io.k8s.api.core.v1.PodSpec`; in messages `v1.PodSpec`. */
  readonly name: string;
  readonly fields: ReadonlyMap<string, Field>;
  readonly required: readonly string[];
  /** Fields that Go's encoder writes even when they were never set: those with `whenZero` `written` or `null`. */
  readonly alwaysWritten: readonly string[];
  /** Server-side apply owns it as a whole. */
  readonly atomic: boolean;
  /** `x-kubernetes-unions`, as OpenAPI has it. */
  readonly unions?: JsonValue;
}

/** A struct's field with what a patch or an apply must know to merge it. */
export interface Field {
  readonly schema: Schema;
  /** What Go calls its type, where the shape does not tell it: `v1.SecretType`. Messages have it. */
  readonly goType?: string;
  /** The struct embedded in its own in which Go has it: `VolumeSource`. Messages have it too. */
  readonly embeddedIn?: string;
  /**
   * What Go's encoder does with the field when it was never set. `written`: writes the zero value of its type. `null`:
   * writes null. `kept`: leaves it out, but a zero that was set is a value of its own. Absent: leaves it out, and zeros
   * and empty lists and maps as well.
   */
  readonly whenZero?: 'written' | 'null' | 'kept';
  /** How server-side apply merges a list: as a whole, as a set of scalars, or item by item by `listMapKeys`. */
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  /** Server-side apply owns this map or struct as a whole, or does not, whatever the struct says. Absent: as the struct. */
  readonly atomic?: boolean;
  /** How a strategic merge patch merges: `merge`, `retainKeys`, `merge,retainKeys`; absent: replaces. */
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  /**
   * What the API's description says a field is that is not there: few have one, most defaults are code. Beside it, a
   * field with `whenZero` `written` has the zero value of its type as default.
   */
  readonly default?: JsonValue;
  /** All that it, or its elements, may be, as the API's description says. It is checked by code, which may take more. */
  readonly enum?: readonly string[];
  /** What the description calls it, or its elements, where any JSON may stand: a definition's name, or `object`. */
  readonly opaqueName?: string;
  /** The description has no words for it. */
  readonly undescribed?: boolean;
}

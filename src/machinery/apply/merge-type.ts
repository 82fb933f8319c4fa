import { compareText } from '../compare-text.ts';
import type { JsonValue } from '../json-value.ts';
import { isJsonObject } from '../json-value.ts';
import type { Field, Schema, StructSchema } from '../schema/schema.ts';
import { zeroValueOf } from '../schema/zero-values.ts';

/**
 * How a value is merged and owned: as a whole (`atomic`), or in its parts. What a Schema and its merge rules come to.
 * `deduced`: nothing is known of it; maps have parts, everything else is a whole.
 */
export type MergeType =
  | { readonly kind: 'scalar'; readonly atomic: true; readonly scalar: 'string' | 'numeric' | 'boolean' | 'untyped' }
  | StructType
  | { readonly kind: 'map'; readonly atomic: boolean; readonly values: MergeType }
  | ListType
  | { readonly kind: 'untyped'; readonly atomic: true }
  | { readonly kind: 'deduced'; readonly atomic: false }
  /** Nobody owns it, whatever its type is: managedFields themselves. */
  | { readonly kind: 'ignored'; readonly atomic: true; readonly of: MergeType };

export interface StructType {
  readonly kind: 'struct';
  readonly atomic: boolean;
  readonly fields: ReadonlyMap<string, MergeType>;
  /** What is under other keys; absent: there are none. */
  readonly others?: MergeType;
}

export interface ListType {
  readonly kind: 'list';
  /** Neither a set nor a map of items. */
  readonly atomic: boolean;
  /** In the order of their names; none: a set of scalars. */
  readonly keys: readonly string[];
  /** What a key is that an item does not have, where there is such a value. */
  readonly defaults: Readonly<Record<string, JsonValue>>;
  readonly items: MergeType;
}

export const deduced: MergeType = { kind: 'deduced', atomic: false };
const untyped: MergeType = { kind: 'untyped', atomic: true };

export const scalarType = (of: 'string' | 'numeric' | 'boolean' | 'untyped'): MergeType => ({
  kind: 'scalar',
  atomic: true,
  scalar: of,
});
const [text, number, truth, anyScalar] = [
  scalarType('string'),
  scalarType('numeric'),
  scalarType('boolean'),
  scalarType('untyped'),
];

/** By schema, and whether it is a whole: a struct that says it is may stand where a field says it is not. */
const known = { true: new WeakMap<StructSchema, StructType>(), false: new WeakMap<StructSchema, StructType>() };

/** The same one for the same schema. */
export function mergeTypeOf(schema: StructSchema, atomic = schema.atomic): StructType {
  const types = known[`${atomic}`];
  const present = types.get(schema);
  if (present !== undefined) return present;
  const fields = new Map<string, MergeType>();
  const type: StructType = { kind: 'struct', atomic, fields };
  // Known before its fields are: a struct may hold itself.
  types.set(schema, type);
  for (const [name, field] of schema.fields) {
    fields.set(name, isMetadataOf(schema, name, field) ? metadataType(field.schema) : typeOf(field.schema, field));
  }
  return type;
}

/** An object's own metadata, and not that of a template in it. */
const isMetadataOf = (schema: StructSchema, name: string, field: Field): field is Field & { schema: StructSchema } =>
  name === 'metadata' && schema.fields.has('apiVersion') && field.schema.kind === 'struct';

const metadataTypes = new WeakMap<StructSchema, StructType>();

/** The type of an object's own metadata, in which nobody owns who owns what. The same one for the same schema. */
export function metadataType(schema: StructSchema): StructType {
  const known = metadataTypes.get(schema);
  if (known !== undefined) return known;
  const whole = mergeTypeOf(schema);
  const fields = new Map(whole.fields);
  const managers = fields.get('managedFields');
  if (managers !== undefined) fields.set('managedFields', { kind: 'ignored', atomic: true, of: managers });
  const type: StructType = { ...whole, fields };
  metadataTypes.set(schema, type);
  return type;
}

function typeOf(schema: Schema, field: Partial<Field> = {}): MergeType {
  switch (schema.kind) {
    case 'struct':
      return mergeTypeOf(schema, field.atomic ?? schema.atomic);
    case 'map':
      return { kind: 'map', atomic: field.atomic ?? false, values: typeOf(schema.values) };
    case 'list':
      return listTypeOf(schema.items, field);
    case 'any':
      return field.atomic === true ? untyped : deduced;
    case 'string':
    case 'bytes':
      return text;
    case 'int32':
    case 'int64':
    case 'double':
      return number;
    case 'boolean':
      return truth;
    case 'time':
    case 'microtime':
    case 'quantity':
    case 'intOrString':
      return anyScalar;
    default:
      return schema satisfies never;
  }
}

/** A list says itself how it is merged; an older one only how a strategic merge patch does it, which then counts. */
function listTypeOf(items: Schema, { listType, listMapKeys, patchStrategy, patchMergeKey }: Partial<Field>): ListType {
  const merged =
    listType ?? (patchStrategy?.startsWith('merge') ? (patchMergeKey === undefined ? 'set' : 'map') : 'atomic');
  const keys = merged !== 'map' ? [] : [...(listMapKeys ?? (patchMergeKey === undefined ? [] : [patchMergeKey]))];
  const defaults: Record<string, JsonValue> = {};
  for (const key of keys) {
    const field = items.kind === 'struct' ? items.fields.get(key) : undefined;
    if (field?.default !== undefined) defaults[key] = field.default;
    else if (field?.whenZero === 'written') defaults[key] = zeroValueOf(field.schema);
  }
  return { kind: 'list', atomic: merged === 'atomic', keys: keys.sort(compareText), defaults, items: typeOf(items) };
}

const deducedMap: MergeType = { kind: 'map', atomic: false, values: deduced };
const wholeList: MergeType = { kind: 'list', atomic: true, keys: [], defaults: {}, items: untyped };

/** The type that a value of a `deduced` one has. */
export function resolved(type: MergeType, value: JsonValue | undefined): MergeType {
  if (type.kind !== 'deduced') return type;
  if (isJsonObject(value)) return deducedMap;
  return Array.isArray(value) ? wholeList : anyScalar;
}

/** The type under a key of a map or a struct; undefined: a struct has no such field. */
export function typeUnder(type: MergeType, key: string): MergeType | undefined {
  if (type.kind === 'struct') return type.fields.get(key) ?? type.others;
  return type.kind === 'map' ? type.values : deduced;
}

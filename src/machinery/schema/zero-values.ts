import { emptyObject } from '../json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import type { Field, Schema, StructSchema } from './schema.ts';

/**
 * Writes into `object`, to its full depth, what Go's encoder writes of fields that were never set: `""`, `0`, `false`, `{}`
 * with its own inside, `null` for what was never made (a list, a map, a time, a pointer). A null where the field has
 * another zero becomes that zero; where the field would be left out it goes. What is there keeps its place, what is added
 * comes last. Values of a wrong type are left as they are.
 */
export function fillZeroValues(schema: StructSchema, object: JsonObject): void {
  for (const key of Object.keys(object)) {
    const field = schema.fields.get(key);
    if (field === undefined) continue;
    const value = object[key] ?? null;
    if (value !== null) object[key] = filled(field.schema, value);
    else if (field.whenZero === 'written') object[key] = zeroValueOf(field.schema);
    else if (field.whenZero !== 'null') delete object[key];
  }
  for (const key of schema.alwaysWritten) {
    if (object[key] !== undefined) continue;
    const field = schema.fields.get(key);
    if (field !== undefined) object[key] = field.whenZero === 'null' ? null : zeroValueOf(field.schema);
  }
}

/** Whether Go's encoder leaves the field out when it holds `value`. A struct is never empty, a pointer only when unset. */
export function leavesOut({ schema: { kind }, whenZero }: Field, value: JsonValue): boolean {
  if (whenZero !== undefined) return false;
  switch (kind) {
    case 'list':
      return Array.isArray(value) && value.length === 0;
    case 'map':
      return isJsonObject(value) && Object.keys(value).length === 0;
    case 'string':
    case 'bytes':
      return value === '';
    case 'int32':
    case 'int64':
    case 'double':
      return value === 0;
    case 'boolean':
      return value === false;
    case 'struct':
    case 'time':
    case 'microtime':
    case 'quantity':
    case 'intOrString':
    case 'any':
      return false;
    default:
      return kind satisfies never;
  }
}

function filled(schema: Schema, value: JsonValue): JsonValue {
  switch (schema.kind) {
    case 'struct':
      if (isJsonObject(value)) fillZeroValues(schema, value);
      return value;
    case 'list':
      if (Array.isArray(value)) for (const [index, item] of value.entries()) value[index] = element(schema.items, item);
      return value;
    case 'map':
      if (isJsonObject(value) && holdsFields(schema.values))
        for (const key of Object.keys(value)) value[key] = element(schema.values, value[key] ?? null);
      return value;
    default:
      return value;
  }
}

const element = (schema: Schema, value: JsonValue): JsonValue =>
  value === null ? zeroValueOf(schema) : filled(schema, value);

const holdsFields = ({ kind }: Schema): boolean => kind === 'struct' || kind === 'list' || kind === 'map';

/** What Go's encoder writes for a value of the type that was never set. */
export function zeroValueOf(schema: Schema): JsonValue {
  switch (schema.kind) {
    case 'string':
      return '';
    case 'int32':
    case 'int64':
    case 'double':
    case 'intOrString':
      return 0;
    case 'boolean':
      return false;
    case 'quantity':
      return '0';
    case 'struct': {
      const object = emptyObject();
      fillZeroValues(schema, object);
      return object;
    }
    case 'list':
    case 'map':
    case 'any':
    case 'bytes':
    case 'time':
    case 'microtime':
      return null;
    default:
      return schema satisfies never;
  }
}

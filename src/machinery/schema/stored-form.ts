import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import type { Field, Schema, StructSchema } from './schema.ts';

/**
 * Gives `object`, to its full depth, the form in which it comes back from Kubernetes' store, which knows no list and no map
 * that is there and empty: where such a field is written in any case it is null.
 */
export function toStoredForm(schema: StructSchema, object: JsonObject): void {
  for (const key of keysToLookAt(schema)) {
    const value = object[key];
    const field = schema.fields.get(key);
    if (value === undefined || value === null || field === undefined) continue;
    if (isAlwaysWritten(field) && isEmpty(field.schema, value)) object[key] = null;
    else lookInto(field.schema, value);
  }
}

const isAlwaysWritten = ({ whenZero }: Field): boolean => whenZero === 'written' || whenZero === 'null';
const isSuch = (field: Field): boolean =>
  isAlwaysWritten(field) && (field.schema.kind === 'list' || field.schema.kind === 'map');

const isEmpty = ({ kind }: Schema, value: JsonValue): boolean => {
  if (kind === 'list') return Array.isArray(value) && value.length === 0;
  return kind === 'map' && isJsonObject(value) && Object.keys(value).length === 0;
};

function lookInto(schema: Schema, value: JsonValue): void {
  if (schema.kind === 'struct') {
    if (isJsonObject(value)) toStoredForm(schema, value);
  } else if (schema.kind === 'list') {
    if (Array.isArray(value)) for (const item of value) lookInto(schema.items, item);
  } else if (schema.kind === 'map' && isJsonObject(value)) {
    for (const item of Object.values(value)) lookInto(schema.values, item);
  }
}

/** Few fields are such, or have such below them. */
const known = new WeakMap<StructSchema, readonly string[]>();

function keysToLookAt(schema: StructSchema): readonly string[] {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const fields = [...schema.fields].filter(([, field]) => isSuch(field) || hasSuch(field.schema, new Set([schema])));
  const names = fields.map(([key]) => key);
  known.set(schema, names);
  return names;
}

/** `above`: structs that are being looked at, since some refer to themselves. */
function hasSuch(schema: Schema, above: ReadonlySet<StructSchema>): boolean {
  if (schema.kind === 'list') return hasSuch(schema.items, above);
  if (schema.kind === 'map') return hasSuch(schema.values, above);
  if (schema.kind !== 'struct' || above.has(schema)) return false;
  const within = new Set([...above, schema]);
  return [...schema.fields.values()].some((field) => isSuch(field) || hasSuch(field.schema, within));
}

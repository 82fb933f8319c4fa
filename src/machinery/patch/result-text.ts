import { compareText } from '../compare-text.ts';
import { encodeJson } from '../json/encode.ts';
import { isJsonObject, type JsonValue } from '../json-value.ts';
import type { Schema, StructSchema } from '../schema/schema.ts';
import type { PatchTrace } from './patch-trace.ts';

/**
 * What a patch made of an object, as the original writes it: what the patch left alone as Go's encoder has it, structs with
 * their fields in Go's order and maps in that of their keys; what the patch looked into with its keys in order; what
 * came with the patch as it was given. `schema`: of the object; undefined: it is maps all the way down.
 */
export function patchResultText(schema: StructSchema | undefined, result: JsonValue, trace: PatchTrace): string {
  return write(schema, result, false);

  function write(schema: Schema | undefined, value: JsonValue, given: boolean): string {
    if (typeof value !== 'object' || value === null) return encodeJson(value);
    const asGiven = given || trace.given.has(value);
    const literals = trace.literals?.get(value);
    if (!isJsonObject(value)) {
      const items = schema?.kind === 'list' ? schema.items : undefined;
      return `[${value.map((item, index) => literals?.get(index) ?? write(items, item, asGiven)).join(',')}]`;
    }
    const keys = Object.keys(value);
    if (trace.opened.has(value)) keys.sort(compareText);
    else if (!asGiven) inOrderOf(schema, keys);
    const fields = keys.map((key) => {
      const text = literals?.get(key) ?? write(entryOf(schema, key), value[key] ?? null, asGiven);
      return `${encodeJson(key)}:${text}`;
    });
    return `{${fields.join(',')}}`;
  }
}

function entryOf(schema: Schema | undefined, key: string): Schema | undefined {
  if (schema?.kind === 'struct') return schema.fields.get(key)?.schema;
  return schema?.kind === 'map' ? schema.values : undefined;
}

function inOrderOf(schema: Schema | undefined, keys: string[]): void {
  if (schema?.kind === 'struct') {
    const order = [...schema.fields.keys()];
    keys.sort((one, other) => order.indexOf(one) - order.indexOf(other));
  } else if (schema?.kind !== 'any') keys.sort(compareText);
}

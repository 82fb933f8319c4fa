import { isJsonObject, type JsonObject, type JsonValue } from '../../machinery/json-value.ts';
import type { CustomResourceDefinitionSpec } from '../types/apiextensions-v1.generated.ts';

const inLists = ['allOf', 'anyOf', 'oneOf'];
const inMaps = ['properties', 'patternProperties', 'definitions', 'dependencies'];
const alone = ['not', 'additionalProperties', 'additionalItems'];

/** Every schema of a decoded JSONSchemaProps, itself first, in the order in which the original visits them. */
export function* schemasIn(schema: JsonObject): Generator<JsonObject> {
  yield schema;
  const { items } = schema;
  yield* among(Array.isArray(items) ? items : [items]);
  for (const key of inLists) yield* among(Array.isArray(schema[key]) ? schema[key] : []);
  yield* among([schema['not']]);
  for (const key of inMaps) yield* among(isJsonObject(schema[key]) ? Object.values(schema[key]) : []);
  for (const key of alone.slice(1)) yield* among([schema[key]]);
}

function* among(values: readonly (JsonValue | undefined)[]): Generator<JsonObject> {
  for (const value of values) if (isJsonObject(value)) yield* schemasIn(value);
}

/** Of all versions of a definition. */
export function* schemasOf({ versions }: CustomResourceDefinitionSpec): Generator<JsonObject> {
  for (const { schema } of versions ?? []) {
    const root = schema?.openAPIV3Schema as unknown as JsonObject | undefined;
    if (root !== undefined) yield* schemasIn(root);
  }
}

export function schemasHave(spec: CustomResourceDefinitionSpec, is: (schema: JsonObject) => boolean): boolean {
  for (const schema of schemasOf(spec)) if (is(schema)) return true;
  return false;
}

import { isJsonObject, type JsonObject, type JsonValue } from '../../machinery/json-value.ts';
import { DecodeError, decode } from '../../machinery/schema/decoder.ts';
import { kubernetesSchema } from '../../machinery/schema/kubernetes-schema.ts';
import { fillZeroValues } from '../../machinery/schema/zero-values.ts';

const schemaProps = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
const inLists = ['allOf', 'anyOf', 'oneOf'];
const inMaps = ['properties', 'patternProperties', 'definitions'];

/**
 * Decodes the schemas within a decoded schema that its type does not tell: below `items` and the like, where a list or a
 * boolean may stand instead. What they do not know goes without a word, as in the original. Changes `schema`.
 */
export function decodeInnerSchemas(schema: JsonObject): void {
  const at = (key: string): void => {
    const value = schema[key];
    if (isJsonObject(value)) schema[key] = decoded(value);
    else if (Array.isArray(value)) schema[key] = value.map((item) => (isJsonObject(item) ? decoded(item) : item));
  };
  at('items');
  at('additionalProperties');
  at('additionalItems');
  const { dependencies } = schema;
  if (isJsonObject(dependencies)) {
    for (const [name, item] of Object.entries(dependencies)) {
      if (isJsonObject(item)) dependencies[name] = decoded(item);
    }
  }
  inner(schema['not']);
  for (const key of inLists) each(schema[key]);
  for (const key of inMaps) each(isJsonObject(schema[key]) ? Object.values(schema[key]) : undefined);
}

function inner(value: JsonValue | undefined): void {
  if (isJsonObject(value)) decodeInnerSchemas(value);
}

function each(values: JsonValue | undefined): void {
  if (Array.isArray(values)) for (const value of values) inner(value);
}

function decoded(value: JsonObject): JsonObject {
  const type = kubernetesSchema().byName(schemaProps);
  if (type === undefined) throw new TypeError(`there is no schema of ${schemaProps}`);
  try {
    const { object } = decode(type, value);
    fillZeroValues(type, object);
    decodeInnerSchemas(object);
    return object;
  } catch (error) {
    // It stays as it is, and is refused by what is said of it.
    if (error instanceof DecodeError) return value;
    throw error;
  }
}

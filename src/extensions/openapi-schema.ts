import { isJsonObject, type JsonObject, type JsonValue } from '../machinery/json-value.ts';

const inLists = ['allOf', 'anyOf', 'oneOf'];
const scalars = { apiVersion: { type: 'string' }, kind: { type: 'string' } } as const;

/**
 * The schema of a definition's version as OpenAPI tells it, with what all objects have. v2 is for older kubectls, which
 * take what they cannot read for nothing that may be there: so it says less, as in the original. `objectMeta`: a reference
 * to the definition of metadata.
 */
export function openApiSchema(
  schema: JsonObject,
  version: 'v2' | 'v3',
  { preservesUnknown, objectMeta }: { readonly preservesUnknown: boolean; readonly objectMeta: JsonObject },
): JsonObject {
  if (version === 'v2' && (preservesUnknown || schema['x-kubernetes-preserve-unknown-fields'] === true)) {
    return { type: 'object' };
  }
  const told = version === 'v2' ? (restricted(schema) as JsonObject) : schema;
  return withResourceFields(withEmbedded(told, version, objectMeta), objectMeta);
}

const withResourceFields = (schema: JsonObject, objectMeta: JsonObject): JsonObject => ({
  ...schema,
  properties: { ...propertiesOf(schema), ...scalars, metadata: objectMeta },
});

const propertiesOf = ({ properties }: JsonObject): JsonObject => (isJsonObject(properties) ? properties : {});

/** Objects within the object have what objects have. */
function withEmbedded(schema: JsonObject, version: 'v2' | 'v3', objectMeta: JsonObject): JsonObject {
  const inner = (value: JsonValue | undefined): JsonValue | undefined =>
    isJsonObject(value) ? withEmbedded(value, version, objectMeta) : value;
  const told: JsonObject = { ...schema };
  const { properties, items, additionalProperties } = schema;
  if (isJsonObject(properties)) {
    told['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [name, inner(value) ?? {}]),
    );
  }
  if (isJsonObject(items)) told['items'] = inner(items) ?? {};
  if (isJsonObject(additionalProperties)) told['additionalProperties'] = inner(additionalProperties) ?? {};
  const open = version === 'v2' && schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (schema['x-kubernetes-embedded-resource'] !== true || open) return told;
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const more = ['kind', 'apiVersion'].filter((name) => !required.includes(name));
  return { ...withResourceFields(told, objectMeta), required: [...required, ...more] };
}

/** What v2 cannot say goes, and with it what would then be said wrongly. */
function restricted(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  const schema: JsonObject = { ...value };
  for (const key of [...inLists, 'not']) delete schema[key];
  const nullable = schema['nullable'] === true;
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (nullable) for (const key of ['nullable', 'type']) delete schema[key];
  if (nullable || open) for (const key of ['items', 'properties']) delete schema[key];
  const { type, items, properties, additionalProperties } = schema;
  if ((type === 'array' && items === undefined) || (type === 'object' && open)) delete schema['type'];
  if (isJsonObject(properties)) {
    const nullables = Object.keys(properties).filter((name) => isNullable(properties[name]));
    keepRequired(schema, (name) => !nullables.includes(name));
    schema['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, restricted(property)]),
    );
  }
  if (isNullable(additionalProperties)) delete schema['required'];
  if (items !== undefined && schema['items'] !== undefined) schema['items'] = restricted(items);
  if (additionalProperties !== undefined) schema['additionalProperties'] = restricted(additionalProperties);
  return schema;
}

const isNullable = (value: JsonValue | undefined): boolean => isJsonObject(value) && value['nullable'] === true;

function keepRequired(schema: JsonObject, keep: (name: string) => boolean): void {
  const { required } = schema;
  if (!Array.isArray(required)) return;
  const kept = required.filter((name) => typeof name === 'string' && keep(name));
  if (kept.length === 0) delete schema['required'];
  else schema['required'] = kept;
}

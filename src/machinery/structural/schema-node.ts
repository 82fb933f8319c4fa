import { isJsonObject, type JsonObject, type JsonValue, objectAt, stringAt } from '../json-value.ts';

/**
 * What a definition's schema says of a value: JSONSchemaProps, made ready to be walked. Children that only restrict
 * (`allOf`, `anyOf`, `oneOf`, `not`) are nodes like all others. Immutable.
 */
export interface SchemaNode {
  /** '' when it does not say. */
  readonly type: string;
  readonly nullable: boolean;
  readonly default?: JsonValue;
  readonly items?: SchemaNode;
  readonly properties: ReadonlyMap<string, SchemaNode>;
  /** What values under other keys are; a boolean: whether there may be others. */
  readonly additionalProperties?: SchemaNode | boolean;
  readonly preservesUnknown: boolean;
  readonly isResource: boolean;
  readonly isIntOrString: boolean;
  readonly listType?: string;
  readonly listMapKeys: readonly string[];
  readonly mapType?: string;
  readonly limits: ValueLimits;
  readonly allOf: readonly SchemaNode[];
  readonly anyOf: readonly SchemaNode[];
  readonly oneOf: readonly SchemaNode[];
  readonly not?: SchemaNode;
  /** As the definition has it. */
  readonly props: JsonObject;
}

export interface ValueLimits {
  readonly format: string;
  readonly maximum?: number;
  readonly minimum?: number;
  readonly exclusiveMaximum: boolean;
  readonly exclusiveMinimum: boolean;
  readonly multipleOf?: number;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly maxProperties?: number;
  readonly minProperties?: number;
  readonly pattern: string;
  readonly enum?: readonly JsonValue[];
  readonly required: readonly string[];
}

/** A schema that cannot be walked. The message is the original's. */
export class SchemaNodeError extends Error {
  override readonly name = 'SchemaNodeError';
}

const unsupported = ['id', '$schema', '$ref', 'patternProperties', 'dependencies', 'additionalItems', 'definitions'];

/**
 * Reads a decoded JSONSchemaProps.
 * @throws {SchemaNodeError} when it says what no structural schema can
 */
export function schemaNodeOf(props: JsonObject): SchemaNode {
  for (const key of unsupported) {
    if (says(props[key])) {
      throw new SchemaNodeError(`OpenAPIV3Schema '${key === '$schema' ? 'schema' : key}' is not supported`);
    }
  }
  if (props['x-kubernetes-preserve-unknown-fields'] === false) {
    throw new SchemaNodeError("internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined");
  }
  const { items, additionalProperties } = props;
  if (Array.isArray(items) && items.length > 0) {
    throw new SchemaNodeError("OpenAPIV3Schema 'items' must be a schema, but is an array");
  }
  const not = objectAt(props, 'not');
  return {
    type: stringAt(props, 'type'),
    nullable: props['nullable'] === true,
    ...present('default', props['default']),
    ...(isJsonObject(items) && { items: schemaNodeOf(items) }),
    properties: propertiesOf(props),
    ...(isJsonObject(additionalProperties) && { additionalProperties: schemaNodeOf(additionalProperties) }),
    ...(typeof additionalProperties === 'boolean' && { additionalProperties }),
    preservesUnknown: props['x-kubernetes-preserve-unknown-fields'] === true,
    isResource: props['x-kubernetes-embedded-resource'] === true,
    isIntOrString: props['x-kubernetes-int-or-string'] === true,
    ...present('listType', textOf(props['x-kubernetes-list-type'])),
    listMapKeys: stringsOf(props['x-kubernetes-list-map-keys']),
    ...present('mapType', textOf(props['x-kubernetes-map-type'])),
    limits: limitsOf(props),
    allOf: nodesOf(props['allOf']),
    anyOf: nodesOf(props['anyOf']),
    oneOf: nodesOf(props['oneOf']),
    ...(not !== undefined && { not: schemaNodeOf(not) }),
    props,
  };
}

/** The type of what is under a key that is no property of its own; undefined: nothing is said of it. */
export const additionalNode = ({ additionalProperties }: SchemaNode): SchemaNode | undefined =>
  typeof additionalProperties === 'object' ? additionalProperties : undefined;

/** An object of the API as a whole: its type and metadata are there whatever the schema says. */
export const asResource = (node: SchemaNode): SchemaNode => (node.isResource ? node : { ...node, isResource: true });

const says = (value: JsonValue | undefined): boolean =>
  value !== undefined && value !== null && value !== '' && !(isJsonObject(value) && Object.keys(value).length === 0);

function limitsOf(props: JsonObject): ValueLimits {
  return {
    format: stringAt(props, 'format'),
    ...present('maximum', numberOf(props['maximum'])),
    ...present('minimum', numberOf(props['minimum'])),
    exclusiveMaximum: props['exclusiveMaximum'] === true,
    exclusiveMinimum: props['exclusiveMinimum'] === true,
    ...present('multipleOf', numberOf(props['multipleOf'])),
    ...present('maxLength', numberOf(props['maxLength'])),
    ...present('minLength', numberOf(props['minLength'])),
    ...present('maxItems', numberOf(props['maxItems'])),
    ...present('minItems', numberOf(props['minItems'])),
    ...present('maxProperties', numberOf(props['maxProperties'])),
    ...present('minProperties', numberOf(props['minProperties'])),
    pattern: stringAt(props, 'pattern'),
    ...present('enum', Array.isArray(props['enum']) ? props['enum'] : undefined),
    required: stringsOf(props['required']),
  };
}

function propertiesOf(props: JsonObject): ReadonlyMap<string, SchemaNode> {
  const properties = new Map<string, SchemaNode>();
  for (const [name, property] of Object.entries(objectAt(props, 'properties') ?? {})) {
    properties.set(name, schemaNodeOf(isJsonObject(property) ? property : {}));
  }
  return properties;
}

const nodesOf = (value: JsonValue | undefined): readonly SchemaNode[] =>
  Array.isArray(value) ? value.filter(isJsonObject).map(schemaNodeOf) : [];

const stringsOf = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

const textOf = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

const numberOf = (value: JsonValue | undefined): number | undefined =>
  typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;

/** Absent where there is no value: with `exactOptionalPropertyTypes` undefined is none. */
const present = <K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } =>
  (value === undefined || value === null ? {} : { [key]: value }) as { [P in K]?: T };

import type { ServedVersion } from '../api/served-version.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import type { Field, ScalarKind, Schema, StructSchema } from '../machinery/schema/schema.ts';

export type OpenApiVersion = 'v2' | 'v3';

const gvkKey = 'x-kubernetes-group-version-kind';

/**
 * The types of `resources`, their lists, and all that these refer to, by name: what OpenAPI v2 has under `definitions` and v3
 * under `components.schemas`. Names, types and merge rules, no prose.
 */
export function schemaDefinitions(resources: readonly ServedVersion[], version: OpenApiVersion): JsonObject {
  const writer = new DefinitionWriter(version);
  for (const { group, version: apiVersion, kind } of resources) {
    for (const name of [kind, `${kind}List`]) {
      const struct = kubernetesSchema().byKind({ group, version: apiVersion }, name);
      if (struct !== undefined) writer.add(struct, { [gvkKey]: [{ group, version: apiVersion, kind: name }] });
    }
  }
  return writer.definitions();
}

const refPrefix = { v2: '#/definitions/', v3: '#/components/schemas/' } as const satisfies Record<
  OpenApiVersion,
  string
>;

const scalars: Record<ScalarKind, Record<OpenApiVersion, JsonObject>> = {
  string: same({ type: 'string' }),
  int32: same({ type: 'integer', format: 'int32' }),
  int64: same({ type: 'integer', format: 'int64' }),
  double: same({ type: 'number', format: 'double' }),
  boolean: same({ type: 'boolean' }),
  bytes: same({ type: 'string', format: 'byte' }),
  time: same({ type: 'string', format: 'date-time' }),
  microtime: same({ type: 'string', format: 'date-time' }),
  quantity: { v2: { type: 'string' }, v3: { oneOf: [{ type: 'string' }, { type: 'number' }] } },
  intOrString: {
    v2: { type: 'string', format: 'int-or-string' },
    v3: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  },
  any: same({}),
};

function same(schema: JsonObject): Record<OpenApiVersion, JsonObject> {
  return { v2: schema, v3: schema };
}

class DefinitionWriter {
  readonly #version: OpenApiVersion;
  readonly #written = new Map<string, JsonObject>();

  constructor(version: OpenApiVersion) {
    this.#version = version;
  }

  /** The struct and, once each, all that it refers to. */
  add(struct: StructSchema, more: JsonObject = {}): void {
    const definition: JsonObject = { type: 'object' };
    // Known before its fields are: a struct may hold itself.
    this.#written.set(struct.name, definition);
    const properties = [...struct.fields].map(([name, field]) => [name, this.#field(field)] as const);
    if (properties.length > 0) definition['properties'] = Object.fromEntries(properties);
    if (struct.required.length > 0) definition['required'] = [...struct.required];
    if (struct.atomic) definition['x-kubernetes-map-type'] = 'atomic';
    Object.assign(definition, more);
  }

  /** Sorted by name. */
  definitions(): JsonObject {
    return Object.fromEntries([...this.#written].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #field(field: Field): JsonObject {
    const { listType, listMapKeys, atomic, patchStrategy, patchMergeKey } = field;
    return {
      ...this.#schema(field.schema),
      ...(listType !== undefined && { 'x-kubernetes-list-type': listType }),
      ...(listMapKeys !== undefined && { 'x-kubernetes-list-map-keys': [...listMapKeys] }),
      ...(atomic === true && { 'x-kubernetes-map-type': 'atomic' }),
      ...(patchStrategy !== undefined && { 'x-kubernetes-patch-strategy': patchStrategy }),
      ...(patchMergeKey !== undefined && { 'x-kubernetes-patch-merge-key': patchMergeKey }),
    };
  }

  #schema(schema: Schema): JsonObject {
    switch (schema.kind) {
      case 'struct': {
        if (!this.#written.has(schema.name)) this.add(schema);
        const reference = { $ref: refPrefix[this.#version] + schema.name };
        // In v3 nothing may stand beside a reference, and a field can have merge rules.
        return this.#version === 'v2' ? reference : { allOf: [reference] };
      }
      case 'list':
        return { type: 'array', items: this.#schema(schema.items) };
      case 'map':
        return { type: 'object', additionalProperties: this.#schema(schema.values) };
      default:
        return { ...scalars[schema.kind][this.#version] };
    }
  }
}

import { compareText } from '../machinery/compare-text.ts';
import { apiVersionOf, type GroupVersion } from '../machinery/gvk.ts';
import type { JsonObject, JsonValue } from '../machinery/json-value.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import type { Field, ScalarKind, Schema, StructSchema } from '../machinery/schema/schema.ts';
import { customDefinitions, type DescribedKind } from './custom-definitions.ts';
import type { Descriptions } from './descriptions.ts';

export type OpenApiVersion = 'v2' | 'v3';

const gvkKey = 'x-kubernetes-group-version-kind';

/**
 * The types of `resources`, their lists, what requests and answers of all of them are made of, and all that these refer to,
 * by name: what OpenAPI v2 has under `definitions` and v3 under `components.schemas`. Names, types and merge rules; what they
 * are for where `descriptions` say it.
 */
export function schemaDefinitions(
  resources: readonly DescribedKind[],
  version: OpenApiVersion,
  descriptions: Descriptions = {},
): JsonObject {
  const writer = new DefinitionWriter(version, descriptions);
  const groupVersions = new Map([['v1', { group: '', version: 'v1' }]]);
  for (const served of resources) groupVersions.set(apiVersionOf(served), pick(served));
  for (const kind of ['DeleteOptions', 'WatchEvent']) {
    const struct = kubernetesSchema().byName(`${meta}.${kind}`);
    // They are of every group.
    if (struct !== undefined)
      writer.add(struct, { [gvkKey]: [...groupVersions.values()].map((of) => ({ ...of, kind })) });
  }
  for (const kind of ['APIResourceList', 'Status']) {
    const struct = kubernetesSchema().byName(`${meta}.${kind}`);
    if (struct !== undefined) writer.add(struct, { [gvkKey]: [{ group: '', version: 'v1', kind }] });
  }
  writer.addLeaf(`${meta}.Patch`);
  if (version === 'v2') writer.addServerDocuments();
  for (const served of resources) {
    const { group, version: apiVersion, kind, subresourceKinds = {}, custom } = served;
    if (custom !== undefined) writer.addCustom(served);
    else for (const name of [kind, `${kind}List`]) writer.addKind({ group, version: apiVersion, kind: name });
    for (const other of Object.values(subresourceKinds)) writer.addKind(other);
  }
  return writer.definitions();
}

const pick = ({ group, version }: GroupVersion): { group: string; version: string } => ({ group, version });

export const refPrefix = { v2: '#/definitions/', v3: '#/components/schemas/' } as const satisfies Record<
  OpenApiVersion,
  string
>;

/** Scalars that are written where they stand. */
const inline = {
  string: { type: 'string' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  boolean: { type: 'boolean' },
  bytes: { type: 'string', format: 'byte' },
} as const satisfies Partial<Record<ScalarKind, JsonObject>>;

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
/** Scalars that are definitions. */
const named = {
  time: `${meta}.Time`,
  microtime: `${meta}.MicroTime`,
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  intOrString: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
} as const satisfies Partial<Record<ScalarKind, string>>;

/** Definitions that are not structs. What is not listed holds any object. */
const leaves: Readonly<Record<string, Record<OpenApiVersion, JsonObject>>> = {
  [named.time]: same({ type: 'string', format: 'date-time' }),
  [named.microtime]: same({ type: 'string', format: 'date-time' }),
  [named.quantity]: { v2: { type: 'string' }, v3: { oneOf: [{ type: 'string' }, { type: 'number' }] } },
  [named.intOrString]: {
    v2: { type: 'string', format: 'int-or-string' },
    v3: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  },
  ...Object.fromEntries(
    ['JSON', 'JSONSchemaPropsOrArray', 'JSONSchemaPropsOrBool', 'JSONSchemaPropsOrStringArray'].map((name) => [
      `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.${name}`,
      same({}),
    ]),
  ),
};

function same(schema: JsonObject): Record<OpenApiVersion, JsonObject> {
  return { v2: schema, v3: schema };
}

/** The zero values of scalars whose fields are always there. */
const zeros: Readonly<Partial<Record<Schema['kind'], JsonValue>>> = {
  string: '',
  int32: 0,
  int64: 0,
  double: 0,
  boolean: false,
  struct: {},
};

class DefinitionWriter {
  readonly #version: OpenApiVersion;
  readonly #descriptions: Descriptions;
  readonly #written = new Map<string, JsonObject>();

  constructor(version: OpenApiVersion, descriptions: Descriptions) {
    this.#version = version;
    this.#descriptions = descriptions;
  }

  /** The struct and, once each, all that it refers to. */
  add(struct: StructSchema, more: JsonObject = {}): void {
    const definition: JsonObject = { type: 'object' };
    // Known before its fields are: a struct may hold itself.
    this.#written.set(struct.name, definition);
    const [words = '', wordsOf = {}] = this.#descriptions[struct.name] ?? [];
    if (words !== '') definition['description'] = words;
    const byName = [...struct.fields].sort(([one], [other]) => compareText(one, other));
    const properties = byName.map(([name, field]) => [name, this.#field(field, wordsOf[name])] as const);
    if (properties.length > 0) definition['properties'] = Object.fromEntries(properties);
    if (struct.required.length > 0) definition['required'] = [...struct.required];
    if (struct.atomic) definition['x-kubernetes-map-type'] = 'atomic';
    if (struct.unions !== undefined) definition['x-kubernetes-unions'] = struct.unions;
    Object.assign(definition, more);
  }

  /** A kind, if it is known. */
  addKind({ group, version, kind }: GroupVersion & { readonly kind: string }): void {
    const struct = kubernetesSchema().byKind({ group, version }, kind);
    if (struct !== undefined) this.add(struct, { [gvkKey]: [{ group, version, kind }] });
  }

  /** A kind of a definition. */
  addCustom(served: DescribedKind): void {
    const definitions = customDefinitions(served, this.#version, refPrefix[this.#version], this.#descriptions);
    for (const [name, definition] of definitions) this.#written.set(name, definition);
    for (const name of ['ObjectMeta', 'ListMeta']) {
      const struct = kubernetesSchema().byName(`${meta}.${name}`);
      if (struct !== undefined && !this.#written.has(struct.name)) this.add(struct);
    }
  }

  /** What paths of the whole server answer with. */
  addServerDocuments(): void {
    for (const kind of ['APIGroup', 'APIGroupList', 'APIVersions']) this.addKind({ group: '', version: 'v1', kind });
    const info = kubernetesSchema().byName('io.k8s.apimachinery.pkg.version.Info');
    if (info !== undefined) this.add(info);
  }

  /** One that is no struct. */
  addLeaf(name: string): void {
    this.#written.set(name, leaves[name]?.[this.#version] ?? { type: 'object' });
  }

  /** Sorted by name. */
  definitions(): JsonObject {
    return Object.fromEntries([...this.#written].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #field(field: Field, description: string | undefined): JsonObject {
    const { listType, listMapKeys, atomic, patchStrategy, patchMergeKey } = field;
    const beside = {
      ...(description !== undefined && field.undescribed !== true && { description }),
      ...(this.#version === 'v3' && defaultOf(field)),
      ...(listType !== undefined && { 'x-kubernetes-list-type': listType }),
      ...(listMapKeys !== undefined && { 'x-kubernetes-list-map-keys': [...listMapKeys] }),
      ...(atomic !== undefined &&
        field.schema.kind !== 'any' && { 'x-kubernetes-map-type': atomic ? 'atomic' : 'granular' }),
      ...(patchStrategy !== undefined && { 'x-kubernetes-patch-strategy': patchStrategy }),
      ...(patchMergeKey !== undefined && { 'x-kubernetes-patch-merge-key': patchMergeKey }),
    };
    const schema = this.#schema(field.schema, field);
    const alone = field.undescribed === true && Object.keys(beside).length === 0;
    // In v3 nothing may stand beside a reference.
    return { ...(this.#version === 'v3' && '$ref' in schema && !alone ? { allOf: [schema] } : schema), ...beside };
  }

  #schema(schema: Schema, field: Field): JsonObject {
    switch (schema.kind) {
      case 'struct':
        if (!this.#written.has(schema.name)) this.add(schema);
        return { $ref: refPrefix[this.#version] + schema.name };
      case 'list':
        return { type: 'array', items: this.#schema(schema.items, field) };
      case 'map':
        return { type: 'object', additionalProperties: this.#schema(schema.values, field) };
      case 'any':
        return this.#opaque(field.opaqueName);
      case 'time':
      case 'microtime':
      case 'quantity':
      case 'intOrString':
        return this.#opaque(named[schema.kind]);
      default:
        return { ...inline[schema.kind], ...(field.enum !== undefined && { enum: [...field.enum] }) };
    }
  }

  /** What no struct describes: a definition, an object, or anything. */
  #opaque(name: string | undefined): JsonObject {
    if (name === undefined) return {};
    if (name === 'object') return { type: 'object' };
    this.addLeaf(name);
    return { $ref: refPrefix[this.#version] + name };
  }
}

function defaultOf({ default: given, whenZero, schema }: Field): { readonly default?: JsonValue } {
  if (given !== undefined) return { default: given };
  const zero = whenZero === 'written' ? zeros[schema.kind] : undefined;
  return zero === undefined ? {} : { default: zero };
}

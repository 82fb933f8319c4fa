/**
 * Makes src/machinery/schema/kubernetes-schema.generated.json of an OpenAPI v2 document of Kubernetes: names, types and merge
 * rules, no prose. Run it when the version of Kubernetes changes:
 *
 *     kubectl get --raw /openapi/v2 > openapi.json
 *     npx tsx .dev/generate-schema.ts --input openapi.json
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { FieldData, SchemaData, StructData, TypeData } from '../src/machinery/schema/schema-data.ts';

interface OpenApi {
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly items?: OpenApi;
  readonly properties?: Record<string, OpenApi>;
  readonly additionalProperties?: OpenApi | boolean;
  readonly required?: string[];
  readonly 'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
}

/** Definitions that are scalars, or that hold whatever they are given. */
const leaves: Readonly<Record<string, TypeData>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'q',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 't',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'u',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'x',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': '*',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Patch': '*',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': '*',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': '*',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray': '*',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool': '*',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray': '*',
};

const scalars: Readonly<Record<string, TypeData>> = {
  'string ': 's',
  'string byte': 'y',
  'string date-time': 't',
  'string int-or-string': 'x',
  'integer int32': 'i',
  'integer int64': 'l',
  'integer ': 'l',
  'number double': 'd',
  'number ': 'd',
  'boolean ': 'b',
};

const { values } = parseArgs({ options: { input: { type: 'string' }, output: { type: 'string' } } });
if (values.input === undefined) throw new Error('--input FILE is missing: an OpenAPI v2 document of Kubernetes');
const output = values.output ?? new URL('../src/machinery/schema/kubernetes-schema.generated.json', import.meta.url);

const { definitions } = JSON.parse(readFileSync(values.input, 'utf8')) as { definitions: Record<string, OpenApi> };
const names = Object.keys(definitions)
  .filter((name) => !(name in leaves))
  .sort();
const indexOf = new Map(names.map((name, index) => [name, index]));

function typeOf(schema: OpenApi, where: string): TypeData {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/definitions/', '');
    const type = leaves[name] ?? indexOf.get(name);
    if (type === undefined) throw new Error(`${where}: no definition ${name}`);
    return type;
  }
  if (schema.type === 'array') return ['[', typeOf(schema.items ?? {}, where)];
  if (schema.type === 'object') {
    const { additionalProperties: values } = schema;
    return typeof values === 'object' ? ['{', typeOf(values, where)] : '*';
  }
  if (schema.type === undefined) return '*';
  const scalar = scalars[`${schema.type} ${schema.format ?? ''}`];
  if (scalar === undefined) throw new Error(`${where}: unknown type ${schema.type} ${schema.format}`);
  return scalar;
}

function fieldOf(schema: OpenApi, where: string): FieldData {
  const rules = {
    ...(schema['x-kubernetes-list-type'] && { l: schema['x-kubernetes-list-type'] }),
    ...(schema['x-kubernetes-list-map-keys'] && { k: schema['x-kubernetes-list-map-keys'] }),
    ...(schema['x-kubernetes-map-type'] === 'atomic' && { a: 1 as const }),
    ...(schema['x-kubernetes-patch-strategy'] && { p: schema['x-kubernetes-patch-strategy'] }),
    ...(schema['x-kubernetes-patch-merge-key'] && { m: schema['x-kubernetes-patch-merge-key'] }),
  };
  const type = typeOf(schema, where);
  return Object.keys(rules).length === 0 ? type : { t: type, ...rules };
}

function structOf(name: string): StructData {
  const schema = definitions[name] ?? {};
  const kinds = schema['x-kubernetes-group-version-kind'] ?? [];
  return {
    n: name,
    f: Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([key, field]) => [key, fieldOf(field, `${name}.${key}`)]),
    ),
    ...(schema.required && { r: schema.required }),
    // Options and the like belong to every group: they are found by name.
    ...(kinds.length === 1 && { g: kinds.map(({ group, version, kind }) => [group, version, kind] as const) }),
    ...(schema['x-kubernetes-map-type'] === 'atomic' && { a: 1 as const }),
  };
}

const data: SchemaData = { structs: names.map(structOf) };
// One definition per line: a change of Kubernetes is a readable diff.
const lines = data.structs.map((struct) => JSON.stringify(struct)).join(',\n');
writeFileSync(output, `{"structs":[\n${lines}\n]}\n`);

/**
 * Makes src/machinery/schema/kubernetes-schema.generated.json of an OpenAPI v2 document of Kubernetes: names, types and merge
 * rules, no prose; and of the Go sources of the same version, whose tags say what Go's encoder does with a zero value, which
 * the document does not. Run it when the version of Kubernetes changes:
 *
 *     kubectl get --raw /openapi/v2 > openapi.json
 *     npx tsx .dev/generate-schema.ts --input openapi.json --go DIR
 *
 * DIR: staging/src/k8s.io of Kubernetes' sources, or a folder with the same modules (api, apimachinery,
 * apiextensions-apiserver, kube-aggregator).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { JsonValue } from '../src/machinery/json-value.ts';
import type { FieldData, SchemaData, StructData, TypeData } from '../src/machinery/schema/schema-data.ts';
import { type GoField, type GoPackage, readGoPackage } from './go-structs.ts';

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
  readonly 'x-kubernetes-unions'?: JsonValue;
  readonly enum?: string[];
  readonly description?: string;
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

const { values } = parseArgs({
  options: { input: { type: 'string' }, go: { type: 'string' }, output: { type: 'string' } },
});
if (values.input === undefined) throw new Error('--input FILE is missing: an OpenAPI v2 document of Kubernetes');
if (values.go === undefined) throw new Error("--go DIR is missing: the modules of Kubernetes' API types");
const modules = values.go;
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

function fieldOf(schema: OpenApi, where: string, defaultValue: string | undefined): FieldData {
  const mapType = schema.$ref?.endsWith('.RawExtension') ? 'atomic' : schema['x-kubernetes-map-type'];
  const rules = {
    ...(schema['x-kubernetes-list-type'] && { l: schema['x-kubernetes-list-type'] }),
    ...(schema['x-kubernetes-list-map-keys'] && { k: schema['x-kubernetes-list-map-keys'] }),
    ...(mapType === 'atomic' && { a: 1 as const }),
    ...(mapType === 'granular' && { a: 0 as const }),
    ...(defaultValue !== undefined && { d: JSON.parse(defaultValue) as JsonValue }),
    ...(schema['x-kubernetes-patch-strategy'] && { p: schema['x-kubernetes-patch-strategy'] }),
    ...(schema['x-kubernetes-patch-merge-key'] && { m: schema['x-kubernetes-patch-merge-key'] }),
    ...enumOf(schema),
    ...opaqueNameOf(schema),
    ...(schema.$ref !== undefined && schema.description === undefined && { b: 1 as const }),
  };
  const type = typeOf(schema, where);
  return Object.keys(rules).length === 0 ? type : { t: type, ...rules };
}

/** Of the field, or of its elements. */
function enumOf({ enum: own, items, additionalProperties: values }: OpenApi): { readonly n?: readonly string[] } {
  const found = own ?? items?.enum ?? (typeof values === 'object' ? values.enum : undefined);
  return found === undefined ? {} : { n: found };
}

/** What the document calls what holds whatever it is given: a definition, or an object without one. */
function opaqueNameOf(schema: OpenApi): { readonly o?: string } {
  const inner =
    schema.items ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : schema);
  const name = inner.$ref?.replace('#/definitions/', '');
  if (name !== undefined) return leaves[name] === '*' ? { o: name } : {};
  return inner.type === 'object' && typeof inner.additionalProperties !== 'object' ? { o: 'object' } : {};
}

const packages = new Map<string, GoPackage>();

/** `io.k8s.api.core.v1.Pod` is `Pod` in api/core/v1: the fields that Go reads and writes of it, embedded ones too. */
function goFieldsOf(name: string): readonly (GoField & { readonly embeddedIn: string })[] {
  const path = name.split('.').slice(2);
  const type = path.pop() ?? '';
  const folder = join(modules, ...path);
  const known = packages.get(folder) ?? readGoPackage(folder);
  packages.set(folder, known);
  const inlined = (struct: string, embeddedIn: string): ReturnType<typeof goFieldsOf> => {
    const fields = known.structs.get(struct);
    if (fields === undefined) throw new Error(`${folder} has no struct ${struct}`);
    return fields.flatMap((field) => {
      if (field.json !== '') return [{ ...field, embeddedIn }];
      // kind and apiVersion
      if (field.type === 'metav1.TypeMeta') return [];
      return inlined(field.type, embeddedIn === '' ? field.type : `${embeddedIn}.${field.type}`);
    });
  };
  return inlined(type, '');
}

const isScalar = (type: TypeData): boolean => typeof type === 'string' && 'sildb'.includes(type);
/** Go makes a struct of it, which is never empty: `omitempty` has no effect. */
const isGoStruct = (type: TypeData, goType: string): boolean =>
  typeof type === 'number' ||
  (typeof type === 'string' && 'tuqx'.includes(type)) ||
  (type === '*' && /(^|\.)(RawExtension|FieldsV1|JSON|Duration)$/.test(goType));

/** What Go's encoder does with the zero values of a struct's fields. */
function zeroValuesOf(name: string, fields: Readonly<Record<string, FieldData>>): Pick<StructData, 'w' | 'u' | 'z'> {
  const [written, unset, zero]: [string[], string[], string[]] = [[], [], []];
  for (const { json, type: goType, omitEmpty, omitZero } of goFieldsOf(name)) {
    const field = fields[json];
    if (field === undefined) continue;
    const type = typeof field === 'object' && 't' in field ? field.t : field;
    const pointer = goType.startsWith('*');
    if (pointer && !omitEmpty) unset.push(json);
    else if (pointer && isScalar(type)) zero.push(json);
    else if (!pointer && !omitZero && (!omitEmpty || isGoStruct(type, goType))) written.push(json);
  }
  return {
    ...(written.length > 0 && { w: written }),
    ...(unset.length > 0 && { u: unset }),
    ...(zero.length > 0 && { z: zero }),
  };
}

const goScalars: Readonly<Record<string, string>> = {
  s: 'string',
  i: 'int32',
  l: 'int64',
  d: 'float64',
  b: 'bool',
  y: '[]uint8',
  t: 'v1.Time',
  u: 'v1.MicroTime',
  q: 'resource.Quantity',
  x: 'intstr.IntOrString',
};

/** What Go calls a type of which no more is known than its shape. */
function shapeInGo(type: TypeData): string {
  if (typeof type === 'string') return goScalars[type] ?? 'interface {}';
  if (typeof type === 'number') return names[type]?.split('.').slice(-2).join('.') ?? '';
  return `${type[0] === '[' ? '[]' : 'map[string]'}${shapeInGo(type[1])}`;
}

/** A type as Go's messages name it: without pointers, with its package. `version`: the package's, `v1`. */
const namedInGo = (goType: string, version: string): string =>
  goType
    .replaceAll('*', '')
    .replaceAll(/\b[a-z]+(v\d\w*)\./g, '$1.')
    .replaceAll(/\bbyte\b/g, 'uint8')
    .replaceAll(/(?<![\w.])[A-Z]\w*(?!\w*\.)/g, (local) => `${version}.${local}`);

/**
 * The fields whose types have names that their shape does not tell: `v1.SecretType` for a string; and those that stand in a
 * struct within the struct, with its name.
 */
function goNamesOf(name: string, fields: Readonly<Record<string, FieldData>>): Pick<StructData, 'y' | 'e'> {
  const version = name.split('.').at(-2) ?? '';
  const named = goFieldsOf(name).flatMap(({ json, type: goType }) => {
    const field = fields[json];
    if (field === undefined) return [];
    const type = typeof field === 'object' && 't' in field ? field.t : field;
    const text = namedInGo(goType, version);
    const opaque = type === '*';
    return opaque || text === shapeInGo(type) ? [] : [[json, text] as const];
  });
  const embedded = goFieldsOf(name).filter(({ json, embeddedIn }) => embeddedIn !== '' && fields[json] !== undefined);
  return {
    ...(named.length > 0 && { y: Object.fromEntries(named) }),
    ...(embedded.length > 0 && { e: Object.fromEntries(embedded.map(({ json, embeddedIn }) => [json, embeddedIn])) }),
  };
}

function structOf(name: string): StructData {
  const schema = definitions[name] ?? {};
  const kinds = schema['x-kubernetes-group-version-kind'] ?? [];
  const properties = Object.entries(schema.properties ?? {});
  const goFields = properties.length === 0 ? [] : goFieldsOf(name);
  const defaults = new Map(goFields.map((field) => [field.json, field.default]));
  // As Go's struct has them, and its encoder writes them; the document has them by name.
  const order = goFields.map(({ json }) => json);
  const typeMeta = ['kind', 'apiVersion'].filter((key) => !order.includes(key));
  order.unshift(...typeMeta);
  properties.sort(([one], [other]) => order.indexOf(one) - order.indexOf(other));
  const fields = Object.fromEntries(
    properties.map(([key, field]) => [key, fieldOf(field, `${name}.${key}`, defaults.get(key))]),
  );
  return {
    n: name,
    f: fields,
    ...(schema.required && { r: schema.required }),
    ...zeroValuesOf(name, fields),
    ...(properties.length > 0 && goNamesOf(name, fields)),
    // Options and the like belong to every group: they are found by name.
    ...(kinds.length === 1 && { g: kinds.map(({ group, version, kind }) => [group, version, kind] as const) }),
    ...(schema['x-kubernetes-map-type'] === 'atomic' && { a: 1 as const }),
    ...(schema['x-kubernetes-unions'] !== undefined && { x: schema['x-kubernetes-unions'] }),
  };
}

const data: SchemaData = { structs: names.map(structOf) };
// One definition per line: a change of Kubernetes is a readable diff.
const lines = data.structs.map((struct) => JSON.stringify(struct)).join(',\n');
writeFileSync(output, `{"structs":[\n${lines}\n]}\n`);

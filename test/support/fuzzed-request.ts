import { stringify } from 'yaml';
import type { ServedVersion } from '../../src/api/served-version.ts';
import { apiVersionOf } from '../../src/machinery/gvk.ts';
import type { JsonObject, JsonValue } from '../../src/machinery/json-value.ts';
import { kubernetesSchema } from '../../src/machinery/schema/kubernetes-schema.ts';
import type { Schema } from '../../src/machinery/schema/schema.ts';
import type { Random } from '../reference/mutations.ts';
import { changeSomewhere, hostileTexts, oneOf, put, someJson, someObject } from './fuzzed-object.ts';
import { protobufBody } from './protobuf-body.ts';

/** A request as it goes over the wire. */
export interface FuzzedRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** What requests are made of. */
export interface FuzzedKind {
  readonly served: ServedVersion;
  /** Objects that the server takes, if any are known. */
  readonly examples: readonly JsonObject[];
}

const names = ['one', 'two', 'three'];
const options: Readonly<Record<string, readonly string[]>> = {
  dryRun: ['All', 'All', 'All', '', 'None'],
  fieldManager: ['m', 'n', 'kubectl', '__proto__', 'é', 'x'.repeat(129), ''],
  fieldValidation: ['Strict', 'Warn', 'Ignore', '', 'x'],
  force: ['true', 'false', '', 'x'],
  pretty: ['true'],
  propagationPolicy: ['Orphan', 'Foreground', 'Background', '', 'x'],
  gracePeriodSeconds: ['0', '1', '-1', '9223372036854775807', 'x'],
  orphanDependents: ['true', 'x'],
  resourceVersion: ['0', '1', '', 'x'],
  labelSelector: ['app=a', 'app notin (a, b)', '!x', 'a==', '('],
  fieldSelector: ['metadata.name=one', 'metadata.namespace!=x', 'x=1', '='],
  limit: ['1', '0', '-1', 'x'],
  timeout: ['1s', 'x', '-1s', '34s'],
};

export const collectionOf = ({ group, version, resource, namespaced }: ServedVersion, namespace: string): string => {
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${base}/${namespaced ? `namespaces/${namespace}/` : ''}${resource}`;
};

/** A write of one kind in one namespace: of whatever is there, or not, by a few names. */
export function someRequest(kind: FuzzedKind, namespace: string, random: Random): FuzzedRequest {
  const { served, examples } = kind;
  // Not those that are answered elsewhere: nobody is there.
  const subresources = Object.keys(served.subresources).filter((name) => served.connects?.[name] === undefined);
  const subresource = subresources.length > 0 && random(4) === 0 ? oneOf(random, subresources) : '';
  const body = subresource === '' ? undefined : served.subresourceKinds?.[subresource];
  const { group, version, kind: name } = body ?? served;
  const schema = kubernetesSchema().byKind({ group, version }, name);
  const typeMeta = { apiVersion: apiVersionOf({ group, version }), kind: name };
  const target = oneOf(random, random(30) === 0 ? hostileTexts : names);
  const make = (): JsonObject => {
    const object = { ...someObject(schema, body === undefined ? examples : [], random), ...typeMeta };
    return random(12) === 0 ? object : named(object, served, { namespace, name: target });
  };
  const collection = collectionOf(served, namespace);
  const one = `${collection}/${encodeURIComponent(Buffer.from(target).toString())}`;
  const path = subresource === '' ? one : `${one}/${subresource}`;
  const query = someQuery(random);
  const form = (): Pick<FuzzedRequest, 'headers' | 'body'> => written(make(), { group, version, kind: name }, random);
  switch (random(10)) {
    case 0:
    case 1:
    case 2:
      return { method: 'POST', path: (subresource === '' ? collection : path) + query, ...form() };
    case 3:
    case 4:
      return { method: 'PUT', path: path + query, ...form() };
    case 5:
      return { method: 'DELETE', path: one + query, ...someDeleteOptions(random) };
    case 6:
      return random(8) === 0
        ? { method: 'DELETE', path: collection + query, ...someDeleteOptions(random) }
        : { method: 'PATCH', path: path + query, ...somePatch(make, schema, random) };
    default:
      return { method: 'PATCH', path: path + query, ...somePatch(make, schema, random) };
  }
}

function named(
  object: JsonObject,
  { namespaced }: ServedVersion,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): JsonObject {
  const given = object['metadata'];
  const metadata = typeof given === 'object' && given !== null && !Array.isArray(given) ? given : {};
  return { ...object, metadata: { ...metadata, name, namespace: namespaced ? namespace : '' } };
}

function someQuery(random: Random): string {
  const query = new URLSearchParams();
  for (let count = random(4); count > 0; count--) {
    const name = oneOf(random, Object.keys(options));
    query.append(name, oneOf(random, options[name] ?? []));
  }
  return query.size === 0 ? '' : `?${query.toString()}`;
}

function written(
  object: JsonObject,
  kind: { readonly group: string; readonly version: string; readonly kind: string },
  random: Random,
): Pick<FuzzedRequest, 'headers' | 'body'> {
  const said = (type: string, body: string | Uint8Array) => ({ headers: { 'content-type': type }, body });
  const form = random(6);
  if (form === 0) return said('application/yaml', cut(stringify(object), random));
  const protobuf = form === 1 ? protobufBody(object, kind) : undefined;
  if (protobuf !== undefined) {
    if (random(8) === 0) protobuf[random(protobuf.length)] = random(256);
    return said('application/vnd.kubernetes.protobuf', protobuf);
  }
  return said('application/json', cut(JSON.stringify(object), random));
}

/** Now and then not all of it, or more of it. */
const cut = (text: string, random: Random): string => {
  const way = random(60);
  if (way === 0) return text.slice(0, random(text.length));
  return way === 1 ? text + text.slice(0, random(text.length)) : text;
};

const deletionFields = [
  'gracePeriodSeconds',
  'propagationPolicy',
  'orphanDependents',
  'preconditions',
  'dryRun',
  'kind',
];

function someDeleteOptions(random: Random): Pick<FuzzedRequest, 'headers' | 'body'> {
  if (random(2) === 0) return { headers: {}, body: undefined };
  const given: JsonObject = { kind: 'DeleteOptions', apiVersion: oneOf(random, ['v1', 'apps/v1', 'meta.k8s.io/v1']) };
  for (let count = random(3); count > 0; count--) {
    put(given, oneOf(random, [...deletionFields, ...hostileTexts]), someJson(random));
  }
  return { headers: { 'content-type': 'application/json' }, body: cut(JSON.stringify(given), random) };
}

function somePatch(
  make: () => JsonObject,
  schema: Schema | undefined,
  random: Random,
): Pick<FuzzedRequest, 'headers' | 'body'> {
  const said = (type: string, value: JsonValue | readonly JsonValue[]) => ({
    headers: { 'content-type': `application/${type}` },
    body: cut(JSON.stringify(value), random),
  });
  switch (random(5)) {
    case 0:
      return said(
        'json-patch+json',
        Array.from({ length: 1 + random(4) }, () => someOperation(make(), random)),
      );
    case 1:
      return said('merge-patch+json', someParts(make(), random));
    case 2:
      return said('strategic-merge-patch+json', withDirectives(someParts(make(), random), schema, random));
    case 3:
      return { headers: { 'content-type': 'application/apply-patch+yaml' }, body: cut(stringify(make()), random) };
    default:
      return said('apply-patch+yaml', make());
  }
}

/** Some of what stands at the top of an object: a patch names seldom all. */
function someParts(object: JsonObject, random: Random): JsonObject {
  const parts: JsonObject = {};
  for (const [key, value] of Object.entries(object)) if (random(2) === 0) put(parts, key, value);
  return parts;
}

const directives: readonly (readonly [key: string, value: JsonValue])[] = [
  ['$patch', 'delete'],
  ['$patch', 'replace'],
  ['$patch', 'merge'],
  ['$patch', 7],
  ['$retainKeys', ['a', 'type']],
  ['$setElementOrder/containers', [{ name: 'c' }]],
  ['$setElementOrder/finalizers', ['a']],
  ['$deleteFromPrimitiveList/finalizers', ['a']],
  ['$deleteFromPrimitiveList/finalizers', {}],
];

function withDirectives(patch: JsonObject, schema: Schema | undefined, random: Random): JsonObject {
  for (let count = random(3); count > 0; count--) {
    const inner = Object.values(patch).filter(
      (value): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value),
    );
    const [key, value] = oneOf(random, directives);
    put(oneOf(random, [patch, ...inner]), key, structuredClone(value));
  }
  if (random(3) === 0) changeSomewhere(patch, schema, random);
  return patch;
}

const escaped = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

function someOperation(object: JsonObject, random: Random): JsonObject {
  const [path, value] = somePlace(object, random);
  const op = oneOf(random, ['add', 'remove', 'replace', 'move', 'copy', 'test', 'test', 'x']);
  return { op, path, from: somePlace(object, random)[0], value: random(2) === 0 ? value : someJson(random) };
}

/** A pointer to a place in an object, or beside one, and what is there. */
function somePlace(object: JsonObject, random: Random): [pointer: string, value: JsonValue] {
  let pointer = '';
  let value: JsonValue = object;
  while (typeof value === 'object' && value !== null && random(4) > 0) {
    const keys: string[] = Object.keys(value);
    if (keys.length === 0) break;
    const key: string = oneOf(random, keys);
    pointer += escaped(key);
    value = (value as JsonObject)[key] ?? null;
  }
  if (random(4) === 0) pointer += escaped(oneOf(random, [...hostileTexts, '-']));
  return [pointer, value];
}

import { type FieldError, invalidValue, requiredValue } from '../field-error.ts';
import { emptyObject } from '../json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringAt } from '../json-value.ts';
import { type Decoded, DecodeError, decode } from '../schema/decoder.ts';
import { kubernetesSchema } from '../schema/kubernetes-schema.ts';
import { parseGroupVersion, TypeMetaError } from '../type-meta.ts';
import { dns1035Label } from '../validation/dns.ts';
import { nameIsPathSegment } from '../validation/names.ts';
import { validateObjectMeta } from '../validation/object-meta.ts';
import { additionalNode, type SchemaNode } from './schema-node.ts';

const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/**
 * Metadata as it is decoded into its type. Unknown fields are told from `metadata` on.
 * @throws {DecodeError}
 */
export function decodeMetadata(value: JsonValue): Decoded {
  const schema = kubernetesSchema().byName(objectMeta);
  if (schema === undefined) throw new TypeError(`there is no schema of ${objectMeta}`);
  const { object, unknownFields } = decode(schema, value);
  return { object, unknownFields: unknownFields.map((path) => `metadata.${path}`) };
}

/** What can be read of metadata that somebody stored before anybody looked at it. Undefined: nothing. */
export function salvagedMetadata(value: JsonValue): JsonObject | undefined {
  if (!isJsonObject(value)) return undefined;
  const salvaged = emptyObject();
  for (const key of Object.keys(value)) {
    try {
      Object.assign(salvaged, decodeMetadata({ [key]: value[key] ?? null }).object);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  }
  return salvaged;
}

export interface Coercion {
  /** What does not fit its type goes, instead of being refused: what somebody stored long ago. */
  readonly dropInvalid: boolean;
}

/** Type or metadata of an object within an object does not fit. */
export class CoercionError extends Error {
  override readonly name = 'CoercionError';
}

/**
 * Gives objects of the API that are part of `object` the types of their own: their metadata is decoded. Paths of what was
 * unknown in it.
 * @throws {CoercionError} whose message begins with the place
 */
export function coerceEmbedded(object: JsonValue, node: SchemaNode, coercion: Coercion): readonly string[] {
  const unknown: string[] = [];
  coerce(object, node, '', coercion, unknown);
  return unknown.sort();
}

function coerce(value: JsonValue, node: SchemaNode, path: string, coercion: Coercion, unknown: string[]): void {
  if (!holdsResources(node)) return;
  if (Array.isArray(value)) {
    const { items } = node;
    if (items === undefined) return;
    for (const [index, item] of value.entries()) coerce(item, items, `${path}[${index}]`, coercion, unknown);
  } else if (isJsonObject(value)) {
    if (node.isResource) coerceResource(value, path, coercion, unknown);
    const others = additionalNode(node);
    for (const key of Object.keys(value)) {
      const property = node.properties.get(key);
      const inner = property === undefined ? `${path}[${key}]` : child(path, key);
      const of = property ?? others;
      if (of !== undefined) coerce(value[key] ?? null, of, inner, coercion, unknown);
    }
  }
}

function coerceResource(value: JsonObject, path: string, { dropInvalid }: Coercion, unknown: string[]): void {
  for (const key of ['apiVersion', 'kind']) {
    if (!Object.hasOwn(value, key) || typeof value[key] === 'string') continue;
    if (dropInvalid) delete value[key];
    else throw refusal(child(path, key), value[key] ?? null, 'must be a string');
  }
  if (!Object.hasOwn(value, 'metadata')) return;
  const given = value['metadata'] ?? null;
  try {
    const { object, unknownFields } = decodeMetadata(given);
    value['metadata'] = object;
    for (const field of unknownFields) unknown.push(child(path, field));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    if (!dropInvalid) throw refusal(child(path, 'metadata'), given, error.message);
    const salvaged = salvagedMetadata(given);
    if (salvaged !== undefined) value['metadata'] = salvaged;
  }
}

function refusal(path: string, value: JsonValue, why: string): CoercionError {
  const { message } = invalidValue(path, value, why);
  return new CoercionError(`${path}: ${message}`);
}

const resources = new WeakMap<SchemaNode, boolean>();

/** Objects of the API may be somewhere in a value of this schema. */
export function holdsResources(node: SchemaNode): boolean {
  let known = resources.get(node);
  if (known === undefined) {
    const others = additionalNode(node);
    known =
      node.isResource ||
      (node.items !== undefined && holdsResources(node.items)) ||
      (others !== undefined && holdsResources(others)) ||
      [...node.properties.values()].some(holdsResources);
    resources.set(node, known);
  }
  return known;
}

/** What is wrong with type and metadata of objects of the API that are part of `value`. */
export function validateEmbedded(value: JsonValue, node: SchemaNode, path = ''): FieldError[] {
  const errors: FieldError[] = [];
  validate(value, node, path, errors);
  return errors;
}

function validate(value: JsonValue, node: SchemaNode, path: string, errors: FieldError[]): void {
  if (!holdsResources(node)) return;
  if (Array.isArray(value)) {
    const { items } = node;
    if (items === undefined) return;
    for (const [index, item] of value.entries()) validate(item, items, `${path}[${index}]`, errors);
  } else if (isJsonObject(value)) {
    if (node.isResource) errors.push(...resourceErrors(value, path));
    const others = additionalNode(node);
    for (const key of Object.keys(value)) {
      const property = node.properties.get(key);
      const inner = property === undefined ? `${path}[${key}]` : child(path, key);
      const of = property ?? others;
      if (of !== undefined) validate(value[key] ?? null, of, inner, errors);
    }
  }
}

function resourceErrors(value: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of ['apiVersion', 'kind'] as const) {
    const field = child(path, key);
    if (!Object.hasOwn(value, key)) {
      errors.push(requiredValue(field));
      continue;
    }
    const text = value[key] ?? null;
    if (typeof text !== 'string') errors.push(invalidValue(field, text, 'must be a string'));
    else if (text === '') errors.push(invalidValue(field, text, 'must not be empty'));
    else {
      const why = key === 'kind' ? kindProblem(text) : versionProblem(text);
      if (why !== undefined) errors.push(invalidValue(field, text, why));
    }
  }
  if (Object.hasOwn(value, 'metadata')) errors.push(...metadataErrors(value['metadata'] ?? null, path));
  return errors;
}

function kindProblem(kind: string): string | undefined {
  const wrong = dns1035Label(kind.toLowerCase());
  return wrong.length === 0 ? undefined : `may have mixed case, but should otherwise match: ${wrong.join(',')}`;
}

function versionProblem(apiVersion: string): string | undefined {
  try {
    parseGroupVersion(apiVersion);
    return undefined;
  } catch (error) {
    if (error instanceof TypeMetaError) return error.message;
    throw error;
  }
}

function metadataErrors(given: JsonValue, path: string): FieldError[] {
  const field = child(path, 'metadata');
  try {
    const { object } = decodeMetadata(given);
    if (stringAt(object, 'name') === '') object['name'] = 'fakename';
    const namespaced = stringAt(object, 'namespace') !== '';
    return validateObjectMeta(object, { namespaced, validateName: nameIsPathSegment }, field);
  } catch (error) {
    if (error instanceof DecodeError) return [invalidValue(field, given, error.message)];
    throw error;
  }
}

const child = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

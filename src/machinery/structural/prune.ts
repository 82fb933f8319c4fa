import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import { additionalNode, asResource, type SchemaNode } from './schema-node.ts';

/** What every object of the API has, whatever its schema says of it. */
export const metaFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** Enough to see what is wrong. */
const maxUnknownFields = 100;

type Path = (string | number)[];

/**
 * Removes from `object` what its schema does not know. Paths of what went, in order, at most 100: `spec.a[0].b`.
 * The type and metadata of `object`, and of objects of the API in it, stay.
 */
export function prune(object: JsonObject, node: SchemaNode): readonly string[] {
  const unknown = new Set<string>();
  pruneValue(object, asResource(node), [], unknown);
  return [...unknown].sort();
}

/** The same for a value that is no object of the API by itself. */
export function pruneAsIs(value: JsonValue, node: SchemaNode): void {
  pruneValue(value, node, [], new Set());
}

function pruneValue(value: JsonValue, node: SchemaNode | undefined, path: Path, unknown: Set<string>): void {
  if (node?.preservesUnknown === true) return skip(value, node, path, unknown);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) inside(item, node?.items, index, path, unknown);
  } else if (isJsonObject(value)) pruneObject(value, node, path, unknown);
}

function pruneObject(value: JsonObject, node: SchemaNode | undefined, path: Path, unknown: Set<string>): void {
  for (const key of Object.keys(value)) {
    if (node?.isResource === true && metaFields.has(key)) continue;
    const property = node?.properties.get(key);
    if (property !== undefined) inside(value[key] ?? null, property, key, path, unknown);
    else if (node?.additionalProperties !== undefined) {
      inside(value[key] ?? null, additionalNode(node), key, path, unknown);
    } else {
      if (unknown.size < maxUnknownFields) unknown.add(pathText([...path, key]));
      delete value[key];
    }
  }
}

/** Nothing goes here, but below what the schema does say, things may. */
function skip(value: JsonValue, node: SchemaNode, path: Path, unknown: Set<string>): void {
  if (Array.isArray(value)) {
    const { items } = node;
    if (items === undefined) return;
    for (const [index, item] of value.entries()) {
      path.push(index);
      skip(item, items, path, unknown);
      path.pop();
    }
  } else if (isJsonObject(value)) {
    for (const key of Object.keys(value)) {
      if (node.isResource && metaFields.has(key)) continue;
      const property = node.properties.get(key);
      if (property !== undefined) inside(value[key] ?? null, property, key, path, unknown);
      else if (node.additionalProperties !== undefined) {
        inside(value[key] ?? null, additionalNode(node), key, path, unknown);
      }
    }
  }
}

function inside(
  value: JsonValue,
  node: SchemaNode | undefined,
  step: string | number,
  path: Path,
  unknown: Set<string>,
): void {
  if (typeof value !== 'object' || value === null) return;
  path.push(step);
  pruneValue(value, node, path, unknown);
  path.pop();
}

export function pathText(path: readonly (string | number)[]): string {
  let text = '';
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`;
  return text;
}

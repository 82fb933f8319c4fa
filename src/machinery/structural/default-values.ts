import { cloneJson } from '../json/clone.ts';
import { isJsonObject, type JsonValue } from '../json-value.ts';
import { additionalNode, type SchemaNode } from './schema-node.ts';

/**
 * Fills in what `value` does not say and its schema has a default for. A null that may not be one counts as unsaid. True:
 * there was something to fill in.
 */
export function setDefaults(value: JsonValue, node: SchemaNode | undefined): boolean {
  if (node === undefined) return false;
  if (Array.isArray(value)) return setDefaultsOfItems(value, node.items);
  if (!isJsonObject(value)) return false;
  let changed = false;
  for (const [key, property] of node.properties) {
    if (property.default === undefined) continue;
    if (Object.hasOwn(value, key) && (value[key] !== null || property.nullable)) continue;
    value[key] = defaultOf(property);
    changed = true;
  }
  const others = additionalNode(node);
  for (const key of Object.keys(value)) {
    const property = node.properties.get(key);
    if (property === undefined && others !== undefined && value[key] === null && !others.nullable) {
      value[key] = defaultOf(others);
      changed ||= value[key] !== null;
    }
    if (setDefaults(value[key] ?? null, property ?? others)) changed = true;
  }
  return changed;
}

function setDefaultsOfItems(list: JsonValue[], items: SchemaNode | undefined): boolean {
  if (items === undefined) return false;
  let changed = false;
  for (const [index, item] of list.entries()) {
    if (item === null && !items.nullable) {
      list[index] = defaultOf(items);
      changed ||= list[index] !== null;
    }
    if (setDefaults(list[index] ?? null, items)) changed = true;
  }
  return changed;
}

const defaultOf = (node: SchemaNode): JsonValue => (node.default === undefined ? null : cloneJson(node.default));

/** Removes nulls where null may not be, and no default can take its place. True: there were some. */
export function dropNulls(value: JsonValue, node: SchemaNode | undefined): boolean {
  let changed = false;
  if (Array.isArray(value)) {
    for (const item of value) if (dropNulls(item, node?.items)) changed = true;
    return changed;
  }
  if (!isJsonObject(value)) return false;
  for (const key of Object.keys(value)) {
    const property = node?.properties.get(key) ?? (node === undefined ? undefined : additionalNode(node));
    const item = value[key] ?? null;
    if (item === null && property !== undefined && !property.nullable && property.default === undefined) {
      delete value[key];
      changed = true;
    } else if (dropNulls(item, property)) changed = true;
  }
  return changed;
}

import { cloneJson } from '../json/clone.ts';
import { isJsonObject, type JsonValue } from '../json-value.ts';
import { additionalNode, type SchemaNode } from './schema-node.ts';

/** Fills in what `value` does not say and its schema has a default for. A null that may not be one counts as unsaid. */
export function setDefaults(value: JsonValue, node: SchemaNode | undefined): void {
  if (node === undefined) return;
  if (Array.isArray(value)) {
    const { items } = node;
    if (items === undefined) return;
    for (const [index, item] of value.entries()) {
      if (item === null && !items.nullable) value[index] = defaultOf(items);
      setDefaults(value[index] ?? null, items);
    }
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [key, property] of node.properties) {
    if (property.default === undefined) continue;
    if (!Object.hasOwn(value, key) || (value[key] === null && !property.nullable)) value[key] = defaultOf(property);
  }
  const others = additionalNode(node);
  for (const key of Object.keys(value)) {
    const property = node.properties.get(key);
    if (property !== undefined) setDefaults(value[key] ?? null, property);
    else if (others !== undefined) {
      if (value[key] === null && !others.nullable) value[key] = defaultOf(others);
      setDefaults(value[key] ?? null, others);
    }
  }
}

const defaultOf = (node: SchemaNode): JsonValue => (node.default === undefined ? null : cloneJson(node.default));

/** Removes nulls where null may not be, and no default can take its place. */
export function dropNulls(value: JsonValue, node: SchemaNode | undefined): void {
  if (Array.isArray(value)) {
    for (const item of value) dropNulls(item, node?.items);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const key of Object.keys(value)) {
    const property = node?.properties.get(key) ?? (node === undefined ? undefined : additionalNode(node));
    const item = value[key] ?? null;
    if (item === null && property !== undefined && !property.nullable && property.default === undefined) {
      delete value[key];
    } else dropNulls(item, property);
  }
}

import { compareText } from '../compare-text.ts';
import { duplicateValue, type FieldError, invalidValue, maxFieldErrors } from '../field-error.ts';
import { encodeJson } from '../json/encode.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import { additionalNode, type SchemaNode } from './schema-node.ts';

/** What is there twice in lists of type `set`, and in those of type `map` by their keys. */
export function repeatedItems(object: JsonObject, node: SchemaNode): FieldError[] {
  const errors: FieldError[] = [];
  lookAt(object, node, '', errors);
  return errors;
}

function lookAt(value: JsonValue, node: SchemaNode, path: string, errors: FieldError[]): void {
  if (errors.length >= maxFieldErrors) return;
  if (Array.isArray(value)) {
    if (node.listType === 'set') for (const index of repeated(value)) addRepeated(errors, path, index, value[index]);
    if (node.listType === 'map') lookAtKeys(value, node.listMapKeys, path, errors);
    const { items } = node;
    if (items === undefined || typeof value[0] !== 'object') return;
    for (const [index, item] of value.entries()) lookAt(item, items, `${path}[${index}]`, errors);
  } else if (isJsonObject(value)) {
    const others = additionalNode(node);
    for (const key of Object.keys(value)) {
      const item = value[key] ?? null;
      if (typeof item !== 'object' || item === null) continue;
      if (others !== undefined) lookAt(item, others, `${path}[${key}]`, errors);
      const property = node.properties.get(key);
      if (property !== undefined) lookAt(item, property, path === '' ? key : `${path}.${key}`, errors);
    }
  }
}

const addRepeated = (errors: FieldError[], path: string, index: number, value: JsonValue | undefined): void => {
  errors.push(duplicateValue(`${path}[${index}]`, value ?? null));
};

function lookAtKeys(list: readonly JsonValue[], names: readonly string[], path: string, errors: FieldError[]): void {
  const wrong = list.findIndex((item) => item !== null && !isJsonObject(item));
  if (wrong >= 0) {
    const why = 'must be an object for an array of list-type map';
    errors.push(invalidValue(`${path}[${wrong}]`, list[wrong] ?? null, why));
    return;
  }
  const keys = list.map((item) => keyOf(item, names));
  for (const index of repeated(keys)) addRepeated(errors, path, index, keys[index]);
}

function keyOf(item: JsonValue, names: readonly string[]): JsonObject {
  const key: JsonObject = {};
  if (!isJsonObject(item)) return key;
  for (const name of [...names].sort(compareText)) {
    if (Object.hasOwn(item, name)) key[name] = item[name] ?? null;
  }
  return key;
}

/** Where each value that is there more than once is for the second time. Linear. */
function repeated(list: readonly JsonValue[]): number[] {
  if (list.length < 2) return [];
  const times = new Map<JsonValue, number>();
  const found: number[] = [];
  for (const [index, item] of list.entries()) {
    const key =
      typeof item === 'object' && item !== null ? `:${canonical(item)}` : typeof item === 'string' ? `"${item}` : item;
    const seen = times.get(key) ?? 0;
    if (seen === 1) found.push(index);
    times.set(key, seen + 1);
  }
  return found;
}

/** The same text for the same value, whatever the order of its keys. */
function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isJsonObject(value)) return encodeJson(value);
  const keys = Object.keys(value).sort(compareText);
  return `{${keys.map((key) => `${encodeJson(key)}:${canonical(value[key] ?? null)}`).join()}}`;
}

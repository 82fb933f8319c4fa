import { goQuote } from '../go-quote.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import type { SchemaNode } from '../structural/schema-node.ts';

/** Finds what an item of a list replaces: in lists of type `map`, the first old item with the same keys. */
export type OldItems = (item: JsonValue) => JsonValue | undefined;

const none: OldItems = () => undefined;

export function oldItems({ type, listType, listMapKeys }: SchemaNode, old: JsonValue | undefined): OldItems {
  if (type !== 'array' || listType !== 'map' || listMapKeys.length === 0) return none;
  if (!Array.isArray(old) || old.length === 0) return none;
  let index: Map<string, JsonValue> | undefined;
  return (item) => {
    const key = keyOf(item, listMapKeys);
    if (key === undefined) return undefined;
    index ??= indexOf(old, listMapKeys);
    return index.get(key);
  };
}

function indexOf(items: readonly JsonValue[], names: readonly string[]): Map<string, JsonValue> {
  const index = new Map<string, JsonValue>();
  for (const item of items) {
    const key = keyOf(item, names);
    if (key !== undefined && !index.has(key)) index.set(key, item);
  }
  return index;
}

/** Undefined for what has not all of its keys. */
function keyOf(item: JsonValue, names: readonly string[]): string | undefined {
  if (!isJsonObject(item)) return undefined;
  let key = '';
  for (const name of names) {
    const part = partOf(item, name);
    if (part === undefined) return undefined;
    key += `${part}\0`;
  }
  return key;
}

function partOf(item: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(item, name) ? item[name] : undefined;
  if (typeof value === 'string') return goQuote(value);
  return value === undefined || typeof value === 'object' ? undefined : String(value);
}

import { isJsonObject, type JsonValue } from '../json-value.ts';
import type { ListType, MergeType } from './merge-type.ts';
import { keyElement, type PathElement, valueElement } from './path-element.ts';

/** An item that cannot be told from the others, or a value that is no scalar. */
export class ListItemError extends Error {
  override readonly name = 'ListItemError';
}

/**
 * A text of a format may be given as a list or a map, which no merge knows what to do with.
 * @throws {ListItemError}
 */
export function checkScalar({ kind }: MergeType, value: JsonValue | undefined): void {
  if (kind === 'scalar' && typeof value === 'object' && value !== null) throw new ListItemError('expected any scalar');
}

/**
 * What an item of a list that is owned item by item is called: by its keys, with their defaults where it has none, or by
 * its value.
 * @throws {ListItemError}
 */
export function elementOf({ keys, defaults }: ListType, item: JsonValue): PathElement {
  if (keys.length === 0) return setElement(item);
  if (item === null) throw new ListItemError('associative list with keys may not have a null element');
  if (!isJsonObject(item)) throw new ListItemError('associative list with keys may not have non-map elements');
  const found: [string, JsonValue][] = [];
  for (const key of keys) {
    const value = Object.hasOwn(item, key) ? item[key] : defaults[key];
    if (value !== undefined) found.push([key, value]);
  }
  if (found.length === 0) {
    const names = keys.map((key) => `"${key}"`).join(' ');
    throw new ListItemError(
      `associative list with keys has an element that omits all key fields [${names}] ` +
        "(and doesn't have default values for any key fields)",
    );
  }
  return keyElement(found);
}

function setElement(item: JsonValue): PathElement {
  if (isJsonObject(item)) throw new ListItemError("associative list without keys has an element that's a map type");
  if (Array.isArray(item)) throw new ListItemError('not supported: associative list with lists as elements');
  if (item === null) {
    throw new ListItemError("associative list without keys has an element that's an explicit null");
  }
  return valueElement(item);
}

/** The items of a list under what they are called; what is no list has none. Several under one name are kept in order. */
export function itemsByElement(type: ListType, list: JsonValue | undefined): Map<PathElement, JsonValue[]> {
  const items = new Map<PathElement, JsonValue[]>();
  if (!Array.isArray(list)) return items;
  for (const item of list) {
    const element = elementOf(type, item);
    const same = items.get(element);
    if (same === undefined) items.set(element, [item]);
    else same.push(item);
  }
  return items;
}

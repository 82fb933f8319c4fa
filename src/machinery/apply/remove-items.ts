import { emptyObject } from '../json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import { below, type FieldSet, hasBelow, hasItself } from './field-set.ts';
import { elementOf } from './list-item.ts';
import { deduced, type MergeType, resolved, typeUnder } from './merge-type.ts';
import { fieldElement } from './path-element.ts';

/**
 * The object without the fields and items of `set`. What is left without anything in it becomes null.
 * @throws {ListItemError}
 */
export function removeItems(type: MergeType, object: JsonObject, set: FieldSet): JsonObject {
  const left = remove(type, object, set);
  return isJsonObject(left) ? left : emptyObject();
}

function remove(declared: MergeType, value: JsonValue, set: FieldSet): JsonValue {
  const type = resolved(declared, value);
  if (type.kind === 'scalar') return value;
  if (type.atomic) return null;
  if (type.kind === 'list') {
    if (!Array.isArray(value)) return null;
    const items: JsonValue[] = [];
    for (const item of value) {
      const element = elementOf(type, item);
      if (hasItself(set, element)) continue;
      items.push(hasBelow(set, element) ? remove(type.items, item, below(set, element)) : item);
    }
    return items.length === 0 ? null : items;
  }
  if (!isJsonObject(value)) return null;
  const kept = emptyObject();
  for (const key of Object.keys(value)) {
    const element = fieldElement(key);
    if (hasItself(set, element)) continue;
    const inner = value[key] ?? null;
    kept[key] = hasBelow(set, element) ? remove(typeUnder(type, key) ?? deduced, inner, below(set, element)) : inner;
  }
  return Object.keys(kept).length === 0 ? null : kept;
}

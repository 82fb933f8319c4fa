import { isJsonObject, type JsonValue } from '../json-value.ts';
import { type FieldSet, member, newDraft } from './field-set.ts';
import { checkScalar, itemsByElement } from './list-item.ts';
import { deduced, type MergeType, resolved, typeUnder } from './merge-type.ts';
import { fieldElement, self } from './path-element.ts';

/**
 * The node of a value that came, or went, with everything in it: each part is a member and so is what holds parts.
 * @throws {ListItemError}
 */
export function nodeOfWhole(declared: MergeType, value: JsonValue): FieldSet {
  const type = resolved(declared, value);
  checkScalar(type, value);
  if (type.atomic) return member;
  const parts = newDraft();
  parts[self] = member;
  let some = false;
  if (type.kind === 'list') {
    for (const [element, items] of itemsByElement(type, value)) {
      some = true;
      parts[element] = items.length > 1 ? member : nodeOfWhole(type.items, items[0] ?? null);
    }
  } else if (isJsonObject(value)) {
    for (const key of Object.keys(value)) {
      const inner = typeUnder(type, key) ?? deduced;
      if (inner.kind === 'ignored') continue;
      some = true;
      parts[fieldElement(key)] = nodeOfWhole(inner, value[key] ?? null);
    }
  }
  return some ? parts : member;
}

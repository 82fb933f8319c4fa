import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import { emptySet, type FieldSet, isEmpty, member, newDraft } from './field-set.ts';
import { elementOf } from './list-item.ts';
import { deduced, type ListType, type MergeType, resolved, typeUnder } from './merge-type.ts';
import { fieldElement, self } from './path-element.ts';

/**
 * What somebody who applies `object` owns: every value that is owned as a whole, items of lists and entries of maps, but
 * not the structs around them.
 * @throws {ListItemError}
 */
export const fieldSetOf = (type: MergeType, object: JsonObject): FieldSet => nodeOf(type, object, false) ?? emptySet;

/** `owned`: he owns it in any case, whatever is in it. Undefined: nothing of it is owned. */
function nodeOf(declared: MergeType, value: JsonValue, owned: boolean): FieldSet | undefined {
  const type = resolved(declared, value);
  if (type.kind === 'ignored') return undefined;
  if (type.atomic) return member;
  const node = newDraft();
  if (owned) node[self] = member;
  let some = false;
  const add = (element: string, part: FieldSet | undefined): void => {
    if (part === undefined) return;
    some = true;
    node[element] = part;
  };
  if (type.kind === 'list') {
    if (Array.isArray(value)) addItems(type, value, add);
  } else if (isJsonObject(value)) {
    for (const key of Object.keys(value)) {
      const inner = value[key] ?? null;
      const isField = type.kind === 'struct' && type.fields.has(key);
      const ownsIt = !isField || inner === null || (isJsonObject(inner) && isEmpty(inner as FieldSet));
      add(fieldElement(key), nodeOf(typeUnder(type, key) ?? deduced, inner, ownsIt));
    }
  }
  return some ? node : owned ? member : undefined;
}

function addItems(
  type: ListType,
  list: readonly JsonValue[],
  add: (element: string, part: FieldSet | undefined) => void,
): void {
  const seen = new Set<string>();
  for (const item of list) {
    const element = elementOf(type, item);
    // What is there twice is owned as one.
    add(element, seen.has(element) ? member : nodeOf(type.items, item, true));
    seen.add(element);
  }
}

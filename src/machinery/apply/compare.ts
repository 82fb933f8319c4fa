import { hasEmptied, holdsEmptied } from '../json/emptied.ts';
import { jsonEqual } from '../json/json-equal.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import { type FieldSet, graft, isEmpty, member, newDraft } from './field-set.ts';
import { checkScalar, itemsByElement } from './list-item.ts';
import { deduced, type ListType, type MergeType, resolved, typeUnder } from './merge-type.ts';
import { nodeOfWhole } from './owned-whole.ts';
import { fieldElement, type PathElement } from './path-element.ts';

/** What makes one object another. A field is in one of the three at most. */
export interface Comparison {
  readonly removed: FieldSet;
  readonly modified: FieldSet;
  readonly added: FieldSet;
}

export const isSame = ({ removed, modified, added }: Comparison): boolean =>
  isEmpty(removed) && isEmpty(modified) && isEmpty(added);

/** The same comparison of what `filter` lets through. */
export const filtered = (
  { removed, modified, added }: Comparison,
  filter: (set: FieldSet) => FieldSet,
): Comparison => ({ removed: filter(removed), modified: filter(modified), added: filter(added) });

/**
 * Compares two objects of a type. Costs little more than a look at both where they are alike: paths are only made of what
 * differs. A part that is there twice in a list counts as one that is owned as a whole.
 * @throws {ListItemError}
 */
export function compare(type: MergeType, before: JsonObject, after: JsonObject): Comparison {
  const walk = new Walk(holdsEmptied(after));
  walk.parts(resolved(type, after), before, after);
  return walk;
}

class Walk implements Comparison {
  readonly removed = newDraft();
  readonly modified = newDraft();
  readonly added = newDraft();
  readonly #path: PathElement[] = [];
  /** Something in what comes was given empty, and is left out. */
  readonly #emptied: boolean;

  constructor(emptied: boolean) {
    this.#emptied = emptied;
  }

  /** Both are there, and are owned in parts. */
  parts(type: MergeType, before: JsonValue, after: JsonValue): void {
    if (type.kind === 'list') return this.#list(type, before, after);
    const left = isJsonObject(before) ? before : undefined;
    const right = isJsonObject(after) ? after : undefined;
    if (hasNoKeys(left) && hasNoKeys(right)) return this.#whole(before, after);
    for (const key in left) this.#field(type, key, left[key], valueAt(right, key));
    for (const key in right) if (valueAt(left, key) === undefined) this.#field(type, key, undefined, right[key]);
  }

  #field(type: MergeType, key: string, before: JsonValue | undefined, after: JsonValue | undefined): void {
    if (before === after) return;
    const inner = typeUnder(type, key) ?? deduced;
    if (inner.kind === 'ignored') return;
    this.#path.push(fieldElement(key));
    this.#value(inner, before, after);
    this.#path.pop();
  }

  #value(declared: MergeType, before: JsonValue | undefined, after: JsonValue | undefined): void {
    checkScalar(declared, after);
    if (before === undefined) {
      if (after !== undefined) graft(this.added, this.#path, nodeOfWhole(declared, after));
      return;
    }
    if (after === undefined) return graft(this.removed, this.#path, nodeOfWhole(declared, before));
    const [was, is] = [resolved(declared, before), resolved(declared, after)];
    if (was.kind !== is.kind) return this.#otherKind(was, before, is, after);
    if (is.atomic) return this.#whole(before, after);
    this.parts(is, before, after);
  }

  #whole(before: JsonValue, after: JsonValue): void {
    if (!jsonEqual(before, after) || this.#hasEmptied(after)) graft(this.modified, this.#path, member);
  }

  /** Lists that are owned as a whole are compared as Go has them, to which an empty list in an item is not the same as none. */
  #hasEmptied(after: JsonValue): boolean {
    return this.#emptied && Array.isArray(after) && hasEmptied(after);
  }

  /** Of a deduced type, where a map may become something else: what it had in it goes, or comes. */
  #otherKind(was: MergeType, before: JsonValue, is: MergeType, after: JsonValue): void {
    if (!was.atomic)
      for (const key in before as JsonObject) this.#field(was, key, (before as JsonObject)[key], undefined);
    if (!is.atomic) for (const key in after as JsonObject) this.#field(is, key, undefined, (after as JsonObject)[key]);
    graft(this.modified, this.#path, member);
  }

  #list(type: ListType, before: JsonValue, after: JsonValue): void {
    if (hasNoItems(before) && hasNoItems(after)) return this.#whole(before, after);
    if (!this.#emptied && jsonEqual(before, after)) return;
    const [left, right] = [itemsByElement(type, before), itemsByElement(type, after)];
    for (const [element, items] of left) this.#items(type, element, items, right.get(element) ?? []);
    for (const [element, items] of right) if (!left.has(element)) this.#items(type, element, [], items);
  }

  #items(type: ListType, element: PathElement, before: readonly JsonValue[], after: readonly JsonValue[]): void {
    this.#path.push(element);
    if (before.length < 2 && after.length < 2) this.#value(type.items, before[0], after[0]);
    else if (before.length > 1 && after.length > 1) this.#whole([...before], [...after]);
    else if (before.length > 1) {
      if (after[0] !== undefined) this.#value(type.items, undefined, after[0]);
      graft(this.removed, this.#path, member);
    } else {
      if (before[0] !== undefined) this.#value(type.items, before[0], undefined);
      graft(this.added, this.#path, member);
    }
    this.#path.pop();
  }
}

const valueAt = (object: JsonObject | undefined, key: string): JsonValue | undefined =>
  object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;

function hasNoKeys(object: JsonObject | undefined): boolean {
  for (const _ in object) return false;
  return true;
}

const hasNoItems = (value: JsonValue): boolean => !Array.isArray(value) || value.length === 0;

import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import { type FieldSet, graft, member, newDraft } from './field-set.ts';
import { elementOf } from './list-item.ts';
import { deduced, type ListType, type MergeType, resolved, typeUnder } from './merge-type.ts';
import { fieldElement, type PathElement } from './path-element.ts';

/**
 * What somebody who applies `object` owns: every value that is owned as a whole, items of lists and entries of maps, but
 * not the structs around them.
 * @throws {ListItemError}
 */
export function fieldSetOf(type: MergeType, object: JsonObject): FieldSet {
  const walk = new Walk();
  walk.value(type, object);
  return walk.set;
}

class Walk {
  readonly set = newDraft();
  readonly #path: PathElement[] = [];

  value(declared: MergeType, value: JsonValue): void {
    const type = resolved(declared, value);
    if (type.kind === 'ignored') return;
    if (type.atomic) this.#own();
    else if (type.kind === 'list') this.#list(type, value);
    else if (isJsonObject(value)) for (const key of Object.keys(value)) this.#field(type, key, value[key] ?? null);
  }

  #field(type: MergeType, key: string, value: JsonValue): void {
    this.#path.push(fieldElement(key));
    this.value(typeUnder(type, key) ?? deduced, value);
    const declared = type.kind === 'struct' && type.fields.has(key);
    if (!declared || value === null || (isJsonObject(value) && Object.keys(value).length === 0)) this.#own();
    this.#path.pop();
  }

  #list(type: ListType, list: JsonValue): void {
    if (!Array.isArray(list)) return;
    const elements = list.map((item) => elementOf(type, item));
    const times = new Map<PathElement, number>();
    for (const element of elements) times.set(element, (times.get(element) ?? 0) + 1);
    for (const [index, element] of elements.entries()) {
      this.#path.push(element);
      // What is there twice is owned as one.
      if (times.get(element) === 1) this.value(type.items, list[index] ?? null);
      this.#own();
      this.#path.pop();
    }
  }

  #own(): void {
    graft(this.set, this.#path, member);
  }
}

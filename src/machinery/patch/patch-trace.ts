import { emptyObject, type NumberLiterals } from '../json/parse.ts';
import type { JsonObject, JsonValue } from '../json-value.ts';

type Container = JsonObject | readonly JsonValue[];

/**
 * What a patch did to a document beside changing it, so that the result can be read and written as if it had been JSON text
 * all the time: which objects it looked into, what came with it, and how the numbers were written that came with it.
 */
export class PatchTrace {
  /** Objects that were looked into: the original makes maps of them, and writes those with their keys in order. */
  readonly opened = new Set<Container>();
  /** Objects and lists that came with the patch and were not looked into: they are written as they were given. */
  readonly given = new Set<Container>();
  readonly #literals = new Map<Container, Map<string | number, string>>();
  readonly #ofPatch: NumberLiterals | undefined;

  /** `ofPatch`: of the JSON that the patch was. */
  constructor(ofPatch: NumberLiterals | undefined) {
    this.#ofPatch = ofPatch;
  }

  /** Of the result. Undefined when there are none. */
  get literals(): NumberLiterals | undefined {
    return this.#literals.size === 0 ? undefined : this.#literals;
  }

  /** The entry `key` of `holder` is now what is under `fromKey` in `from`, a part of the patch. */
  moved(from: Container, fromKey: string | number, holder: Container, key: string | number): void {
    const literal = this.#ofPatch?.get(from)?.get(fromKey);
    if (literal === undefined) return;
    const own = this.#literals.get(holder);
    if (own === undefined) this.#literals.set(holder, new Map([[key, literal]]));
    else own.set(key, literal);
  }

  /** Items of a list have other places than before: of those that came with the patch nobody knows any more. */
  shifted(list: readonly JsonValue[]): void {
    this.#literals.delete(list);
  }

  /** The entry is another one, or gone. */
  changed(holder: Container, key: string | number): void {
    this.#literals.get(holder)?.delete(key);
  }
}

/** A copy of a part of the patch that shares nothing with it. */
export function tracedCopy(value: JsonValue, trace: PatchTrace | undefined): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const copy: JsonValue[] = [];
    for (const [index, item] of value.entries()) {
      copy.push(tracedCopy(item, trace));
      trace?.moved(value, index, copy, index);
    }
    return copy;
  }
  const copy = emptyObject();
  for (const key of Object.keys(value)) {
    copy[key] = tracedCopy(value[key] ?? null, trace);
    trace?.moved(value, key, copy, key);
  }
  return copy;
}

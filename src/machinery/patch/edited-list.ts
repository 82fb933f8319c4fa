import type { JsonValue } from '../json-value.ts';

/** Few enough to move on each change, many enough that a long list is few chunks. */
const chunkLength = 1_024;

/**
 * A long list while it is changed. A change in the middle moves the items of one chunk, where an array would move all that
 * stand behind: ten thousand changes of a list of a million would move ten billion.
 */
export class EditedList {
  readonly #chunks: JsonValue[][] = [];
  #length: number;

  constructor(items: readonly JsonValue[]) {
    this.#length = items.length;
    for (let from = 0; from < items.length; from += chunkLength)
      this.#chunks.push(items.slice(from, from + chunkLength));
  }

  get length(): number {
    return this.#length;
  }

  /** `index`: one that there is, as for all that follow but `insert`. */
  at(index: number): JsonValue {
    const { chunk, offset } = this.#find(index);
    return chunk[offset] ?? null;
  }

  set(index: number, value: JsonValue): void {
    const { chunk, offset } = this.#find(index);
    chunk[offset] = value;
  }

  /** `index`: at most the length. */
  insert(index: number, value: JsonValue): void {
    if (this.#chunks.length === 0) this.#chunks.push([]);
    const { at, chunk, offset } = this.#find(index);
    chunk.splice(offset, 0, value);
    this.#length++;
    if (chunk.length > 2 * chunkLength) this.#chunks.splice(at + 1, 0, chunk.splice(chunkLength));
  }

  remove(index: number): void {
    const { at, chunk, offset } = this.#find(index);
    chunk.splice(offset, 1);
    this.#length--;
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  *[Symbol.iterator](): Iterator<JsonValue> {
    for (const chunk of this.#chunks) yield* chunk;
  }

  #find(index: number): { readonly at: number; readonly chunk: JsonValue[]; readonly offset: number } {
    let offset = index;
    let at = 0;
    for (; at < this.#chunks.length - 1; at++) {
      const length = this.#chunks[at]?.length ?? 0;
      if (offset < length) break;
      offset -= length;
    }
    return { at, chunk: this.#chunks[at] ?? [], offset };
  }
}

import { keyOf } from './reflector.ts';

/** By what objects can be looked up: each may have any number of values. */
export type Indices<Read, Name extends string = string> = {
  readonly [Index in Name]: (object: Read) => readonly string[];
};

/** Objects by key, and by the values of functions of them. */
export class ObjectStore<Read> {
  readonly #objects = new Map<string, Read>();
  readonly #indices: Indices<Read>;
  /** Index → value → keys. */
  readonly #keys = new Map<string, Map<string, Set<string>>>();

  constructor(indices: Indices<Read>) {
    this.#indices = indices;
    for (const name of Object.keys(indices)) this.#keys.set(name, new Map());
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): Read | undefined {
    return this.#objects.get(key);
  }

  keys(): Iterable<string> {
    return this.#objects.keys();
  }

  list(): Read[] {
    return [...this.#objects.values()];
  }

  /** @throws {RangeError} for an index that there is not */
  by(index: string, value: string): Read[] {
    const keys = this.#keys.get(index);
    if (keys === undefined) throw new RangeError(`there is no index ${JSON.stringify(index)}`);
    return [...(keys.get(value) ?? [])].flatMap((key) => this.#objects.get(key) ?? []);
  }

  /** Returns what was there before. */
  put(object: Read): Read | undefined {
    const key = keyOf(object);
    const before = this.remove(key);
    this.#objects.set(key, object);
    for (const [name, valuesOf] of Object.entries(this.#indices)) {
      const index = this.#keys.get(name);
      for (const value of valuesOf(object)) {
        const keys = index?.get(value);
        if (keys === undefined) index?.set(value, new Set([key]));
        else keys.add(key);
      }
    }
    return before;
  }

  /** Returns what was there before. */
  remove(key: string): Read | undefined {
    const before = this.#objects.get(key);
    if (before === undefined) return undefined;
    this.#objects.delete(key);
    for (const [name, valuesOf] of Object.entries(this.#indices)) {
      const index = this.#keys.get(name);
      for (const value of valuesOf(before)) {
        const keys = index?.get(value);
        keys?.delete(key);
        if (keys?.size === 0) index?.delete(value);
      }
    }
    return before;
  }
}

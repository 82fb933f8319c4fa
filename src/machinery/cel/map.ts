import { CelMap, Double, Uint, type Value } from './value.ts';

/** Keys of other types are beyond those of ints, so that none equals another: uints, and doubles by their bits. */
const uints = 2n ** 65n;
const doubles = 2n ** 67n;
const bits = new DataView(new ArrayBuffer(8));

type Hashed = string | number | bigint | boolean;

/** Undefined when nothing can be found under such a value. */
function hashed(key: Value): Hashed | undefined {
  if (typeof key !== 'object') return key;
  if (key instanceof Uint) return uints + key.value;
  if (key instanceof Double) {
    if (Number.isNaN(key.value)) return undefined;
    bits.setFloat64(0, key.value + 0);
    return doubles + bits.getBigUint64(0);
  }
  return undefined;
}

/** The keys of other types that a number is equal to. */
function alike(key: Value): Hashed[] {
  if (key instanceof Double) {
    if (!Number.isInteger(key.value)) return [];
    const whole = BigInt(key.value);
    const asInt = Number.isSafeInteger(key.value) ? key.value : whole;
    return whole < 0n ? [asInt] : [asInt, uints + whole];
  }
  if (key instanceof Uint) {
    const near = Number(key.value);
    return [Number.isSafeInteger(near) ? near : key.value];
  }
  if (typeof key !== 'number' && typeof key !== 'bigint') return [];
  return key < 0 ? [] : [uints + BigInt(key)];
}

/** A map in memory. Entries stand in the order in which they were put. */
export class EntryMap extends CelMap {
  readonly #entries: ReadonlyMap<Hashed, readonly [Value, Value]>;

  constructor(entries: ReadonlyMap<Hashed, readonly [Value, Value]>) {
    super();
    this.#entries = entries;
  }

  override get size(): number {
    return this.#entries.size;
  }

  override find(key: Value): Value | undefined {
    const hash = hashed(key);
    if (hash === undefined) return undefined;
    const exact = this.#entries.get(hash);
    if (exact !== undefined) return exact[1];
    if (typeof key === 'string') return undefined;
    for (const other of alike(key)) {
      const entry = this.#entries.get(other);
      if (entry !== undefined) return entry[1];
    }
    return undefined;
  }

  override *keys(): Generator<Value> {
    for (const [key] of this.#entries.values()) yield key;
  }
}

/** Makes a map entry by entry. */
export class MapBuilder {
  readonly #entries = new Map<Hashed, readonly [Value, Value]>();

  /** False: no such value can be a key. The last of equal keys wins. */
  set(key: Value, value: Value): boolean {
    const hash = hashed(key);
    if (hash === undefined) return false;
    this.#entries.set(hash, [key, value]);
    return true;
  }

  delete(key: Value): void {
    const hash = hashed(key);
    if (hash !== undefined) this.#entries.delete(hash);
  }

  has(key: Value): boolean {
    const hash = hashed(key);
    return hash !== undefined && this.#entries.has(hash);
  }

  done(): EntryMap {
    return new EntryMap(this.#entries);
  }
}

export const emptyMap = new EntryMap(new Map());

/**
 * A map that a comprehension gathers, entry by entry. Several share what the last of them has, of which each sees what was
 * there when it was made: like the lists of `map`.
 */
export class GatheredMap extends CelMap {
  readonly #entries: Map<Hashed, readonly [Value, Value, number]>;
  override readonly size: number;

  constructor(entries: Map<Hashed, readonly [Value, Value, number]> = new Map(), size = 0) {
    super();
    this.#entries = entries;
    this.size = size;
  }

  override find(key: Value): Value | undefined {
    const hash = hashed(key);
    if (hash === undefined) return undefined;
    for (const one of [hash, ...alike(key)]) {
      const entry = this.#entries.get(one);
      if (entry !== undefined && entry[2] < this.size) return entry[1];
    }
    return undefined;
  }

  override *keys(): Generator<Value> {
    for (const [key, , at] of this.#entries.values()) {
      if (at < this.size) yield key;
    }
  }

  /** Undefined when it has such a key already, or there can be none. */
  with(key: Value, value: Value): GatheredMap | undefined {
    const hash = hashed(key);
    if (hash === undefined || this.find(key) !== undefined) return undefined;
    const isLast = this.#entries.size === this.size;
    const entries = isLast ? this.#entries : new Map([...this.#entries].filter(([, [, , at]]) => at < this.size));
    entries.set(hash, [key, value, this.size]);
    return new GatheredMap(entries, this.size + 1);
  }
}

import { createRequire } from 'node:module';

// The package is CommonJS with a default export, which bundlers and Node unwrap differently: require sees it as it is.
const { default: BTree } = createRequire(import.meta.url)('sorted-btree') as typeof import('sorted-btree');

const byKey = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * A map in key order with O(1) copy-on-write clones, over a B-tree.
 *
 * Keys compare by UTF-16 code unit, which for ASCII (all that Kubernetes keys can hold) is byte order.
 * get, set, delete are O(log n); a clone is O(1) and makes the next writes on either side copy the nodes they touch.
 * Ranges are half-open: `from` is included, `to` is not; `undefined` means unbounded.
 * Writing to a map while it is being visited is not allowed: clone it first.
 */
export class OrderedMap<V> {
  readonly #tree: InstanceType<typeof BTree<string, V>>;

  constructor(tree?: InstanceType<typeof BTree<string, V>>) {
    this.#tree = tree ?? new BTree<string, V>(undefined, byKey);
  }

  get size(): number {
    return this.#tree.size;
  }

  get(key: string): V | undefined {
    return this.#tree.get(key);
  }

  set(key: string, value: V): void {
    this.#tree.set(key, value);
  }

  /** True when the key was there. */
  delete(key: string): boolean {
    return this.#tree.delete(key);
  }

  clone(): OrderedMap<V> {
    return new OrderedMap<V>(this.#tree.clone());
  }

  /** Calls `visit` in key order until it returns `false`. */
  visit(from: string | undefined, to: string | undefined, visit: (value: V, key: string) => boolean | void): void {
    const low = from ?? this.#tree.minKey();
    const high = to ?? this.#tree.maxKey();
    if (low === undefined || high === undefined || low > high) return;
    this.#tree.forRange(low, high, to === undefined, (key, value) =>
      visit(value, key) === false ? { break: true } : undefined,
    );
  }

  /** How many keys are in the range: a walk over its leaves, O(result). */
  count(from: string | undefined, to: string | undefined): number {
    const low = from ?? this.#tree.minKey();
    const high = to ?? this.#tree.maxKey();
    // The package counts an inverted range as negative.
    if (low === undefined || high === undefined || low > high) return 0;
    return this.#tree.forRange(low, high, to === undefined);
  }
}

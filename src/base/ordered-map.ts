import { Branch, Leaf, maxWidth, type Node, type Visit } from './tree-node.ts';

/**
 * A map in key order with O(1) copy-on-write clones: a B+ tree whose branches know how many keys are under them.
 *
 * Keys compare by UTF-16 code unit, which up to U+D7FF (all that keys of objects can hold) is byte order.
 * get, set, delete and count are O(log n); a clone is O(1) and makes the next writes on either side copy the nodes they
 * touch. Filled in key order, its leaves are full.
 * Ranges are half-open: `from` is included, `to` is not; `undefined` means unbounded.
 * Writing to a map while it is being visited is not allowed: clone it first.
 */
export class OrderedMap<V> {
  #root: Node<V>;
  /** Nodes with this owner are this map's alone; all others are shared with clones and copied before they are written to. */
  #owner: object = {};

  constructor() {
    this.#root = new Leaf<V>(this.#owner, [], []);
  }

  get size(): number {
    return this.#root.size;
  }

  get(key: string): V | undefined {
    return this.#root.get(key);
  }

  set(key: string, value: V): void {
    const root = this.#root.ownedBy(this.#owner);
    root.set(key, value);
    this.#root = root.width <= maxWidth ? root : Branch.over(this.#owner, root, root.split(key));
  }

  /** True when the key was there. */
  delete(key: string): boolean {
    if (!this.#root.has(key)) return false;
    let root = this.#root.ownedBy(this.#owner);
    root.delete(key);
    for (let only = root.onlyChild; only !== undefined; only = root.onlyChild) root = only;
    this.#root = root;
    return true;
  }

  clone(): OrderedMap<V> {
    const clone = new OrderedMap<V>();
    clone.#root = this.#root;
    this.#owner = {};
    return clone;
  }

  /** Calls `visit` in key order until it returns `false`. */
  visit(from: string | undefined, to: string | undefined, visit: Visit<V>): void {
    if (from !== undefined && to !== undefined && from >= to) return;
    this.#root.visit(from, to, visit);
  }

  /** How many keys are in the range: O(log n). */
  count(from: string | undefined, to: string | undefined): number {
    const before = from === undefined ? 0 : this.#root.rank(from);
    const until = to === undefined ? this.#root.size : this.#root.rank(to);
    return Math.max(0, until - before);
  }
}

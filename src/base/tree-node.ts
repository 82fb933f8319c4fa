/** Returns `false` to stop. */
export type Visit<V> = (value: V, key: string) => boolean | void;

/**
 * A node of the B+ tree behind OrderedMap. `set`, `delete`, `split` and `append` write to it: only on what `ownedBy` gave.
 * A node may grow one wider than `maxWidth`; whoever called `set` splits it then.
 */
export interface Node<V> {
  /** Keys under it. */
  readonly size: number;
  /** Keys or children of its own. */
  readonly width: number;
  /** A bound of all keys under it, valid for a node that `split` has just made. */
  readonly firstKey: string;
  /** What is left of a tree whose root has one child. */
  readonly onlyChild: Node<V> | undefined;
  get(key: string): V | undefined;
  has(key: string): boolean;
  /** How many keys under it are below `key`. */
  rank(key: string): number;
  /** False when `visit` said so. */
  visit(from: string | undefined, to: string | undefined, visit: Visit<V>): boolean;
  /** Itself if it is the owner's already, else a copy that is. Children are shared until they are written to. */
  ownedBy(owner: object): Node<V>;
  set(key: string, value: V): void;
  /** `key` must be under it. */
  delete(key: string): void;
  /** Takes its upper part off. `key` made it too wide: keys that come in order leave full nodes behind. */
  split(key: string): Node<V>;
  /** Takes over what the next node has; no key of that is below `bound`. Both are of one kind. */
  append(next: Node<V>, bound: string): void;
}

export const maxWidth = 32;
/** A node narrower than this is joined with a neighbour when the two together are not wide. */
const minWidth = maxWidth / 4;
const joinedWidth = (maxWidth * 3) / 4;

export class Leaf<V> implements Node<V> {
  readonly #owner: object;
  readonly #keys: string[];
  readonly #values: V[];

  /** The arrays are its own from now on. */
  constructor(owner: object, keys: string[], values: V[]) {
    this.#owner = owner;
    this.#keys = keys;
    this.#values = values;
  }

  get size(): number {
    return this.#keys.length;
  }

  get width(): number {
    return this.#keys.length;
  }

  get firstKey(): string {
    return this.#keys[0] ?? '';
  }

  get onlyChild(): undefined {
    return undefined;
  }

  get(key: string): V | undefined {
    const at = firstAtLeast(this.#keys, key);
    return this.#keys[at] === key ? this.#values[at] : undefined;
  }

  has(key: string): boolean {
    return this.#keys[firstAtLeast(this.#keys, key)] === key;
  }

  rank(key: string): number {
    return firstAtLeast(this.#keys, key);
  }

  visit(from: string | undefined, to: string | undefined, visit: Visit<V>): boolean {
    const keys = this.#keys;
    const values = this.#values;
    const end = to === undefined ? keys.length : firstAtLeast(keys, to);
    for (let at = from === undefined ? 0 : firstAtLeast(keys, from); at < end; at++) {
      if (visit(values[at] as V, keys[at] as string) === false) return false;
    }
    return true;
  }

  ownedBy(owner: object): Leaf<V> {
    return this.#owner === owner ? this : new Leaf(owner, this.#keys.slice(), this.#values.slice());
  }

  set(key: string, value: V): void {
    const at = firstAtLeast(this.#keys, key);
    if (this.#keys[at] === key) {
      // The old key is the same text, but other memory.
      this.#keys[at] = key;
      this.#values[at] = value;
      return;
    }
    this.#keys.splice(at, 0, key);
    this.#values.splice(at, 0, value);
  }

  delete(key: string): void {
    const at = firstAtLeast(this.#keys, key);
    this.#keys.splice(at, 1);
    this.#values.splice(at, 1);
  }

  split(key: string): Leaf<V> {
    const at = this.#keys.at(-1) === key ? maxWidth : maxWidth / 2;
    return new Leaf(this.#owner, this.#keys.splice(at), this.#values.splice(at));
  }

  append(next: Leaf<V>): void {
    this.#keys.push(...next.#keys);
    this.#values.push(...next.#values);
  }
}

export class Branch<V> implements Node<V> {
  readonly #owner: object;
  /** No key of child i is below bound i, or reaches bound i + 1. The first is never looked at. */
  readonly #bounds: string[];
  readonly #children: Node<V>[];
  #size = 0;

  private constructor(owner: object, bounds: string[], children: Node<V>[]) {
    this.#owner = owner;
    this.#bounds = bounds;
    this.#children = children;
    for (const { size } of children) this.#size += size;
  }

  /** Over a node and what was split off it. */
  static over<V>(owner: object, left: Node<V>, right: Node<V>): Branch<V> {
    return new Branch(owner, [left.firstKey, right.firstKey], [left, right]);
  }

  get size(): number {
    return this.#size;
  }

  get width(): number {
    return this.#children.length;
  }

  get firstKey(): string {
    return this.#bounds[0] ?? '';
  }

  get onlyChild(): Node<V> | undefined {
    return this.#children.length === 1 ? this.#children[0] : undefined;
  }

  get(key: string): V | undefined {
    return this.#child(this.#placeOf(key)).get(key);
  }

  has(key: string): boolean {
    return this.#child(this.#placeOf(key)).has(key);
  }

  rank(key: string): number {
    const at = this.#placeOf(key);
    let below = this.#child(at).rank(key);
    for (let i = 0; i < at; i++) below += this.#child(i).size;
    return below;
  }

  visit(from: string | undefined, to: string | undefined, visit: Visit<V>): boolean {
    const first = from === undefined ? 0 : this.#placeOf(from);
    const last = to === undefined ? this.#children.length - 1 : this.#placeOf(to);
    for (let at = first; at <= last; at++) {
      const low = at === first ? from : undefined;
      const high = at === last ? to : undefined;
      if (!this.#child(at).visit(low, high, visit)) return false;
    }
    return true;
  }

  ownedBy(owner: object): Branch<V> {
    return this.#owner === owner ? this : new Branch(owner, this.#bounds.slice(), this.#children.slice());
  }

  set(key: string, value: V): void {
    const at = this.#placeOf(key);
    const child = this.#ownedChild(at);
    const before = child.size;
    child.set(key, value);
    this.#size += child.size - before;
    if (child.width <= maxWidth) return;
    const right = child.split(key);
    this.#bounds.splice(at + 1, 0, right.firstKey);
    this.#children.splice(at + 1, 0, right);
  }

  delete(key: string): void {
    const at = this.#placeOf(key);
    const child = this.#ownedChild(at);
    child.delete(key);
    this.#size--;
    if (child.width >= minWidth) return;
    if (child.width === 0) this.#remove(at);
    else if (!this.#join(at - 1)) this.#join(at);
  }

  split(key: string): Branch<V> {
    const at = key >= (this.#bounds.at(-1) ?? '') ? maxWidth : maxWidth / 2;
    const right = new Branch(this.#owner, this.#bounds.splice(at), this.#children.splice(at));
    this.#size -= right.size;
    return right;
  }

  append(next: Branch<V>, bound: string): void {
    this.#bounds.push(bound, ...next.#bounds.slice(1));
    this.#children.push(...next.#children);
    this.#size += next.size;
  }

  #child(at: number): Node<V> {
    return this.#children[at] as Node<V>;
  }

  #ownedChild(at: number): Node<V> {
    return (this.#children[at] = this.#child(at).ownedBy(this.#owner));
  }

  /** The only child that can have `key`. */
  #placeOf(key: string): number {
    const bounds = this.#bounds;
    let low = 1;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((bounds[middle] as string) <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Joins the children at and behind `at` if both are there and narrow enough together. */
  #join(at: number): boolean {
    const next = this.#children[at + 1];
    if (at < 0 || next === undefined || this.#child(at).width + next.width > joinedWidth) return false;
    this.#ownedChild(at).append(next, this.#bounds[at + 1] as string);
    this.#remove(at + 1);
    return true;
  }

  #remove(at: number): void {
    this.#bounds.splice(at, 1);
    this.#children.splice(at, 1);
  }
}

/** The index of the first of `keys`, which are in order, that is not below `key`. */
function firstAtLeast(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

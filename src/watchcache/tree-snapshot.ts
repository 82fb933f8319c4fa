import type { OrderedMap } from '../base/ordered-map.ts';
import type { Revision } from '../base/revision.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { Snapshot } from './snapshot.ts';

/** All objects of a tree that nobody writes to any more, as long as somebody keeps the tree. */
const whole = new WeakMap<OrderedMap<StoredObject>, readonly StoredObject[]>();

/** A {@link Snapshot} over a tree that nobody writes to any more. */
export class TreeSnapshot implements Snapshot {
  readonly revision: Revision;
  readonly #tree: OrderedMap<StoredObject>;

  constructor(revision: Revision, tree: OrderedMap<StoredObject>) {
    this.revision = revision;
    this.#tree = tree;
  }

  get size(): number {
    return this.#tree.size;
  }

  get(key: string): StoredObject | undefined {
    return this.#tree.get(key);
  }

  visit(from: string | undefined, to: string | undefined, visit: (object: StoredObject) => boolean | void): void {
    this.#tree.visit(from, to, visit);
  }

  objects(from: string | undefined, to: string | undefined): readonly StoredObject[] {
    const count = this.#tree.count(from, to);
    const known = count === this.size ? whole.get(this.#tree) : undefined;
    if (known !== undefined) return known;
    const objects: StoredObject[] = [];
    this.#tree.visit(from, to, (object) => void objects.push(object));
    if (count === this.size) whole.set(this.#tree, objects);
    return objects;
  }

  count(from: string | undefined, to: string | undefined): number {
    return this.#tree.count(from, to);
  }
}

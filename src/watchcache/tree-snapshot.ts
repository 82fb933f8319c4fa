import type { OrderedMap } from '../base/ordered-map.ts';
import type { Revision } from '../base/revision.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { Snapshot } from './snapshot.ts';

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

  count(from: string | undefined, to: string | undefined): number {
    return this.#tree.count(from, to);
  }
}

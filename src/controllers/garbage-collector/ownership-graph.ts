import type { OwnerReference, Ownership } from './ownership.ts';

/** An object that names owners. */
export interface Dependent {
  /** Where it is stored. */
  readonly key: string;
  /** '' of one without. */
  readonly namespace: string;
  readonly uid: string;
  readonly owners: readonly OwnerReference[];
  /** See Ownership. */
  readonly ownersText: string;
  readonly deletesDependents: boolean;
}

const nobody: ReadonlyMap<string, Dependent> = new Map();

/**
 * Who depends on whom: every object with owners, by its key, and under the uid of each of these, whether there is such an
 * owner or not. Takes what objects with owners take, and nothing for others.
 */
export class OwnershipGraph {
  readonly #byKey = new Map<string, Dependent>();
  /** By the uid of the owner, then by the dependent's key. */
  readonly #byOwner = new Map<string, Map<string, Dependent>>();

  /** How many objects have owners. */
  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): Dependent | undefined {
    return this.#byKey.get(key);
  }

  values(): Iterable<Dependent> {
    return this.#byKey.values();
  }

  /** Those that name the owner with this uid, by key. */
  dependentsOf(uid: string): ReadonlyMap<string, Dependent> {
    return this.#byOwner.get(uid) ?? nobody;
  }

  /** Those of them that its owner waits for. */
  *blocking(uid: string): Iterable<Dependent> {
    for (const dependent of this.dependentsOf(uid).values()) {
      if (dependent.owners.some((owner) => owner.uid === uid && owner.blockOwnerDeletion)) yield dependent;
    }
  }

  /** The object under `key` as it is now; without owners it is none of ours. What was known of it before. */
  put(key: string, namespace: string, ownership: Ownership | undefined): Dependent | undefined {
    const known = this.#byKey.get(key);
    if (known !== undefined && ownership !== undefined && isSame(known, ownership)) return known;
    const before = this.delete(key);
    if (ownership === undefined || ownership.owners.length === 0) return before;
    const { uid, owners, ownersText, deletesDependents } = ownership;
    const dependent: Dependent = { key, namespace, uid, owners, ownersText, deletesDependents };
    this.#byKey.set(key, dependent);
    for (const owner of owners) {
      const dependents = this.#byOwner.get(owner.uid);
      if (dependents === undefined) this.#byOwner.set(owner.uid, new Map([[key, dependent]]));
      else dependents.set(key, dependent);
    }
    return before;
  }

  /** There is no such object any more. What was known of it. */
  delete(key: string): Dependent | undefined {
    const before = this.#byKey.get(key);
    if (before === undefined) return undefined;
    this.#byKey.delete(key);
    for (const { uid } of before.owners) {
      const dependents = this.#byOwner.get(uid);
      dependents?.delete(key);
      if (dependents?.size === 0) this.#byOwner.delete(uid);
    }
    return before;
  }
}

const isSame = (known: Dependent, { uid, ownersText, deletesDependents }: Ownership): boolean =>
  known.uid === uid && known.ownersText === ownersText && known.deletesDependents === deletesDependents;

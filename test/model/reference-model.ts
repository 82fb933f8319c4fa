/** One change as the store made it. `version` is what a put wrote; absent: a deletion. */
export interface ModelChange {
  readonly revision: number;
  readonly key: string;
  readonly version?: number;
}

/** `key@modRevision/createRevision` of an object. */
export type ModelObject = { readonly key: string; readonly revision: number; readonly createRevision: number };

/**
 * One resource in a store, as the obvious thing: the array of all its changes. Every answer is computed from the whole
 * array. What a cache says is right if this says the same.
 */
export class ReferenceModel {
  readonly changes: ModelChange[] = [];
  #revision: number;

  constructor(revision = 1) {
    this.#revision = revision;
  }

  /** The store's: other resources move it on, too. */
  get revision(): number {
    return this.#revision;
  }

  put(key: string): ModelChange {
    const change = { revision: ++this.#revision, key, version: this.#revision };
    this.changes.push(change);
    return change;
  }

  /** Undefined when there is nothing to delete. */
  delete(key: string): ModelChange | undefined {
    if (!this.at(this.#revision).some((object) => object.key === key)) return undefined;
    const change = { revision: ++this.#revision, key };
    this.changes.push(change);
    return change;
  }

  /** Something happened elsewhere. */
  pass(count: number): void {
    this.#revision += count;
  }

  /** All objects as of `revision`, in key order. */
  at(revision: number): ModelObject[] {
    const objects = new Map<string, ModelObject>();
    for (const change of this.changes) {
      if (change.revision > revision) break;
      if (change.version === undefined) objects.delete(change.key);
      else {
        const createRevision = objects.get(change.key)?.createRevision ?? change.revision;
        objects.set(change.key, { key: change.key, revision: change.revision, createRevision });
      }
    }
    return [...objects.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** What happened after `after`, up to and including `until`. */
  between(after: number, until: number): ModelChange[] {
    return this.changes.filter(({ revision }) => revision > after && revision <= until);
  }
}

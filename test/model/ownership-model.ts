export type Policy = 'Background' | 'Foreground' | 'Orphan';

export interface ModelObject {
  readonly name: string;
  readonly uid: string;
  /** By uid. */
  owners: readonly string[];
  /** It is being deleted, and does this with its dependents first. */
  going: Exclude<Policy, 'Background'> | undefined;
}

/**
 * Objects with owners and nothing else to keep them, as they should be once everything has come to rest. Plain and slow: it
 * does what is due to anybody until nothing is due.
 */
export class OwnershipModel {
  readonly #objects = new Map<string, ModelObject>();

  get(name: string): ModelObject | undefined {
    return this.#objects.get(name);
  }

  create(name: string, uid: string, owners: readonly string[]): void {
    this.#objects.set(name, { name, uid, owners, going: undefined });
  }

  setOwners(name: string, owners: readonly string[]): void {
    const object = this.#objects.get(name);
    if (object !== undefined) object.owners = owners;
  }

  delete(name: string, policy: Policy): void {
    const object = this.#objects.get(name);
    if (object === undefined) return;
    if (policy === 'Background') this.#objects.delete(name);
    else object.going = policy;
  }

  settle(): void {
    while ([...this.#objects.values()].some((object) => this.#step(object)));
  }

  /** `name: owners` of each object, sorted. */
  state(): string[] {
    return [...this.#objects.values()].map(({ name, owners }) => `${name}: ${[...owners].sort().join(' ')}`).sort();
  }

  /** Whether something was due, and is done. */
  #step(object: ModelObject): boolean {
    const others = [...this.#objects.values()];
    if (object.going === 'Orphan') {
      for (const other of others) other.owners = other.owners.filter((uid) => uid !== object.uid);
      return this.#objects.delete(object.name);
    }
    if (object.going === 'Foreground') {
      // Nothing else holds its dependents: they go or they stay, and it goes.
      for (const other of others) {
        if (other === object || !other.owners.includes(object.uid)) continue;
        other.owners = other.owners.filter((uid) => uid !== object.uid);
        if (other.owners.length === 0 && other.going === undefined) other.going = 'Foreground';
      }
      return this.#objects.delete(object.name);
    }
    const present = new Set(others.map(({ uid }) => uid));
    const solid = object.owners.filter((uid) => present.has(uid));
    if (solid.length === object.owners.length) return false;
    if (solid.length === 0) return this.#objects.delete(object.name);
    object.owners = solid;
    return true;
  }
}

import { ApiError } from '../../machinery/api-error.ts';
import { apiVersionOf } from '../../machinery/gvk.ts';
import { objectKey } from '../../translate/object-key.ts';
import type { StoredObject } from '../../translate/stored-object.ts';
import type { CollectedKind } from './collected-kind.ts';
import { type OwnerReference, ownershipOf, uidOf } from './ownership.ts';

/**
 * What a reference is worth.
 * - `solid`: there is such an owner · `dangling`: there is none · `waiting`: there is, and it waits for its dependents to go
 * - `unknown`: this server does not serve its kind · `impossible`: a namespaced owner of an object without a namespace
 */
export type OwnerState = 'solid' | 'dangling' | 'waiting' | 'unknown' | 'impossible';

/** So many owners that are known to be gone need not be looked for again: as many as kube-controller-manager remembers. */
const maxAbsent = 500;

/** The objects that owner references name, in whatever version of their kinds. */
export class Owners {
  /** By `apiVersion kind`. */
  readonly #kinds = new Map<string, CollectedKind>();
  /** By the prefix of their keys. */
  readonly #byPrefix = new Map<string, CollectedKind>();
  /** The oldest first. A uid never comes back, so what is once known to be absent is. */
  readonly #absent = new Set<string>();

  add(kind: CollectedKind): void {
    this.#byPrefix.set(kind.shape.keyPrefix, kind);
    for (const served of kind.kind.versions) this.#kinds.set(`${apiVersionOf(served)} ${served.kind}`, kind);
  }

  delete(kind: CollectedKind): void {
    this.#byPrefix.delete(kind.shape.keyPrefix);
    for (const served of kind.kind.versions) this.#kinds.delete(`${apiVersionOf(served)} ${served.kind}`);
  }

  kindOf({ apiVersion, kind }: Pick<OwnerReference, 'apiVersion' | 'kind'>): CollectedKind | undefined {
    return this.#kinds.get(`${apiVersion} ${kind}`);
  }

  /** Whose key this is. */
  kindOfKey(key: string): CollectedKind | undefined {
    const last = key.lastIndexOf('/');
    const found = this.#byPrefix.get(key.slice(0, last + 1));
    if (found !== undefined && !found.shape.namespaced) return found;
    return this.#byPrefix.get(key.slice(0, key.lastIndexOf('/', last - 1) + 1));
  }

  /** Where the owner is stored that an object in `namespace` names; `undefined`: nowhere here. */
  keyOf(reference: OwnerReference, namespace: string): string | undefined {
    const found = this.kindOf(reference);
    if (found === undefined || (found.shape.namespaced && namespace === '')) return undefined;
    return objectKey(found.shape, { namespace, name: reference.name });
  }

  /** From memory: there is such an owner, and it waits for nobody. Nothing need be done about the reference. */
  isSettled(reference: OwnerReference, namespace: string): boolean {
    const key = this.keyOf(reference, namespace);
    const owner = key === undefined ? undefined : this.kindOf(reference)?.cache.get(key);
    if (owner === undefined || uidOf(owner) !== reference.uid) return false;
    return ownershipOf(owner)?.deletesDependents !== true;
  }

  /**
   * From the store: as of this moment, or for ever, if it is gone. Rejects with ApiError when it cannot be told.
   */
  async stateOf(reference: OwnerReference, namespace: string): Promise<OwnerState> {
    const found = this.kindOf(reference);
    if (found === undefined) return 'unknown';
    if (found.shape.namespaced && namespace === '') return 'impossible';
    const { apiVersion, kind, name, uid } = reference;
    const coordinates = JSON.stringify([apiVersion, kind, found.shape.namespaced ? namespace : '', name, uid]);
    if (this.#absent.has(coordinates)) return 'dangling';
    const owner = await present(found.store, { namespace, name });
    if (owner === undefined || uidOf(owner) !== uid) {
      this.#noteAbsent(coordinates);
      return 'dangling';
    }
    return ownershipOf(owner)?.deletesDependents === true ? 'waiting' : 'solid';
  }

  #noteAbsent(coordinates: string): void {
    const [oldest] = this.#absent;
    if (this.#absent.size >= maxAbsent && oldest !== undefined) this.#absent.delete(oldest);
    this.#absent.add(coordinates);
  }
}

/** The object as it is now. `undefined`: there is none. */
export async function present(
  store: Pick<CollectedKind['store'], 'get'>,
  scope: { readonly namespace: string; readonly name: string },
): Promise<StoredObject | undefined> {
  try {
    return await store.get(scope, '');
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return undefined;
    throw error;
  }
}

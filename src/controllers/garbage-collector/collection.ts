import { ApiError } from '../../machinery/api-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import {
  finalizersOf,
  metadataField,
  metadataOf,
  ownerReferencesOf,
  setFinalizers,
} from '../../machinery/object-meta.ts';
import { RequestContext } from '../../machinery/request-context.ts';
import { notFound } from '../../machinery/status-errors.ts';
import type { DeleteOptions } from '../../registry/rest-storage.ts';
import type { StoredObject } from '../../translate/stored-object.ts';
import type { CollectedKind } from './collected-kind.ts';
import { type OwnerState, type Owners, present } from './owners.ts';
import {
  foregroundFinalizer,
  type OwnerReference,
  type Ownership,
  orphanFinalizer,
  ownershipOf,
  uidOf,
} from './ownership.ts';
import type { OwnershipGraph } from './ownership-graph.ts';

/** An object, by where it is. */
export interface Place {
  readonly kind: CollectedKind;
  readonly key: string;
  /** '' of one without. */
  readonly namespace: string;
  readonly name: string;
}

export interface CollectionOptions {
  readonly graph: OwnershipGraph;
  readonly owners: Owners;
  /** An owner that the object names is not in its namespace. Must not throw. */
  readonly missing: (place: Place, uid: string, reference: OwnerReference) => void;
}

/** So many dependents of one owner are orphaned at a time. */
const orphanedAtATime = 16;

/** How the writes of the collector are told from those of others: as of Kubernetes' own. */
const asCollector = (verb: string): RequestContext =>
  RequestContext.internal('system:serviceaccount:kube-system:generic-garbage-collector', {
    fieldManager: 'kube-controller-manager',
    verb,
  });

/**
 * What is due to one object: to be deleted, when none of its owners is left or the last of them waits for it; to lose the
 * references to owners that are gone, when others are left; or, when it is an owner that is being deleted itself, to let its
 * dependents be or wait for them, and go.
 *
 * Nothing is decided from memory alone but who depends on an object: that is as of no earlier than the moment of the look.
 * Every write is of the very object that was looked at, by its uid, and is decided anew if it has changed: so several
 * collectors on one store do the same, and each piece of it happens once.
 */
export class Collection {
  readonly #options: CollectionOptions;

  constructor(options: CollectionOptions) {
    this.#options = options;
  }

  /** Rejects with ApiError: it must be looked at again. */
  async look(place: Place): Promise<void> {
    const live = await present(place.kind.store, place);
    const ownership = live === undefined ? undefined : ownershipOf(live);
    if (live === undefined || ownership === undefined) return;
    if (!ownership.isBeingDeleted) return this.#collect(place, live, ownership);
    if (ownership.orphansDependents) {
      await this.#orphan(ownership.uid);
      await this.#removeFinalizer(place, ownership.uid, orphanFinalizer);
    }
    if (ownership.deletesDependents && !this.#isBlocked(place.key, ownership.uid)) {
      await this.#removeFinalizer(place, ownership.uid, foregroundFinalizer);
    }
  }

  async #collect(place: Place, live: StoredObject, { uid, owners }: Ownership): Promise<void> {
    if (owners.length === 0) return;
    const uids: Record<OwnerState, string[]> = { solid: [], dangling: [], waiting: [], unknown: [], impossible: [] };
    for (const reference of owners) {
      const state = await this.#options.owners.stateOf(reference, place.namespace);
      if (state === 'dangling' || state === 'impossible') this.#options.missing(place, uid, reference);
      // What nobody can tell of an owner leaves its dependent alone.
      if (state === 'unknown' || state === 'impossible') return;
      uids[state].push(reference.uid);
    }
    const useless = [...uids.dangling, ...uids.waiting];
    if (uids.solid.length > 0) {
      if (useless.length > 0) await this.#update(place, uid, (present) => withoutOwners(present, useless));
      return;
    }
    const dependents = this.#options.graph.dependentsOf(uid);
    if (uids.waiting.length > 0 && dependents.size > 0) {
      // One of them waits for its own dependents already, of which this object may be one.
      const cyclic = [...dependents.values()].some(({ deletesDependents }) => deletesDependents);
      if (cyclic) await this.#update(place, uid, withoutBlocking);
      const seen = cyclic ? await present(place.kind.store, place) : live;
      return seen === undefined ? undefined : this.#delete(place, seen, uid, 'Foreground');
    }
    const finalizers = finalizersOf(live.parse());
    if (finalizers.includes(orphanFinalizer)) return this.#delete(place, live, uid, 'Orphan');
    return this.#delete(place, live, uid, finalizers.includes(foregroundFinalizer) ? 'Foreground' : 'Background');
  }

  /** Some dependent must go before it, and does not itself wait for this one. */
  #isBlocked(key: string, uid: string): boolean {
    const { graph } = this.#options;
    for (const dependent of graph.blocking(uid)) {
      if (dependent.key === key) continue;
      if (!dependent.deletesDependents || !this.#waitsFor(dependent.uid, key)) return true;
    }
    return false;
  }

  /** The object with this uid waits for the one under `key`, directly or by others that wait. */
  #waitsFor(uid: string, key: string): boolean {
    const { graph } = this.#options;
    const seen = new Set([uid]);
    for (const waiting of seen) {
      for (const dependent of graph.blocking(waiting)) {
        if (dependent.key === key) return true;
        if (dependent.deletesDependents) seen.add(dependent.uid);
      }
    }
    return false;
  }

  async #orphan(owner: string): Promise<void> {
    const { graph, owners } = this.#options;
    const dependents = [...graph.dependentsOf(owner).values()];
    for (let at = 0; at < dependents.length; at += orphanedAtATime) {
      const orphaned = dependents.slice(at, at + orphanedAtATime).map(async ({ key, namespace, uid }) => {
        const kind = owners.kindOfKey(key);
        if (kind === undefined) return;
        const place = { kind, key, namespace, name: key.slice(key.lastIndexOf('/') + 1) };
        await this.#update(place, uid, (present) => withoutOwners(present, [owner]));
      });
      await Promise.all(orphaned);
    }
  }

  #removeFinalizer(place: Place, uid: string, finalizer: string): Promise<void> {
    return this.#update(place, uid, (object) => {
      const finalizers = finalizersOf(object);
      if (finalizers.includes(finalizer)) {
        setFinalizers(
          object,
          finalizers.filter((name) => name !== finalizer),
        );
      }
      return object;
    });
  }

  /** Of the object with this uid, if it is still there. */
  async #update(
    { kind, namespace, name }: Place,
    uid: string,
    change: (object: JsonObject) => JsonObject,
  ): Promise<void> {
    const updater = (object: JsonObject): JsonObject => {
      if (metadataField(object, 'uid') !== uid) throw notFound(kind.kind.stored, name);
      return change(object);
    };
    await unlessGone(kind.store.update({ namespace, name }, '', updater, asCollector('patch')));
  }

  /** The object as it was seen; or as it is now, if its owners are still the same. */
  async #delete(place: Place, seen: StoredObject, uid: string, policy: Policy): Promise<void> {
    const { kind, namespace, name } = place;
    const remove = (resourceVersion: string | undefined) =>
      unlessGone(kind.store.delete({ namespace, name }, deletion(policy, uid, resourceVersion), asCollector('delete')));
    try {
      await remove(String(seen.revision));
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 409) throw error;
      const now = await present(kind.store, place);
      if (now === undefined || uidOf(now) !== uid) return;
      // Whoever writes something else all the time does not keep it alive.
      if (!jsonEqual(ownerReferencesOf(now.parse()), ownerReferencesOf(seen.parse()))) throw error;
      await remove(undefined);
    }
  }
}

type Policy = 'Orphan' | 'Foreground' | 'Background';

/** What is gone needs nothing more. */
async function unlessGone(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 404) throw error;
  }
}

const deletion = (propagationPolicy: Policy, uid: string, resourceVersion: string | undefined): DeleteOptions => ({
  gracePeriodSeconds: undefined,
  preconditions: { uid, resourceVersion },
  propagationPolicy,
  orphanDependents: undefined,
});

function withoutOwners(object: JsonObject, uids: readonly string[]): JsonObject {
  const kept = ownerReferencesOf(object).filter((reference) => !uids.includes(stringAt(reference, 'uid')));
  const metadata = metadataOf(object);
  if (kept.length === 0) delete metadata['ownerReferences'];
  else metadata['ownerReferences'] = kept;
  return object;
}

function withoutBlocking(object: JsonObject): JsonObject {
  for (const reference of ownerReferencesOf(object)) {
    if (reference['blockOwnerDeletion'] === true) reference['blockOwnerDeletion'] = false;
  }
  return object;
}

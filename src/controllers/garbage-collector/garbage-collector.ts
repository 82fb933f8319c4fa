import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { type WorkOutcome, WorkQueue } from '../../base/work-queue.ts';
import { ApiError } from '../../machinery/api-error.ts';
import { RequestContext } from '../../machinery/request-context.ts';
import type { RestStorage } from '../../registry/rest-storage.ts';
import { objectNameOf } from '../../translate/object-key.ts';
import type { StoredObject } from '../../translate/stored-object.ts';
import type { ObjectEvent } from '../../watchcache/object-event.ts';
import type { CollectedKind } from './collected-kind.ts';
import { Collection, type Place } from './collection.ts';
import { invalidNamespaceEvent } from './invalid-namespace-event.ts';
import { Owners } from './owners.ts';
import { type OwnerReference, ownershipOf, uidOf } from './ownership.ts';
import { type Dependent, OwnershipGraph } from './ownership-graph.ts';

export interface GarbageCollectorOptions {
  /** Resolves to true once the caches have everything that was acknowledged before; false: not in time. */
  readonly caughtUp: () => Promise<boolean>;
  /** Where Events are written; `undefined`: nowhere. */
  readonly events: () => Pick<RestStorage, 'create'> | undefined;
  readonly newUid: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** So many objects are looked at at a time; the others wait, each once. */
const maxAtWork = 16;

const firstRetryMs = 50;
const maxRetryMs = 60_000;

/** So many objects are looked through in one turn when a kind is taken in. */
const takenInATurn = 1_000;

/** A store that is away fails everything that is tried: one line in so much time says it. */
const failuresToldEachMs = 10_000;

/** So many misplaced owners that were told of are not told of again. */
const maxReported = 500;

/**
 * Deletes what lost its owners, and ends deletions that wait for dependents: the garbage collector of Kubernetes.
 *
 * It is told of every kind that is served, and of every change to an object after that; it holds who depends on whom, for
 * objects that have owners, and the keys of what is to be looked at: each once, so no more than there are objects. Nothing of
 * that is kept anywhere: it is made anew from the caches when a server starts. What is due to an object is Collection's.
 */
export class GarbageCollector {
  readonly #options: GarbageCollectorOptions;
  readonly #graph = new OwnershipGraph();
  readonly #owners = new Owners();
  readonly #collection: Collection;
  readonly #queue: WorkQueue;
  readonly #kinds = new Set<CollectedKind>();
  readonly #reported = new Set<string>();
  /** Resolves when all kinds that are there have been taken in. */
  #complete: Promise<void> = Promise.resolve();
  #stopped = false;
  /** Since the last that was logged. */
  #failures = 0;
  #quietUntil = Number.NEGATIVE_INFINITY;

  constructor(options: GarbageCollectorOptions) {
    const { clock } = options;
    this.#options = options;
    this.#collection = new Collection({
      graph: this.#graph,
      owners: this.#owners,
      missing: (place, uid, reference) => this.#missing(place, uid, reference),
    });
    this.#queue = new WorkQueue({
      work: (key) => this.#look(key),
      failed: (key, error) => this.#failed(key, error),
      concurrency: maxAtWork,
      firstRetryMs,
      maxRetryMs,
      clock,
    });
  }

  /** There is nothing to do, and nothing to be tried again. */
  get idle(): boolean {
    return this.#queue.idle;
  }

  /** How many objects have owners. */
  get size(): number {
    return this.#graph.size;
  }

  /** Kinds that are served from now on, with filled caches. Together, they are taken for complete only together. */
  add(kinds: readonly CollectedKind[]): void {
    const collected = kinds.filter(isCollected);
    for (const kind of kinds) this.#owners.add(kind);
    for (const kind of collected) this.#kinds.add(kind);
    this.#complete = Promise.all([this.#complete, this.#takeIn(collected)]).then(() => this.#unknownBefore(kinds));
  }

  /** Is served no more: what it owned is left alone. */
  remove(kind: CollectedKind): void {
    this.#kinds.delete(kind);
    this.#owners.delete(kind);
    // What is deleted of a map during a walk over it is not met again.
    for (const { key } of this.#graph.values()) {
      if (key.startsWith(kind.shape.keyPrefix) && objectNameOf(kind.shape, key) !== undefined) this.#graph.delete(key);
    }
  }

  /** Does not throw and does not wait: to be called where the event is dispatched. */
  observe(kind: CollectedKind, { current, previous }: ObjectEvent): void {
    if (this.#stopped || !this.#kinds.has(kind)) return;
    const replaced = current === undefined || current.createRevision !== previous?.createRevision;
    if (previous !== undefined && replaced) this.#gone(previous);
    if (current !== undefined) this.#seen(current, replaced ? undefined : previous);
  }

  /** Idempotent. What is under way at this moment is. */
  stop(): void {
    this.#stopped = true;
    this.#queue.stop();
  }

  async #takeIn(kinds: readonly CollectedKind[]): Promise<void> {
    for (const { cache } of kinds) {
      const objects = cache.snapshot().objects(undefined, undefined);
      for (let at = 0; at < objects.length; at += takenInATurn) {
        if (at > 0) await new Promise<void>((resolve) => this.#options.clock.endOfTurn(resolve));
        if (this.#stopped) return;
        for (const object of objects.slice(at, at + takenInATurn)) {
          // What changed meanwhile was told.
          if (cache.get(object.key) === object) this.#seen(object, undefined);
        }
      }
    }
  }

  /** Objects that name owners of these kinds could not be judged before. */
  #unknownBefore(kinds: readonly CollectedKind[]): void {
    for (const dependent of this.#graph.values()) {
      if (dependent.owners.some((owner) => kinds.includes(this.#owners.kindOf(owner) as CollectedKind))) {
        this.#checkOwners(dependent, dependent.owners);
      }
    }
  }

  /** It is there, and is as it is now. */
  #seen(object: StoredObject, previous: StoredObject | undefined): void {
    const { key, namespace } = object;
    const before = this.#graph.get(key);
    const now = ownershipOf(object, before);
    if (before !== undefined || now !== undefined) {
      this.#graph.put(key, namespace, now);
      const dependent = this.#graph.get(key);
      if (dependent !== before) this.#ownersChanged(before, dependent);
    }
    if (now?.orphansDependents === true || now?.deletesDependents === true) {
      const then = previous === undefined ? undefined : ownershipOf(previous);
      if (then?.orphansDependents !== now.orphansDependents || then.deletesDependents !== now.deletesDependents) {
        if (now.deletesDependents) this.#tellDependents(now.uid);
        this.#queue.add(key);
      }
    }
    if (previous === undefined && this.#graph.size > 0) this.#tellDependents(uidOf(object), object);
  }

  #gone(object: StoredObject): void {
    const { key, namespace } = object;
    const before = this.#graph.delete(key);
    for (const owner of before?.owners ?? []) this.#tellOwner(owner, namespace);
    if (this.#graph.size > 0) this.#tellDependents(before?.uid ?? uidOf(object));
  }

  #ownersChanged(before: Dependent | undefined, now: Dependent | undefined): void {
    const known = before?.owners ?? [];
    if (now !== undefined) {
      this.#checkOwners(
        now,
        now.owners.filter((owner) => !known.some((other) => sameReference(owner, other))),
      );
    }
    for (const owner of known) {
      if (before === undefined || !owner.blockOwnerDeletion) continue;
      const same = now?.owners.find(({ uid }) => uid === owner.uid);
      if (same?.blockOwnerDeletion !== true) this.#tellOwner(owner, before.namespace);
    }
  }

  /** Of new references, those that a look at the owner may make something of. */
  #checkOwners(dependent: Dependent, references: readonly OwnerReference[]): void {
    for (const reference of references) {
      if (this.#owners.kindOf(reference) === undefined) continue;
      if (!this.#owners.isSettled(reference, dependent.namespace)) return this.#queue.add(dependent.key);
    }
  }

  /** A dependent does not block it any more: it may wait for just that. */
  #tellOwner(reference: OwnerReference, namespace: string): void {
    const key = this.#owners.keyOf(reference, namespace);
    const owner = key === undefined ? undefined : this.#owners.kindOf(reference)?.cache.get(key);
    if (owner?.isBeingDeleted === true) this.#queue.add(owner.key);
  }

  /** Of the owner with this uid there is news. `except`: those who know it where it is. */
  #tellDependents(uid: string, except?: StoredObject): void {
    for (const dependent of this.#graph.dependentsOf(uid).values()) {
      const misplaced = dependent.owners.some(
        (owner) => owner.uid === uid && this.#owners.keyOf(owner, dependent.namespace) !== except?.key,
      );
      if (except === undefined || misplaced) this.#queue.add(dependent.key);
    }
  }

  async #look(key: string): Promise<WorkOutcome> {
    await this.#complete;
    const place = this.#placeOf(key);
    if (place === undefined || this.#stopped) return 'done';
    if (!(await this.#options.caughtUp())) return { retry: true };
    try {
      await this.#collection.look(place);
      return 'done';
    } catch (error) {
      // Its owners changed meanwhile: then it is another case.
      if (error instanceof ApiError && error.code === 409) return { retry: true };
      throw error;
    }
  }

  #failed(key: string, error: unknown): void {
    const { clock, logger } = this.#options;
    this.#failures++;
    if (clock.now() < this.#quietUntil) return;
    logger.warn('what objects need of their owners could not be done yet', { key, failures: this.#failures, error });
    this.#failures = 0;
    this.#quietUntil = clock.now() + failuresToldEachMs;
  }

  #placeOf(key: string): Place | undefined {
    const kind = this.#owners.kindOfKey(key);
    const name = kind === undefined ? undefined : objectNameOf(kind.shape, key);
    return kind === undefined || name === undefined ? undefined : { kind, key, ...name };
  }

  /** Whether the owner is in another namespace is found out only when it is not where it should be: that is rare. */
  #missing({ kind, namespace, name }: Place, uid: string, reference: OwnerReference): void {
    const { logger, events, clock, newUid } = this.#options;
    const told = `${uid} ${reference.uid}`;
    const owner = this.#owners.kindOf(reference);
    const store = events();
    if (owner === undefined || !owner.shape.namespaced || store === undefined || this.#reported.has(told)) return;
    const isIt = (object: StoredObject): boolean => object.namespace !== namespace && uidOf(object) === reference.uid;
    if (!owner.cache.snapshot().objects(undefined, undefined).some(isIt)) return;
    const [oldest] = this.#reported;
    if (this.#reported.size >= maxReported && oldest !== undefined) this.#reported.delete(oldest);
    this.#reported.add(told);
    const misplaced = { dependent: kind, namespace, name, uid, reference };
    const event = invalidNamespaceEvent(misplaced, clock.wallTime(), newUid());
    const context = RequestContext.internal('system:serviceaccount:kube-system:generic-garbage-collector', {
      verb: 'create',
    });
    store.create({ namespace: namespace || 'default' }, event, context).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      logger.debug('an Event could not be written', { namespace, name, error });
    });
  }
}

/** Events are about objects; they are not owned. */
const isCollected = ({ kind: { stored, versions } }: CollectedKind): boolean =>
  stored.resource !== 'events' && versions.some(({ verbs }) => verbs.includes('delete'));

const sameReference = (one: OwnerReference, other: OwnerReference): boolean =>
  one.uid === other.uid && one.name === other.name && one.kind === other.kind && one.apiVersion === other.apiVersion;

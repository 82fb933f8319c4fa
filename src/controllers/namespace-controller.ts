import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { ApiError } from '../machinery/api-error.ts';
import { objectIn, stringsAt } from '../machinery/json/json-path.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { metadataField } from '../machinery/object-meta.ts';
import { RequestContext } from '../machinery/request-context.ts';
import { everything } from '../machinery/selection.ts';
import type { DeleteOptions, ListOptions, RestStorage } from '../registry/rest-storage.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { ObjectEvent } from '../watchcache/object-event.ts';

export interface NamespaceControllerOptions {
  readonly namespaces: Pick<RestStorage, 'get' | 'update'>;
  /** Every namespaced resource that there is now. */
  readonly contents: () => Iterable<Pick<RestStorage, 'row' | 'list' | 'deleteCollection'>>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The finalizer that stands for this work in a namespace's spec. */
const finalizer = 'kubernetes';

/** So many namespaces are emptied at a time; the others wait. */
const maxAtWork = 4;

/** Content that has grace or finalizers of its own takes time: first soon, then ever less often. */
const firstRetryMs = 500;
const maxRetryMs = 30_000;

const all: ListOptions = {
  labels: everything,
  fields: everything,
  resourceVersion: '',
  resourceVersionMatch: '',
  limit: 0,
  continue: '',
  allowWatchBookmarks: false,
  sendInitialEvents: undefined,
  timeoutSeconds: undefined,
};

const background: DeleteOptions = {
  gracePeriodSeconds: undefined,
  preconditions: { uid: undefined, resourceVersion: undefined },
  propagationPolicy: 'Background',
  orphanDependents: undefined,
};

const request = RequestContext.internal('system:serviceaccount:kube-system:namespace-controller');

/**
 * Empties namespaces that are being deleted, and lets them go when nothing is left in them.
 *
 * It is told of every change to a namespace, and once of all namespaces there are; it holds nothing but the names of
 * those it is not done with. Several of them on one store, or a kube-controller-manager beside it, do the same work twice
 * and agree.
 */
export class NamespaceController {
  readonly #options: NamespaceControllerOptions;
  /** Waiting for their turn, in order. */
  readonly #waiting = new Set<string>();
  readonly #atWork = new Set<string>();
  /** Waiting until it makes sense to look again: how to give up waiting. */
  readonly #pausing = new Map<string, () => void>();
  readonly #retries = new Map<string, number>();
  #stopped = false;

  constructor(options: NamespaceControllerOptions) {
    this.#options = options;
  }

  /** Does not throw and does not wait: to be called where the event is dispatched. */
  observe({ current, previous }: ObjectEvent): void {
    if (current !== undefined) this.resync([current]);
    else if (previous !== undefined) this.#forget(previous.name);
  }

  /** What there is when the controller begins. */
  resync(namespaces: Iterable<StoredObject>): void {
    if (this.#stopped) return;
    for (const namespace of namespaces) {
      const { name } = namespace;
      if (namespace.isBeingDeleted && !this.#atWork.has(name) && !this.#pausing.has(name)) this.#waiting.add(name);
    }
    this.#next();
  }

  /** Idempotent. What is being deleted at this moment is. */
  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    for (const cancel of this.#pausing.values()) cancel();
    this.#pausing.clear();
  }

  #next(): void {
    for (const name of this.#waiting) {
      if (this.#atWork.size >= maxAtWork) return;
      this.#waiting.delete(name);
      this.#atWork.add(name);
      void this.#work(name);
    }
  }

  #forget(name: string): void {
    this.#waiting.delete(name);
    this.#retries.delete(name);
    this.#pausing.get(name)?.();
    this.#pausing.delete(name);
  }

  async #work(name: string): Promise<void> {
    let done = false;
    try {
      done = await this.#empty(name);
    } catch (error) {
      this.#options.logger.warn('a namespace could not be emptied yet', { namespace: name, error });
    }
    this.#atWork.delete(name);
    if (this.#stopped) return;
    if (done) this.#forget(name);
    else this.#pause(name);
    this.#next();
  }

  #pause(name: string): void {
    const retries = this.#retries.get(name) ?? 0;
    this.#retries.set(name, retries + 1);
    const cancel = this.#options.clock.after(Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(retries, 16)), () => {
      this.#pausing.delete(name);
      this.#waiting.add(name);
      this.#next();
    });
    this.#pausing.set(name, cancel);
  }

  /** True when the namespace needs no more of this: it was let go, is gone already, or was made anew. */
  async #empty(name: string): Promise<boolean> {
    const { namespaces, contents } = this.#options;
    try {
      const { isBeingDeleted } = await namespaces.get({ namespace: '', name }, '');
      if (!isBeingDeleted) return true;
      let left = 0;
      for (const store of contents()) {
        if (!this.#stopped) left += await this.#deleteAll(store, name);
      }
      if (left > 0 || this.#stopped) return false;
      await namespaces.update({ namespace: '', name }, 'finalize', finalized, request);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return true;
      throw error;
    }
  }

  /** How many objects are still there. */
  async #deleteAll(store: Pick<RestStorage, 'row' | 'list' | 'deleteCollection'>, namespace: string): Promise<number> {
    const deleted = await store.deleteCollection({ namespace }, all, background, request);
    if (deleted.items.length === 0) return 0;
    return (await store.list({ namespace }, all)).items.length;
  }
}

/** @throws {ApiError} never: a namespace made anew under the name is left as it is */
function finalized(namespace: JsonObject): JsonObject {
  const spec = objectIn(namespace, 'spec');
  if (spec === undefined || metadataField(namespace, 'deletionTimestamp') === '') return namespace;
  spec['finalizers'] = stringsAt(spec, 'finalizers').filter((name) => name !== finalizer);
  return namespace;
}

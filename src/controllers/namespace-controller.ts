import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { ApiError } from '../machinery/api-error.ts';
import { objectIn, stringsAt } from '../machinery/json/json-path.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { metadataField } from '../machinery/object-meta.ts';
import { timeText } from '../machinery/time.ts';
import type { RestStorage } from '../registry/rest-storage.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { ObjectEvent } from '../watchcache/object-event.ts';
import { type NamespaceProblems, namespaceConditions } from './namespace-conditions.ts';
import {
  type ContentLeft,
  deleteContent,
  type NamespaceContentOptions,
  namespaceRequest,
} from './namespace-content.ts';

export interface NamespaceControllerOptions {
  readonly namespaces: Pick<RestStorage, 'get' | 'update'>;
  readonly contents: Omit<NamespaceContentOptions, 'clock'>;
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

/** What came of a look at a namespace: it needs no more of this, or another look after at most so many seconds (0: unknown). */
type Outcome = { readonly done: true } | { readonly done: false; readonly estimate: number };

const done: Outcome = { done: true };

/**
 * Empties namespaces that are being deleted, and lets them go when nothing is left in them: no key in the store, of
 * whatever kind. Until then their conditions say what is.
 *
 * It is told of all namespaces there are when it begins, and of every change to one after that; it holds nothing but the
 * names of those it is not done with. Several of them on one store, or a kube-controller-manager beside it, do the same work twice
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
  #state: 'new' | 'started' | 'stopped' = 'new';

  constructor(options: NamespaceControllerOptions) {
    this.#options = options;
  }

  /** Once, when the caches are filled: what a cache is told while it is filled may be long past. */
  start(namespaces: Iterable<StoredObject>): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    for (const namespace of namespaces) this.#take(namespace);
    this.#next();
  }

  /** Does not throw and does not wait: to be called where the event is dispatched. */
  observe({ current, previous }: ObjectEvent): void {
    if (this.#state !== 'started') return;
    if (current === undefined) {
      if (previous !== undefined) this.#forget(previous.name);
      return;
    }
    this.#take(current);
    this.#next();
  }

  /** Idempotent. What is being deleted at this moment is. */
  stop(): void {
    this.#state = 'stopped';
    this.#waiting.clear();
    for (const cancel of this.#pausing.values()) cancel();
    this.#pausing.clear();
  }

  get #stopped(): boolean {
    return this.#state === 'stopped';
  }

  #take(namespace: StoredObject): void {
    const { name } = namespace;
    if (namespace.isBeingDeleted && !this.#atWork.has(name) && !this.#pausing.has(name)) this.#waiting.add(name);
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
    let outcome: Outcome = { done: false, estimate: 0 };
    try {
      outcome = await this.#empty(name);
    } catch (error) {
      this.#options.logger.warn('a namespace could not be emptied yet', { namespace: name, error });
    }
    this.#atWork.delete(name);
    if (this.#stopped) return;
    if (outcome.done) this.#forget(name);
    else this.#pause(name, outcome.estimate);
    this.#next();
  }

  #pause(name: string, estimate: number): void {
    const retries = this.#retries.get(name) ?? 0;
    this.#retries.set(name, retries + 1);
    const backoff = Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(retries, 16));
    // As kube-controller-manager: halfway through what it is expected to take.
    const expected = estimate === 0 ? Number.POSITIVE_INFINITY : (Math.trunc(estimate / 2) + 1) * 1000;
    const cancel = this.#options.clock.after(Math.min(backoff, expected), () => {
      this.#pausing.delete(name);
      this.#waiting.add(name);
      this.#next();
    });
    this.#pausing.set(name, cancel);
  }

  async #empty(name: string): Promise<Outcome> {
    const { namespaces, contents, clock } = this.#options;
    try {
      const namespace = (await namespaces.get({ namespace: '', name }, '')).parse();
      const deletedAt = metadataField(namespace, 'deletionTimestamp');
      // Made anew, or in the hands of others already.
      if (deletedAt === '' || stringsAt(namespace, 'spec', 'finalizers').length === 0) return done;
      const left = await deleteContent({ ...contents, clock }, name, Date.parse(deletedAt));
      if (this.#stopped) return done;
      await this.#report(name, namespace, left);
      const { undiscovered, failures } = left;
      if (undiscovered.length + failures.length > 0) {
        this.#options.logger.warn('a namespace could not be emptied yet', { namespace: name, undiscovered, failures });
      }
      if (!isEmpty(left)) return { done: false, estimate: left.estimate };
      await namespaces.update({ namespace: '', name }, 'finalize', finalized, namespaceRequest);
      return done;
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return done;
      throw error;
    }
  }

  async #report(name: string, namespace: JsonObject, problems: NamespaceProblems): Promise<void> {
    const { namespaces, clock } = this.#options;
    const now = timeText(clock.wallTime());
    if (namespaceConditions(namespace, problems, now) === undefined) return;
    const withConditions = (present: JsonObject): JsonObject => {
      const conditions = namespaceConditions(present, problems, now);
      if (conditions === undefined || metadataField(present, 'deletionTimestamp') === '') return present;
      return { ...present, status: { ...objectIn(present, 'status'), phase: 'Terminating', conditions } };
    };
    await namespaces.update({ namespace: '', name }, 'status', withConditions, namespaceRequest);
  }
}

const isEmpty = ({ undiscovered, failures, remaining }: ContentLeft): boolean =>
  undiscovered.length === 0 && failures.length === 0 && remaining.size === 0;

/** A namespace made anew under the name is left as it is. */
function finalized(namespace: JsonObject): JsonObject {
  const spec = objectIn(namespace, 'spec');
  if (spec === undefined || metadataField(namespace, 'deletionTimestamp') === '') return namespace;
  spec['finalizers'] = stringsAt(spec, 'finalizers').filter((name) => name !== finalizer);
  return namespace;
}

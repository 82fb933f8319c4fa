import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { type WorkOutcome, WorkQueue } from '../base/work-queue.ts';
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
import { OrphanedContent } from './orphaned-content.ts';

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
  readonly #queue: WorkQueue;
  readonly #orphaned: OrphanedContent;
  #state: 'new' | 'started' | 'stopped' = 'new';

  constructor(options: NamespaceControllerOptions) {
    const { clock, logger } = options;
    this.#options = options;
    this.#orphaned = new OrphanedContent(options);
    this.#queue = new WorkQueue({
      work: (name) => this.#empty(name),
      failed: (name, error) => logger.warn('a namespace could not be emptied yet', { namespace: name, error }),
      concurrency: maxAtWork,
      firstRetryMs,
      maxRetryMs,
      clock,
    });
  }

  /** Once, when the caches are filled: what a cache is told while it is filled may be long past. */
  start(namespaces: Iterable<StoredObject>): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    for (const namespace of namespaces) this.#take(namespace);
  }

  /** Does not throw and does not wait: to be called where the event is dispatched. */
  observe(event: ObjectEvent): void {
    if (this.#state !== 'started') return;
    const { current, previous } = event;
    this.#orphaned.observeNamespace(event);
    if (current !== undefined) this.#take(current);
    else if (previous !== undefined) this.#queue.forget(previous.name);
  }

  /** The same of an object of any other kind. */
  observeContent(store: Pick<RestStorage, 'delete'>, event: ObjectEvent): void {
    if (this.#state === 'started') this.#orphaned.observe(store, event);
  }

  /** Idempotent. What is being deleted at this moment is. */
  stop(): void {
    this.#state = 'stopped';
    this.#queue.stop();
    this.#orphaned.stop();
  }

  get #stopped(): boolean {
    return this.#state === 'stopped';
  }

  #take(namespace: StoredObject): void {
    if (namespace.isBeingDeleted) this.#queue.offer(namespace.name);
  }

  async #empty(name: string): Promise<WorkOutcome> {
    const { namespaces, contents, clock } = this.#options;
    try {
      const namespace = (await namespaces.get({ namespace: '', name }, '')).parse();
      const deletedAt = metadataField(namespace, 'deletionTimestamp');
      // Made anew, or in the hands of others already.
      if (deletedAt === '' || stringsAt(namespace, 'spec', 'finalizers').length === 0) return 'done';
      const left = await deleteContent({ ...contents, clock }, name, Date.parse(deletedAt));
      if (this.#stopped) return 'done';
      await this.#report(name, namespace, left);
      const { undiscovered, failures } = left;
      if (undiscovered.length + failures.length > 0) {
        this.#options.logger.warn('a namespace could not be emptied yet', { namespace: name, undiscovered, failures });
      }
      if (!isEmpty(left)) return { retry: true, ...expected(left) };
      await namespaces.update({ namespace: '', name }, 'finalize', finalized, namespaceRequest);
      return 'done';
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return 'done';
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

/** As kube-controller-manager: halfway through what it is expected to take. */
const expected = ({ estimate }: ContentLeft): { readonly withinMs?: number } =>
  estimate === 0 ? {} : { withinMs: (Math.trunc(estimate / 2) + 1) * 1000 };

const isEmpty = ({ undiscovered, failures, remaining }: ContentLeft): boolean =>
  undiscovered.length === 0 && failures.length === 0 && remaining.size === 0;

/** A namespace made anew under the name is left as it is. */
function finalized(namespace: JsonObject): JsonObject {
  const spec = objectIn(namespace, 'spec');
  if (spec === undefined || metadataField(namespace, 'deletionTimestamp') === '') return namespace;
  spec['finalizers'] = stringsAt(spec, 'finalizers').filter((name) => name !== finalizer);
  return namespace;
}

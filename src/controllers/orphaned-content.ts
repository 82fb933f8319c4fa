import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Revision } from '../base/revision.ts';
import { type WorkOutcome, WorkQueue } from '../base/work-queue.ts';
import { ApiError } from '../machinery/api-error.ts';
import type { DeleteOptions, RestStorage } from '../registry/rest-storage.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { ObjectEvent } from '../watchcache/object-event.ts';
import { uidOf } from './garbage-collector/ownership.ts';
import { namespaceRequest } from './namespace-content.ts';

export interface OrphanedContentOptions {
  readonly namespaces: Pick<RestStorage, 'get'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly logger: Logger;
}

type ContentStore = Pick<RestStorage, 'delete'>;

/** So many namespaces that went last are remembered: far more than go while a replica lags behind. */
const maxGone = 1_000;

const maxAtWork = 4;
const firstRetryMs = 500;
const maxRetryMs = 30_000;

/**
 * Deletes what is created in a namespace that has gone: a replica whose memory lags behind may let that through, just after
 * another one found the namespace empty, and nobody else would ever look there again. All events come in the store's order:
 * so what comes after a namespace's end, and before it is made anew, has no namespace.
 */
export class OrphanedContent {
  readonly #options: OrphanedContentOptions;
  /** By name, the last to go last: the revision at which it did. */
  readonly #gone = new Map<string, Revision>();
  /** By key: no more than there are objects. */
  readonly #found = new Map<string, { readonly object: StoredObject; readonly store: ContentStore }>();
  readonly #queue: WorkQueue;

  constructor(options: OrphanedContentOptions) {
    const { clock, logger } = options;
    this.#options = options;
    this.#queue = new WorkQueue({
      work: (key) => this.#delete(key),
      failed: (key, error) => logger.warn('an object in a namespace that has gone is not deleted yet', { key, error }),
      concurrency: maxAtWork,
      firstRetryMs,
      maxRetryMs,
      clock,
    });
  }

  /** Of a namespace. Does not throw and does not wait. */
  observeNamespace({ current, previous, revision }: ObjectEvent): void {
    if (previous !== undefined && current === undefined) {
      this.#gone.delete(previous.name);
      this.#gone.set(previous.name, revision);
      const [oldest] = this.#gone.keys();
      if (this.#gone.size > maxGone && oldest !== undefined) this.#gone.delete(oldest);
    } else if (current !== undefined) this.#gone.delete(current.name);
  }

  /** Of an object of any other kind. Does not throw and does not wait, and costs nothing while no namespace has gone. */
  observe(store: ContentStore, { current, previous }: ObjectEvent): void {
    if (this.#gone.size === 0 || current === undefined || previous !== undefined) return;
    const gone = this.#gone.get(current.namespace);
    if (gone === undefined || current.createRevision <= gone) return;
    this.#found.set(current.key, { object: current, store });
    this.#queue.add(current.key);
  }

  /** Idempotent. */
  stop(): void {
    this.#queue.stop();
    this.#found.clear();
  }

  async #delete(key: string): Promise<WorkOutcome> {
    const found = this.#found.get(key);
    if (found === undefined) return 'done';
    const { object, store } = found;
    const { namespace, name, createRevision } = object;
    const since = await this.#since(namespace);
    // One that was made anew before the object is the object's.
    if (since === undefined || since > createRevision)
      await ignoreGone(store.delete({ namespace, name }, only(object), namespaceRequest));
    if (this.#found.get(key) === found) this.#found.delete(key);
    return 'done';
  }

  /** The revision at which the namespace that is there now was made; `undefined`: there is none. */
  async #since(name: string): Promise<Revision | undefined> {
    try {
      return (await this.#options.namespaces.get({ namespace: '', name }, '')).createRevision;
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  }
}

const only = (object: StoredObject): DeleteOptions => ({
  gracePeriodSeconds: undefined,
  preconditions: { uid: uidOf(object), resourceVersion: undefined },
  propagationPolicy: 'Background',
  orphanDependents: undefined,
});

/** Gone, or another one by now. */
async function ignoreGone(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof ApiError) || (error.code !== 404 && error.code !== 409)) throw error;
  }
}

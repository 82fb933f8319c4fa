import { WorkQueue } from '../base/work-queue.ts';
import { type Change, Changes } from './changes.ts';
import { type Indices, ObjectStore } from './object-store.ts';
import { keyOf, Reflector } from './reflector.ts';
import type { Selection } from './request-options.ts';
import type { WatchedCollection, WatchTiming } from './watch-request.ts';

export interface InformerOptions<Read, Index extends string = string> extends Selection {
  /** By what objects are looked up: `{ color: (crow) => [crow.spec.color] }`. */
  readonly indices?: Indices<Read, Index>;
  /** Told of what went wrong: the server could not be asked (it is asked again), or a handler threw. */
  readonly onError?: (error: unknown) => void;
  /** Stops it when aborted. */
  readonly signal?: AbortSignal;
}

/** What is to be done when objects change. Called one after the other; what they throw goes to `onError`. */
export interface Handlers<Read> {
  readonly add?: (object: Read) => void;
  readonly update?: (object: Read, previous: Read) => void;
  /** With the last that was known of it. */
  readonly delete?: (object: Read) => void;
}

export interface ReconcileOptions {
  /** So many objects are worked on at a time, never one twice. Default: 1. */
  readonly concurrency?: number;
  /** An object whose work failed is worked on again after this, and then ever later. Default: 100 ms, to 30 s. */
  readonly firstRetryMs?: number;
  readonly maxRetryMs?: number;
}

/**
 * A collection as it is, in memory: listed once, then watched, for as long as it is not stopped. Ends of watches, servers
 * that restart and revisions that are forgotten change nothing but how old it is meanwhile.
 *
 * What it holds is everybody's: copy an object before you change it.
 */
export class Informer<Read, Index extends string = string> {
  /** Resolves when it has all there is for the first time; rejects when it was stopped before. */
  readonly synced: Promise<void>;
  readonly #store: ObjectStore<Read>;
  readonly #reflector: Reflector<Read>;
  readonly #timing: WatchTiming;
  readonly #stopping: AbortController;
  readonly #onError: (error: unknown) => void;
  readonly #listeners = new Set<(change: Change<Read>) => void>();
  readonly #endings = new Set<() => void>();
  #hasSynced = false;
  #isSynced: () => void = () => undefined;

  /** Begins at once. `stopping` is the signal of `collection`. */
  constructor(
    collection: WatchedCollection,
    timing: WatchTiming,
    stopping: AbortController,
    { indices, onError }: Pick<InformerOptions<Read, Index>, 'indices' | 'onError'>,
  ) {
    this.#store = new ObjectStore<Read>(indices ?? {});
    this.#timing = timing;
    this.#stopping = stopping;
    this.#onError = onError ?? (() => undefined);
    this.synced = new Promise((resolve, reject) => {
      this.#isSynced = resolve;
      this.#endings.add(() => reject(new Error('the informer was stopped before it had everything')));
    });
    // Whoever waits for it hears of it.
    this.synced.catch(() => undefined);
    this.#reflector = new Reflector<Read>(collection, timing, {
      replace: (objects) => this.#replace(objects),
      put: (object) => this.#put(object),
      remove: (object) => this.#remove(keyOf(object), object),
      failed: (error) => this.#onError(error),
    });
    void this.#reflector.run().then(() => this.#end());
  }

  /** Whether it has had all there is. */
  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** Up to where it has come. '' at first, and when it has to begin anew. */
  get resourceVersion(): string {
    return this.#reflector.resourceVersion;
  }

  get size(): number {
    return this.#store.size;
  }

  /** `key`: `namespace/name`, or the name of what is in no namespace. */
  get(key: string): Read | undefined {
    return this.#store.get(key);
  }

  list(): Read[] {
    return this.#store.list();
  }

  /** The objects for which one of `indices` has this value. */
  by(index: Index, value: string): Read[] {
    return this.#store.by(index, value);
  }

  /** Tells of what is there, as added, and of each change from now on, until the function that it returns is called. */
  on(handlers: Handlers<Read>): () => void {
    return this.#listen((change) => this.#tell(handlers, change));
  }

  /** The same as it is taken, what happened to an object meanwhile as one change. Ends when the informer is stopped. */
  changes(): Changes<Read> {
    const changes: Changes<Read> = new Changes(() => {
      unlisten();
      this.#endings.delete(end);
    });
    const end = () => changes.end();
    const unlisten = this.#listen((change) => changes.push(change));
    if (this.#stopping.signal.aborted) end();
    else this.#endings.add(end);
    return changes;
  }

  [Symbol.asyncIterator](): Changes<Read> {
    return this.changes();
  }

  /**
   * What a controller does: `work` is called with the key of each object that is there, has come, has changed or is gone,
   * one call for all that happened meanwhile, and never twice at a time for one. What it rejects with goes to `onError`,
   * and it is called again later.
   * @returns what calls it for a key: when something else has changed that the object depends on
   */
  reconcile(work: (key: string) => Promise<void>, options: ReconcileOptions = {}): (key: string) => void {
    const { concurrency = 1, firstRetryMs = 100, maxRetryMs = 30_000 } = options;
    const queue = new WorkQueue({
      work: async (key) => {
        await work(key);
        return 'done';
      },
      failed: (_key, error) => this.#onError(error),
      concurrency,
      firstRetryMs,
      maxRetryMs,
      clock: this.#timing.clock,
    });
    if (this.#stopping.signal.aborted) queue.stop();
    else this.#endings.add(() => queue.stop());
    this.#listen(({ key }) => queue.add(key));
    return (key) => queue.add(key);
  }

  /** For good. What it holds stays as it is. Idempotent. */
  stop(): void {
    this.#stopping.abort();
    this.#end();
  }

  #end(): void {
    for (const end of this.#endings) end();
    this.#endings.clear();
    this.#listeners.clear();
  }

  #listen(listener: (change: Change<Read>) => void): () => void {
    for (const key of this.#store.keys()) {
      const object = this.#store.get(key);
      if (object !== undefined) listener({ type: 'add', key, object });
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #replace(objects: readonly Read[]): void {
    const gone = new Set(this.#store.keys());
    for (const object of objects) {
      gone.delete(keyOf(object));
      this.#put(object);
    }
    for (const key of gone) this.#remove(key, undefined);
    this.#hasSynced = true;
    this.#isSynced();
  }

  #put(object: Read): void {
    const previous = this.#store.put(object);
    const key = keyOf(object);
    if (previous === undefined) this.#told({ type: 'add', key, object });
    else if (revision(previous) !== revision(object)) this.#told({ type: 'update', key, object, previous });
  }

  /** `last`: what the server told of it; undefined: it was gone when we looked again. */
  #remove(key: string, last: Read | undefined): void {
    const known = this.#store.remove(key);
    const object = last ?? known;
    if (known !== undefined && object !== undefined) this.#told({ type: 'delete', key, object });
  }

  #told(change: Change<Read>): void {
    for (const listener of this.#listeners) listener(change);
  }

  #tell(handlers: Handlers<Read>, change: Change<Read>): void {
    try {
      if (change.type === 'add') handlers.add?.(change.object);
      else if (change.type === 'update') handlers.update?.(change.object, change.previous);
      else handlers.delete?.(change.object);
    } catch (error) {
      this.#onError(error);
    }
  }
}

const revision = (object: unknown): string | undefined =>
  (object as { readonly metadata?: { readonly resourceVersion?: string } }).metadata?.resourceVersion;

import { queryOf } from './request-options.ts';
import { ResponseError } from './response-error.ts';
import { Retries } from './retries.ts';
import {
  endsInitialEvents,
  isExpired,
  revisionOf,
  type WatchedCollection,
  type WatchTiming,
  watchAfter,
} from './watch-request.ts';

/** Who holds what the reflector sees. */
export interface ReflectorSink<Read> {
  /** Everything that there is. */
  replace(objects: readonly Read[]): void;
  put(object: Read): void;
  remove(object: Read): void;
  /** It could not be seen, and will be tried again. */
  failed(error: unknown): void;
}

interface Listed<Read> {
  readonly items: readonly Read[];
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

const pageSize = 500;

/**
 * Keeps a sink as the collection is, until aborted. The state comes by a watch that begins with it, or by a list in pages
 * where the server has no such thing; from then on by the watch, which is gone on with where it was when it ends, and begun
 * anew when the server does not remember that any more.
 */
export class Reflector<Read> {
  readonly #collection: WatchedCollection;
  readonly #timing: WatchTiming;
  readonly #sink: ReflectorSink<Read>;
  readonly #retries: Retries;
  /** Of the last event or bookmark; '': the state is not known. */
  #seen = '';
  #streamsState = true;

  constructor(collection: WatchedCollection, timing: WatchTiming, sink: ReflectorSink<Read>) {
    this.#collection = collection;
    this.#timing = timing;
    this.#sink = sink;
    this.#retries = new Retries(timing, collection.signal);
  }

  get resourceVersion(): string {
    return this.#seen;
  }

  /** Once. Resolves when aborted; does not reject. */
  async run(): Promise<void> {
    const { signal } = this.#collection;
    while (!signal.aborted) {
      this.#retries.begin();
      let failure: unknown;
      try {
        if (this.#seen === '' && !this.#streamsState) await this.#list();
        await this.#watch();
      } catch (error) {
        failure = error;
        if (signal.aborted) return;
        if (isExpired(error)) this.#seen = '';
        else if (this.#seen === '' && this.#streamsState && isUnknownRequest(error)) this.#streamsState = false;
        else this.#sink.failed(error);
      }
      await this.#retries.next(failure);
    }
  }

  async #watch(): Promise<void> {
    let state: Map<string, Read> | undefined = this.#seen === '' ? new Map() : undefined;
    for await (const line of watchAfter(this.#collection, this.#seen, this.#timing.random)) {
      this.#retries.goesWell();
      const object = line.object as Read;
      if (state === undefined) {
        if (line.type === 'DELETED') this.#sink.remove(object);
        else if (line.type !== 'BOOKMARK') this.#sink.put(object);
      } else if (endsInitialEvents(line)) {
        this.#sink.replace([...state.values()]);
        state = undefined;
      } else if (line.type === 'DELETED') state.delete(keyOf(object));
      else if (line.type !== 'BOOKMARK') state.set(keyOf(object), object);
      if (state === undefined) this.#seen = revisionOf(line);
    }
  }

  async #list(): Promise<void> {
    const objects: Read[] = [];
    let page: Listed<Read> | undefined;
    let limit: number | undefined = pageSize;
    do {
      try {
        page = await this.#page(limit, page?.metadata.continue);
        objects.push(...page.items);
      } catch (error) {
        // What the pages are of is forgotten: the rest of the time it takes is not worth another try.
        if (!isExpired(error) || limit === undefined) throw error;
        objects.length = 0;
        limit = undefined;
        page = undefined;
      }
    } while (page === undefined || (page.metadata.continue ?? '') !== '');
    this.#sink.replace(objects);
    this.#seen = page.metadata.resourceVersion;
    this.#retries.goesWell();
  }

  async #page(limit: number | undefined, from: string | undefined): Promise<Listed<Read>> {
    const { connection, path, selection, signal } = this.#collection;
    const query = queryOf({ ...selection, limit, continue: from });
    return (await connection.json({ method: 'GET', path: path + query, signal })) as Listed<Read>;
  }
}

interface Named {
  readonly metadata?: { readonly name?: string | undefined; readonly namespace?: string | undefined };
}

/** `namespace/name`, or the name of what is in none. */
export function keyOf(object: unknown): string {
  const { name = '', namespace = '' } = (object as Named).metadata ?? {};
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** A server that does not know `sendInitialEvents`, or has it turned off. */
const isUnknownRequest = (error: unknown): boolean =>
  error instanceof ResponseError && (error.status === 400 || error.status === 422);

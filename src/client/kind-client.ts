import type { ApiKind } from './api-kind.ts';
import type { Connection, HttpCall } from './connection.ts';
import { Informer, type InformerOptions } from './informer.ts';
import type { ListMeta } from './object-meta.ts';
import type { Configuration, JsonPatchOperation, MergePatch } from './patch-body.ts';
import {
  type ApplyOptions,
  type CallOptions,
  type DeleteOptions,
  type GetOptions,
  type ListOptions,
  queryOf,
  type Selection,
  type WatchOptions,
  type WriteOptions,
} from './request-options.ts';
import { isRefusal } from './response-error.ts';
import { resumedWatch } from './resumed-watch.ts';
import type { WatchEvent } from './watch-event.ts';
import type { WatchedCollection, WatchTiming } from './watch-request.ts';

export interface ObjectList<Read> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ListMeta;
  readonly items: Read[];
}

/** `autoscaling/v1` Scale. */
export interface Scale {
  apiVersion?: string;
  kind?: string;
  metadata?: { name?: string; namespace?: string; resourceVersion?: string };
  spec?: { replicas?: number };
  status?: { replicas: number; selector?: string };
}

export interface KindClientParts {
  readonly connection: Connection;
  readonly timing: WatchTiming;
  /** undefined: all, for what is listed and watched; `default` for the others. */
  readonly namespace: string | undefined;
}

/** What is looked at of an object that is sent. */
interface Sent {
  readonly metadata?: { readonly name?: string | undefined; readonly namespace?: string | undefined };
}

const mediaTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/**
 * Objects of one kind: the verbs of the API.
 *
 * Whatever asks the server throws a {@link ResponseError} when it refuses. Objects that are sent may leave out their
 * apiVersion and kind; the namespace is that of the options, else the object's own, else the client's, else `default`.
 */
export class KindClient<Read, Write = Read> {
  readonly kind: ApiKind<Read, Write>;
  readonly #parts: KindClientParts;

  constructor(kind: ApiKind<Read, Write>, parts: KindClientParts) {
    this.kind = kind;
    this.#parts = parts;
  }

  /** The same, of one namespace. */
  inNamespace(namespace: string): KindClient<Read, Write> {
    return new KindClient(this.kind, { ...this.#parts, namespace });
  }

  get(name: string, { namespace, signal, ...query }: GetOptions = {}): Promise<Read> {
    return this.#call({ method: 'GET', path: this.#path(name, namespace) + queryOf(query), signal });
  }

  /** The object; undefined when there is none. */
  async find(name: string, options: GetOptions = {}): Promise<Read | undefined> {
    try {
      return await this.get(name, options);
    } catch (error) {
      if (isRefusal(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  list({ namespace, signal, ...query }: ListOptions = {}): Promise<ObjectList<Read>> {
    return this.#call({ method: 'GET', path: this.#collection(namespace) + queryOf({ ...query }), signal });
  }

  create(object: Write, options: WriteOptions = {}): Promise<Read> {
    const collection = this.#collection(this.#namespaceOf(object, options));
    return this.#send('POST', collection, object, options);
  }

  /** Of the object as it was read: its resourceVersion says of which state it is a change. */
  update(object: Write, options: WriteOptions = {}): Promise<Read> {
    return this.#send('PUT', this.#pathOf(object, options), object, options);
  }

  /** The same of its status, and of nothing else. */
  updateStatus(object: Write, options: WriteOptions = {}): Promise<Read> {
    return this.#send('PUT', `${this.#pathOf(object, options)}/status`, object, options);
  }

  /** A JSON Merge Patch, or, as an array, the operations of a JSON Patch. */
  patch(
    name: string,
    patch: MergePatch<Write> | readonly JsonPatchOperation[],
    options: WriteOptions = {},
  ): Promise<Read> {
    return this.#patch(this.#path(name, options.namespace), patch, options);
  }

  patchStatus(
    name: string,
    patch: MergePatch<Write> | readonly JsonPatchOperation[],
    options: WriteOptions = {},
  ): Promise<Read> {
    return this.#patch(`${this.#path(name, options.namespace)}/status`, patch, options);
  }

  /** Server-side apply: makes the object, or what `fieldManager` has to say of it, as it is here. */
  apply(object: Configuration<Write>, options: ApplyOptions): Promise<Read> {
    return this.#apply('', object, options);
  }

  applyStatus(object: Configuration<Write>, options: ApplyOptions): Promise<Read> {
    return this.#apply('/status', object, options);
  }

  getScale(name: string, { namespace, signal }: CallOptions = {}): Promise<Scale> {
    return this.#call({ method: 'GET', path: `${this.#path(name, namespace)}/scale`, signal });
  }

  updateScale(name: string, scale: Scale, options: WriteOptions = {}): Promise<Scale> {
    const { namespace, signal, ...query } = options;
    const path = `${this.#path(name, namespace)}/scale${writeQuery(query)}`;
    const metadata = { name, ...scale.metadata };
    return this.#call({
      method: 'PUT',
      path,
      body: { apiVersion: 'autoscaling/v1', kind: 'Scale', ...scale, metadata },
      signal,
    });
  }

  /** The object while it waits for its finalizers; undefined once it is gone. */
  async delete(name: string, { namespace, signal, dryRun, ...options }: DeleteOptions = {}): Promise<Read | undefined> {
    const path = this.#path(name, namespace) + writeQuery({ dryRun });
    const answer = await this.#call<{ readonly kind: string }>({
      method: 'DELETE',
      path,
      body: deletion(options),
      signal,
    });
    return answer.kind === 'Status' ? undefined : (answer as Read);
  }

  /** Deletes what is selected, in one namespace or in none. */
  async deleteCollection(
    selection: Selection = {},
    { signal, dryRun, ...options }: Omit<DeleteOptions, 'namespace' | 'preconditions'> = {},
  ): Promise<void> {
    const { namespace, ...query } = selection;
    const path = this.#collection(this.#namespaceFor(namespace)) + queryOf({ ...query, ...dryRunQuery(dryRun) });
    await this.#call({ method: 'DELETE', path, body: deletion(options), signal });
  }

  /**
   * What happens, until it is aborted or nobody reads on: ends of watches and servers that restart are got over.
   * @throws {ResponseError} 410 when the server has forgotten where it was: then list again. An informer does that itself.
   */
  watch({
    resourceVersion = '',
    signal,
    ...selection
  }: WatchOptions = {}): AsyncGenerator<WatchEvent<Read>, void, undefined> {
    const { collection } = this.#watched(selection, signal);
    return resumedWatch<Read>(collection, resourceVersion, this.#parts.timing);
  }

  /** The collection in memory, kept as it is. Begins at once. */
  informer<const Index extends string = never>({
    indices,
    onError,
    signal,
    ...selection
  }: InformerOptions<Read, Index> = {}): Informer<Read, Index> {
    const { collection, stopping } = this.#watched(selection, signal);
    return new Informer<Read, Index>(collection, this.#parts.timing, stopping, {
      ...(indices !== undefined && { indices }),
      ...(onError !== undefined && { onError }),
    });
  }

  #watched(
    { namespace, ...selection }: Selection,
    signal: AbortSignal | undefined,
  ): { readonly collection: WatchedCollection; readonly stopping: AbortController } {
    const { connection } = this.#parts;
    const stopping = new AbortController();
    for (const each of [signal, connection.closed]) {
      if (each?.aborted) stopping.abort(each.reason);
      else each?.addEventListener('abort', () => stopping.abort(each.reason), { once: true, signal: stopping.signal });
    }
    const path = this.#collection(namespace);
    return { collection: { connection, path, selection, signal: stopping.signal }, stopping };
  }

  /** `namespace`: undefined: the client's, else all. */
  #collection(namespace: string | undefined): string {
    const { group, version, plural, scope } = this.kind;
    const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const within = scope === 'Cluster' ? undefined : (namespace ?? this.#parts.namespace);
    return `${base}/${within === undefined ? '' : `namespaces/${encodeURIComponent(within)}/`}${plural}`;
  }

  #path(name: string, namespace: string | undefined): string {
    if (!name) throw new TypeError('an object has a name');
    return `${this.#collection(this.#namespaceFor(namespace))}/${encodeURIComponent(name)}`;
  }

  #namespaceFor(namespace: string | undefined): string {
    return namespace ?? this.#parts.namespace ?? 'default';
  }

  #namespaceOf(object: Write, { namespace }: CallOptions): string {
    return this.#namespaceFor(namespace ?? (object as Sent).metadata?.namespace);
  }

  #pathOf(object: unknown, options: CallOptions): string {
    return this.#path((object as Sent).metadata?.name ?? '', this.#namespaceOf(object as Write, options));
  }

  #send(method: 'POST' | 'PUT', path: string, object: Write, options: WriteOptions): Promise<Read> {
    const { namespace: _, signal, ...query } = options;
    return this.#call({ method, path: path + writeQuery(query), body: this.#typed(object), signal });
  }

  #patch(path: string, patch: unknown, options: WriteOptions): Promise<Read> {
    const { namespace: _, signal, ...query } = options;
    const contentType = Array.isArray(patch) ? mediaTypes.json : mediaTypes.merge;
    return this.#call({ method: 'PATCH', path: path + writeQuery(query), body: patch, contentType, signal });
  }

  #apply(subresource: string, object: unknown, options: ApplyOptions): Promise<Read> {
    const { namespace: _, signal, ...query } = options;
    const path = this.#pathOf(object, options) + subresource + writeQuery(query);
    return this.#call({ method: 'PATCH', path, body: this.#typed(object), contentType: mediaTypes.apply, signal });
  }

  #typed(object: unknown): unknown {
    const { group, version, kind } = this.kind;
    return { apiVersion: group === '' ? version : `${group}/${version}`, kind, ...(object as object) };
  }

  async #call<Answer = Read>(call: HttpCall): Promise<Answer> {
    return (await this.#parts.connection.json(call)) as Answer;
  }
}

const dryRunQuery = (dryRun: boolean | undefined) => ({ dryRun: dryRun === true ? 'All' : undefined });

const writeQuery = ({
  dryRun,
  ...query
}: Omit<WriteOptions, 'namespace' | 'signal'> & { readonly force?: boolean | undefined }): string =>
  queryOf({ ...query, ...dryRunQuery(dryRun) });

const deletion = (options: Omit<DeleteOptions, 'namespace' | 'signal' | 'dryRun'>): unknown =>
  Object.keys(options).length === 0 ? undefined : { apiVersion: 'v1', kind: 'DeleteOptions', ...options };

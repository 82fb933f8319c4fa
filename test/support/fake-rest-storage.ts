import { defineKind, type Kind, type KindDefinition } from '../../src/api/kind.ts';
import type { StoredKind } from '../../src/api/stored-kind.ts';
import { realClock } from '../../src/base/clock.ts';
import type { Revision } from '../../src/base/revision.ts';
import type { FrameBatch, FrameSink } from '../../src/dispatch/frame-sink.ts';
import type { EventType, View } from '../../src/dispatch/view.ts';
import type { WatchEnd } from '../../src/dispatch/watch-end.ts';
import type { WatcherHandle } from '../../src/dispatch/watcher-handle.ts';
import { type ApiError } from '../../src/machinery/api-error.ts';
import { apiVersionOf } from '../../src/machinery/gvk.ts';
import { encodeJson } from '../../src/machinery/json/encode.ts';
import { type JsonObject, objectAt, stringAt } from '../../src/machinery/json-value.ts';
import type { RequestContext } from '../../src/machinery/request-context.ts';
import { alreadyExists, conflict, notFound } from '../../src/machinery/status-errors.ts';
import type {
  AppliedConfig,
  CollectionScope,
  DeleteOptions,
  DeleteResult,
  ListOptions,
  ListResult,
  ObjectScope,
  RestStorage,
  Updater,
  WriteResult,
} from '../../src/registry/rest-storage.ts';
import type { ObjectShape } from '../../src/translate/object-shape.ts';
import { StoredObject } from '../../src/translate/stored-object.ts';

const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] as const;

/** A kind with the columns Name and Data, for objects without rules. */
export function fakeKind(over: Partial<KindDefinition> = {}): KindDefinition {
  return {
    group: '',
    version: 'v1',
    kind: 'ConfigMap',
    resource: 'configmaps',
    singular: 'configmap',
    shortNames: ['cm'],
    categories: [],
    namespaced: true,
    verbs,
    subresources: {},
    storagePrefix: 'configmaps',
    fields: {},
    columns: [
      {
        name: 'Name',
        type: 'string',
        format: 'name',
        description: 'The name.',
        cell: (object) => stringAt(objectAt(object, 'metadata'), 'name'),
      },
      {
        name: 'Data',
        type: 'string',
        description: 'How much.',
        cell: (object) => objectAt(object, 'data') !== undefined,
      },
    ],
    strategy: {
      setDefaults() {},
      subresources: {},
      prepareForCreate() {},
      validateCreate: () => [],
      prepareForUpdate() {},
      validateUpdate: () => [],
      allowCreateOnUpdate: false,
      allowUnconditionalUpdate: true,
    },
    ...over,
  };
}

/** Frames as the dispatcher batches them. */
export const batchOf = (...frames: readonly Buffer[]): FrameBatch => {
  const body = Buffer.concat(frames);
  const chunk = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);
  return { frames, body, chunk };
};

/** An open watch in the hands of a test. */
export class FakeWatch implements WatcherHandle {
  readonly scope: CollectionScope & { readonly name?: string };
  readonly options: ListOptions;
  readonly view: View;
  sink: FrameSink | undefined;
  ended: WatchEnd | undefined;
  drains = 0;
  #first = true;
  readonly #waiting: (() => void)[] = [];

  constructor(scope: CollectionScope & { readonly name?: string }, options: ListOptions, view: View) {
    this.scope = scope;
    this.options = options;
    this.view = view;
  }

  /** Sends one event; false when the sink wants no more. */
  event(type: EventType, object: StoredObject): boolean {
    return this.send(this.view.event(type, object, this.#first));
  }

  bookmark(revision: number, initialEventsEnd = false): boolean {
    return this.send(this.view.bookmark(revision as Revision, initialEventsEnd, this.#first));
  }

  send(...frames: readonly Buffer[]): boolean {
    this.#first = false;
    return this.sink?.write(batchOf(...frames)) ?? true;
  }

  drained(): void {
    this.drains++;
    this.#wake();
  }

  close(reason: WatchEnd): void {
    if (this.ended !== undefined) return;
    this.ended = reason;
    if (reason !== 'client') this.sink?.end();
    this.#wake();
  }

  fail(status: ApiError['status']): void {
    this.send(this.view.error(status));
    this.close('error');
  }

  /** Resolves once `condition` holds; looked at after every drain and at the end. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((wake) => this.#waiting.push(wake));
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** A RestStorage over a map: no rules, no cache, every write a revision. Records what it was asked. */
export class FakeRestStorage implements RestStorage {
  readonly kind: Kind;
  readonly objects = new Map<string, StoredObject>();
  readonly watches: FakeWatch[] = [];
  lists: ListOptions[] = [];
  deletions: (DeleteOptions & { readonly dryRun: boolean })[] = [];
  writes: RequestContext[] = [];
  revision = 1;
  /** Thrown by the next call, once. */
  failure: unknown;
  /** What the next calls wait for. */
  gate: Promise<void> | undefined;
  /** What the next list adds to its metadata. */
  page: Pick<ListResult, 'continue' | 'remainingItemCount'> = { continue: '', remainingItemCount: undefined };
  #opened: ((watch: FakeWatch) => void)[] = [];

  constructor(definition: KindDefinition = fakeKind()) {
    this.kind = defineKind(definition);
  }

  get stored(): StoredKind {
    return this.kind.stored;
  }

  /** Puts an object in directly. */
  put(namespace: string, name: string, more: JsonObject = {}): StoredObject {
    const object = this.made({ namespace, name }, ++this.revision, more);
    this.objects.set(object.key, object);
    return object;
  }

  made({ namespace, name }: ObjectScope, revision: number, more: JsonObject): StoredObject {
    const { metadata, kind: _kind, apiVersion: _version, ...rest } = more;
    const shape = this.#shape();
    const scoped = this.stored.namespaced ? { namespace } : {};
    const object = {
      kind: shape.kind,
      apiVersion: shape.apiVersion,
      metadata: { resourceVersion: String(revision), name, ...scoped, uid: `uid-${name}`, ...(metadata as JsonObject) },
      ...rest,
    };
    Object.assign(object.metadata, { resourceVersion: String(revision) });
    return new StoredObject({
      shape,
      key: `${shape.keyPrefix}${namespace}/${name}`,
      namespace,
      name,
      revision: revision as Revision,
      createRevision: revision as Revision,
      bytes: Buffer.from(encodeJson(object)),
    });
  }

  async get({ namespace, name }: ObjectScope): Promise<StoredObject> {
    await this.#turn();
    const object = this.objects.get(`${this.#shape().keyPrefix}${namespace}/${name}`);
    if (object === undefined) throw notFound(this.stored, name);
    return object;
  }

  async list({ namespace }: CollectionScope, options: ListOptions): Promise<ListResult> {
    await this.#turn();
    this.lists.push(options);
    const items = [...this.objects.values()].filter(
      (object) =>
        (namespace === '' || object.namespace === namespace) &&
        options.labels.matches(object.labels) &&
        options.fields.matches(object.fields),
    );
    return { revision: this.revision as Revision, items, ...this.page };
  }

  async watch(
    scope: CollectionScope & { readonly name?: string },
    options: ListOptions,
    view: View,
    openSink: (watcher: WatcherHandle) => FrameSink,
  ): Promise<void> {
    await this.#turn();
    const watch = new FakeWatch(scope, options, view);
    watch.sink = openSink(watch);
    this.watches.push(watch);
    for (const opened of this.#opened.splice(0)) opened(watch);
  }

  /** The next watch that is opened. */
  nextWatch(): Promise<FakeWatch> {
    return new Promise((resolve) => this.#opened.push(resolve));
  }

  async create({ namespace }: CollectionScope, object: JsonObject, request: RequestContext): Promise<WriteResult> {
    await this.#turn();
    this.writes.push(request);
    const name = stringAt(objectAt(object, 'metadata'), 'name');
    if (this.objects.has(`${this.#shape().keyPrefix}${namespace}/${name}`)) throw alreadyExists(this.stored, name);
    return { bytes: this.put(namespace, name, object).bytes, created: true };
  }

  async update(
    scope: ObjectScope,
    _subresource: string,
    object: JsonObject | Updater,
    request: RequestContext,
  ): Promise<WriteResult> {
    await this.#turn();
    this.writes.push(request);
    const existing = this.objects.get(`${this.#shape().keyPrefix}${scope.namespace}/${scope.name}`);
    if (existing === undefined && !this.stored.strategy.allowCreateOnUpdate) throw notFound(this.stored, scope.name);
    const next = typeof object === 'function' ? object(existing?.parse() ?? {}) : object;
    return { bytes: this.put(scope.namespace, scope.name, next).bytes, created: existing === undefined };
  }

  /** What is applied replaces what is there. */
  apply(scope: ObjectScope, subresource: string, { config }: AppliedConfig, request: RequestContext) {
    return this.update(scope, subresource, config, request);
  }

  /** No kind of its tests has views. */
  updateView(): Promise<WriteResult> {
    return Promise.reject(new TypeError('there are no views'));
  }

  async delete(
    { namespace, name }: ObjectScope,
    options: DeleteOptions,
    request: RequestContext,
  ): Promise<DeleteResult> {
    this.deletions.push({ ...options, dryRun: request.dryRun });
    const object = await this.get({ namespace, name });
    const { metadata } = object.parse() as { metadata: { uid: string; finalizers?: string[] } };
    const deleted = metadata.finalizers === undefined;
    if (deleted && !request.dryRun) this.objects.delete(object.key);
    return { deleted, bytes: object.bytes, name, uid: metadata.uid };
  }

  /** Whatever is here can be read. */
  deleteUnreadable({ name }: ObjectScope): Promise<void> {
    return Promise.reject(conflict(this.stored, name, 'the object is decodable'));
  }

  async deleteCollection(
    scope: CollectionScope,
    list: ListOptions,
    options: DeleteOptions,
    { dryRun }: RequestContext,
  ): Promise<ListResult> {
    this.deletions.push({ ...options, dryRun });
    const listed = await this.list(scope, list);
    for (const { key } of listed.items) this.objects.delete(key);
    return listed;
  }

  async #turn(): Promise<void> {
    await this.gate;
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
    await new Promise<void>((resolve) => realClock.endOfTurn(resolve));
  }

  #shape(): ObjectShape {
    return (this.#cachedShape ??= {
      kind: this.stored.kind,
      apiVersion: apiVersionOf(this.stored),
      keyPrefix: `/registry/${this.stored.storagePrefix}/`,
      namespaced: this.stored.namespaced,
      fieldsOf: () => ({}),
    });
  }

  #cachedShape: ObjectShape | undefined;
}

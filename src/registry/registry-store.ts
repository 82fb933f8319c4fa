import type { AskedConversion, ServedVersion } from '../api/served-version.ts';
import { type StoredKind, storedAs } from '../api/stored-kind.ts';
import type { SubresourceKind } from '../api/subresource-kind.ts';
import type { Clock } from '../base/clock.ts';
import type { Meter } from '../base/meter.ts';
import type { FrameBatch } from '../dispatch/frame-sink.ts';
import type { View } from '../dispatch/view.ts';
import { apiVersionOf, type KindNames } from '../machinery/gvk.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import type { Storage } from '../storage/storage.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { CacheReader, Freshness } from '../watchcache/cache-reader.ts';
import type { AdmissionGate } from './admission-gate.ts';
import { ConvertedObjects } from './converted-objects.ts';
import { ConvertingWatch } from './converting-watch.ts';
import { createObject } from './create.ts';
import type { CurrentRevision } from './current-revision.ts';
import { deleteCollection, deleteObject } from './delete.ts';
import { deleteUnreadable } from './delete-unreadable.ts';
import { ExclusiveClaims } from './exclusive-claims.ts';
import { FieldManagers } from './field-managers.ts';
import { FreshRead } from './fresh-read.ts';
import { getObject } from './get.ts';
import { listObjects } from './list.ts';
import { registryMetrics } from './metrics.ts';
import type { Randomness } from './randomness.ts';
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
  ViewChange,
  WriteResult,
} from './rest-storage.ts';
import { type Operation, statusOf } from './status-of.ts';
import type { OpenSink, StoreContext, WatchOpener } from './store-context.ts';
import { UnreadableObjectError, unreadableList } from './unreadable.ts';
import { applyObject, updateObject } from './update.ts';
import { updateView } from './update-view.ts';
import { VersionForms } from './version-forms.ts';
import { startWatch } from './watch-start.ts';

export interface RegistryStoreOptions {
  readonly stored: StoredKind;
  /** The versions it is served in. Default: the hub alone. */
  readonly versions?: readonly ServedVersion[];
  readonly shape: ObjectShape;
  readonly storage: Storage;
  /** One per storage, shared by all resources. */
  readonly currentRevision: CurrentRevision;
  readonly cache: CacheReader;
  readonly freshness: Freshness;
  readonly dispatcher: WatchOpener;
  readonly admission: AdmissionGate;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly meter: Meter;
  /** A watch that says nothing of time lasts once to twice as long. Default: 1,800,000, as kube-apiserver. */
  readonly minRequestTimeoutMs?: number;
  /** Sets the finalizers that a garbage collector acts on and removes. Default: true. */
  readonly garbageCollection?: boolean;
  /** The store of another kind, by its names as stored. Default: there is no other. */
  readonly storeOf?: (kind: Pick<StoredKind, 'group' | 'resource'>) => RegistryStore | undefined;
}

const defaultMinRequestTimeoutMs = 1_800_000;

/** One resource over storage (writes), cache (reads) and dispatcher (watches). Each verb is a file of this folder. */
export class RegistryStore implements RestStorage {
  readonly #context: StoreContext;
  readonly #versions: readonly ServedVersion[];
  readonly #converted: ConvertedObjects;
  /** What watches of a view were sent in this version, where somebody had to be asked. There are few views. */
  readonly #batches = new Map<string, WeakMap<FrameBatch, Promise<FrameBatch>>>();

  private constructor(context: StoreContext, versions: readonly ServedVersion[], converted: ConvertedObjects) {
    this.#context = context;
    this.#versions = versions;
    this.#converted = converted;
  }

  /** Under the hub's names. */
  static of(options: RegistryStoreOptions): RegistryStore {
    const { stored, storage, currentRevision, freshness, clock, random } = options;
    const { versions = [] } = options;
    const context: StoreContext = {
      stored,
      resource: stored,
      shape: options.shape,
      fieldManagers: new FieldManagers(stored, versions),
      storage,
      cache: options.cache,
      fresh: new FreshRead(currentRevision, freshness),
      dispatcher: options.dispatcher,
      admission: options.admission,
      claims: new ExclusiveClaims(),
      records() {
        const kind = stored.strategy.allocation?.records;
        const store = kind === undefined ? undefined : options.storeOf?.(kind);
        return store === undefined ? undefined : store.#context;
      },
      clock,
      random,
      metrics: registryMetrics(options.meter, stored),
      minRequestTimeoutMs: options.minRequestTimeoutMs ?? defaultMinRequestTimeoutMs,
      garbageCollection: options.garbageCollection ?? true,
      since: clock.now(),
    };
    const store = new RegistryStore(context, versions, new ConvertedObjects());
    const asked = versions.find(({ asked }) => asked !== undefined)?.asked;
    return asked === undefined ? store : store.#asking(asked, stored);
  }

  get stored(): StoredKind {
    return this.#context.stored;
  }

  /** The same store under the names of a version that it is served in, with the version's own rules if it has some. */
  as({ strategy, asked, ...resource }: KindNames & Pick<ServedVersion, 'strategy' | 'asked'>): RegistryStore {
    if (asked !== undefined) return this.#asking(asked, resource);
    const { stored } = this.#context;
    const context = { ...this.#context, resource, stored: strategy === undefined ? stored : { ...stored, strategy } };
    return new RegistryStore(context, this.#versions, this.#converted);
  }

  /** The same store as if it held everything in the version of `resource`. */
  #asking(asked: AskedConversion, resource: KindNames): RegistryStore {
    const { shape: storageShape, stored: hub } = this.#context;
    const stored = storedAs(hub, resource.version);
    const shapes = [storageShape, ...(storageShape.alternatives ?? [])];
    const own = shapes.find(({ apiVersion }) => apiVersion === apiVersionOf(resource)) ?? storageShape;
    const shape = own === storageShape ? own : { ...own, alternatives: shapes.filter((other) => other !== own) };
    const forms = new VersionForms({ asked, shape, storageShape, memory: this.#converted });
    const versions = this.#versions.map((version) =>
      version.version === resource.version
        ? version
        : { ...version, stored, conversion: forms.conversionTo(apiVersionOf(version)) },
    );
    const fieldManagers = new FieldManagers(stored, versions);
    const context = { ...this.#context, resource, stored, shape, forms, fieldManagers };
    return new RegistryStore(context, this.#versions, this.#converted);
  }

  get(scope: ObjectScope, resourceVersion: string): Promise<StoredObject> {
    return this.#answer('get', (context) => getObject(context, scope, resourceVersion));
  }

  list(scope: CollectionScope, options: ListOptions): Promise<ListResult> {
    return this.#answer('list', async (context) => inForm(context, await listObjects(context, scope, options)));
  }

  watch(
    scope: CollectionScope & { readonly name?: string },
    options: ListOptions,
    view: View,
    openSink: OpenSink,
  ): Promise<void> {
    return this.#answer('watch', (context) => {
      if (context.forms === undefined) return startWatch(context, scope, options, view, openSink);
      const watch = new ConvertingWatch(view, context.forms, context.shape, this.#batchesOf(view));
      return startWatch(context, scope, options, watch.view, watch.opening(openSink));
    });
  }

  create(scope: CollectionScope, object: JsonObject, request: RequestContext): Promise<WriteResult> {
    return this.#answer('create', (context) => createObject(context, scope, object, request));
  }

  update(
    scope: ObjectScope,
    subresource: string,
    object: JsonObject | Updater,
    request: RequestContext,
  ): Promise<WriteResult> {
    return this.#answer('update', (context) => updateObject(context, scope, subresource, object, request));
  }

  apply(scope: ObjectScope, subresource: string, config: AppliedConfig, request: RequestContext): Promise<WriteResult> {
    return this.#answer('update', (context) => applyObject(context, scope, subresource, config, request));
  }

  updateView(
    scope: ObjectScope,
    subresource: string,
    viewed: SubresourceKind,
    change: ViewChange,
    request: RequestContext,
  ): Promise<WriteResult> {
    return this.#answer('update', (context) => updateView(context, scope, subresource, viewed, change, request));
  }

  delete(scope: ObjectScope, options: DeleteOptions, request: RequestContext): Promise<DeleteResult> {
    return this.#answer('delete', (context) => deleteObject(context, scope, options, request));
  }

  deleteUnreadable(scope: ObjectScope, request: RequestContext): Promise<void> {
    return this.#answer('delete', (context) => deleteUnreadable(context, scope, request));
  }

  deleteCollection(
    scope: CollectionScope,
    list: ListOptions,
    options: DeleteOptions,
    request: RequestContext,
  ): Promise<ListResult> {
    return this.#answer('delete', async (context) =>
      inForm(context, await deleteCollection(context, scope, list, options, request)),
    );
  }

  #batchesOf(view: Pick<View, 'id'>): WeakMap<FrameBatch, Promise<FrameBatch>> {
    let batches = this.#batches.get(view.id);
    if (batches === undefined) this.#batches.set(view.id, (batches = new WeakMap()));
    return batches;
  }

  async #answer<T>(operation: Operation, verb: (context: StoreContext) => Promise<T>): Promise<T> {
    try {
      return await verb(this.#context);
    } catch (error) {
      throw statusOf(error, this.#context.resource, operation);
    }
  }
}

/** A list in the version that was asked for. @throws {ApiError} 500 when it cannot be had */
async function inForm({ forms, resource }: StoreContext, list: ListResult): Promise<ListResult> {
  if (forms === undefined) return list;
  try {
    return { ...list, items: await forms.all(list.items) };
  } catch (error) {
    if (error instanceof UnreadableObjectError) throw unreadableList(resource, [error.value]);
    throw error;
  }
}

import { builtInKinds } from '../../src/api/built-in-kinds.ts';
import type { Kind } from '../../src/api/kind.ts';
import { type StoredKind, shapeOf } from '../../src/api/stored-kind.ts';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { silentMeter } from '../../src/base/meter.ts';
import { asRevision, type Revision } from '../../src/base/revision.ts';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import type { WatchEnd } from '../../src/dispatch/watch-end.ts';
import { jsonView } from '../../src/encoding/json-view.ts';
import { ApiError, type Status } from '../../src/machinery/api-error.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { RequestContext } from '../../src/machinery/request-context.ts';
import { parseFieldSelector } from '../../src/machinery/selector/field-selector.ts';
import { parseLabelSelector } from '../../src/machinery/selector/label-selector.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { reflectorMetrics } from '../../src/reflector/metrics.ts';
import { type AdmissionGate, noAdmission } from '../../src/registry/admission-gate.ts';
import { CurrentRevision } from '../../src/registry/current-revision.ts';
import { listEverything } from '../../src/registry/list-everything.ts';
import { systemRandomness } from '../../src/registry/randomness.ts';
import { RegistryStore } from '../../src/registry/registry-store.ts';
import type {
  CollectionScope,
  DeleteOptions,
  ListOptions,
  ListResult,
  WriteResult,
} from '../../src/registry/rest-storage.ts';
import { openEmbedded } from '../../src/storage/embedded/open-embedded.ts';
import type { Storage } from '../../src/storage/storage.ts';
import type { ObjectShape } from '../../src/translate/object-shape.ts';
import type { StoredObject } from '../../src/translate/stored-object.ts';
import type { CacheReader } from '../../src/watchcache/cache-reader.ts';
import { watchCacheMetrics } from '../../src/watchcache/metrics.ts';
import type { ObjectEvent } from '../../src/watchcache/object-event.ts';
import { WatchCache } from '../../src/watchcache/watch-cache.ts';
import { RecordingSink } from './recording-sink.ts';

const prefix = '/registry';

/** One resource of the fixture, with all of its parts. */
export interface TestResource {
  readonly kind: Kind;
  readonly stored: StoredKind;
  readonly shape: ObjectShape;
  readonly cache: WatchCache;
  readonly dispatcher: Dispatcher;
  readonly store: RegistryStore;
}

export interface RegistryFixtureOptions {
  readonly storage?: Storage;
  readonly admission?: AdmissionGate;
  readonly kinds?: readonly Kind[];
  readonly minRequestTimeoutMs?: number;
  readonly garbageCollection?: boolean;
  /** How much of the past the caches are told first. Default: nothing. */
  readonly replayRevisions?: number;
  /** False: nothing feeds the caches until `start`. */
  readonly started?: boolean;
  /** Told of every change, right after the watchers. */
  readonly changed?: (resource: TestResource, event: ObjectEvent) => void;
}

/** Every built-in resource over an embedded store in memory, put together as the server does it. */
export class RegistryFixture {
  readonly storage: Storage;
  readonly pipeline: Pipeline;
  readonly #resources = new Map<string, TestResource>();
  readonly #filled: Promise<boolean>[] = [];
  readonly #options: RegistryFixtureOptions;
  readonly #currentRevision: CurrentRevision;

  private constructor(storage: Storage, options: RegistryFixtureOptions) {
    this.storage = storage;
    this.#options = options;
    this.pipeline = new Pipeline({
      storage,
      prefix: `${prefix}/`,
      clock: realClock,
      random: Math.random,
      logger: silentLogger,
      metrics: reflectorMetrics(silentMeter),
      replayRevisions: options.replayRevisions ?? 0,
      failed: (error) => {
        throw error;
      },
    });
    this.#currentRevision = new CurrentRevision(storage, realClock);
    for (const kind of options.kinds ?? builtInKinds()) this.#add(kind);
  }

  static async open(options: RegistryFixtureOptions = {}): Promise<RegistryFixture> {
    const storage =
      options.storage ?? (await openEmbedded({ directory: ':memory:', clock: realClock, logger: silentLogger }));
    const fixture = new RegistryFixture(storage, options);
    if (options.started !== false) await fixture.start();
    return fixture;
  }

  async start(): Promise<void> {
    this.pipeline.start();
    await Promise.all(this.#filled);
  }

  async close(): Promise<void> {
    this.pipeline.stop();
    for (const { dispatcher } of this.#resources.values()) dispatcher.closeAll('shutdown');
    if (this.#options.storage === undefined) await this.storage.close();
  }

  get resources(): readonly TestResource[] {
    return [...this.#resources.values()];
  }

  of(resource: string): TestResource {
    const found = this.#resources.get(resource);
    if (found === undefined) throw new Error(`no resource ${resource} in the fixture`);
    return found;
  }

  store(resource: string): RegistryStore {
    return this.of(resource).store;
  }

  /** Forgets what was before `revision`, in the store and in the caches. */
  async compact(revision: Revision): Promise<void> {
    await this.storage.compact(revision);
    this.pipeline.compacted(revision);
  }

  /** Resolves when the caches have everything that was acknowledged before. */
  async caughtUp(): Promise<Revision> {
    const revision = await this.storage.currentRevision();
    if (!(await this.pipeline.position.reach(revision, 10_000))) throw new Error(`the caches never reach ${revision}`);
    return revision;
  }

  /** Opens a watch and records what it sends. */
  async watch(
    resource: string,
    scope: CollectionScope & { readonly name?: string },
    options: Partial<ListOptions> = {},
  ): Promise<RecordedWatch> {
    const { shape, store } = this.of(resource);
    const opened: RecordedWatch[] = [];
    await store.watch(scope, { ...anyList, ...options }, jsonView(shape), (handle) => {
      const watch = new RecordedWatch(handle.close.bind(handle), new RecordingSink(handle));
      opened.push(watch);
      return watch.sink;
    });
    const [watch] = opened;
    if (watch === undefined) throw new Error('no stream was opened');
    return watch;
  }

  /** A store whose cache believes that the object under a key is `guess`, whatever happened since. */
  storeThatBelieves(resource: string, guess: StoredObject): RegistryStore {
    const { stored, shape, cache, dispatcher } = this.of(resource);
    const stale: CacheReader = {
      readiness: 'ready',
      revision: guess.revision,
      history: cache.history,
      get: (key) => (key === guess.key ? guess : cache.get(key)),
      vouchesFor: (key) => key !== guess.key && cache.vouchesFor(key),
      unreadable: (start, end) => cache.unreadable(start, end),
      snapshot: () => cache.snapshot(),
      snapshotAt: (revision) => cache.snapshotAt(revision),
    };
    return this.#storeOf(stored, shape, stale, dispatcher);
  }

  #add(kind: Kind): void {
    const { stored } = kind;
    const { group, version, resource } = stored;
    const shape = shapeOf(stored, prefix);
    const cache = new WatchCache({
      position: this.pipeline.position,
      clock: realClock,
      logger: silentLogger,
      metrics: watchCacheMetrics(silentMeter)({ group, resource }),
    });
    const dispatcher = new Dispatcher({
      group,
      version,
      resource,
      shape,
      triggerField: stored.triggerField,
      cache,
      clock: realClock,
      random: Math.random,
      meter: silentMeter,
    });
    const store = this.#storeOf(stored, shape, cache, dispatcher);
    const added: TestResource = { kind, stored, shape, cache, dispatcher, store };
    this.#resources.set(resource, added);
    const observed = {
      dispatch: (event: ObjectEvent, more: boolean): void => {
        dispatcher.dispatch(event, more);
        this.#options.changed?.(added, event);
      },
      bookmarkSoon: () => dispatcher.bookmarkSoon(),
    };
    this.#filled.push(this.pipeline.addRoute({ shape, cache, dispatcher: observed }));
  }

  #storeOf(stored: StoredKind, shape: ObjectShape, cache: CacheReader, dispatcher: Dispatcher): RegistryStore {
    const { minRequestTimeoutMs, garbageCollection, admission = noAdmission } = this.#options;
    const versions = (this.#options.kinds ?? builtInKinds()).find(
      (kind) => kind.stored.group === stored.group && kind.stored.resource === stored.resource,
    )?.versions;
    return RegistryStore.of({
      stored,
      ...(versions === undefined ? {} : { versions }),
      shape,
      storage: this.storage,
      currentRevision: this.#currentRevision,
      cache,
      freshness: this.pipeline.position,
      dispatcher,
      admission,
      clock: realClock,
      random: systemRandomness,
      meter: silentMeter,
      ...(minRequestTimeoutMs === undefined ? {} : { minRequestTimeoutMs }),
      ...(garbageCollection === undefined ? {} : { garbageCollection }),
      storeOf: (kind) => this.#resources.get(kind.resource)?.store,
    });
  }
}

/** How long a test waits for an event that is owed to it. */
const patienceMs = 30_000;

export class RecordedWatch {
  readonly sink: RecordingSink;
  readonly close: (reason: WatchEnd) => void;

  constructor(close: (reason: WatchEnd) => void, sink: RecordingSink) {
    this.close = close;
    this.sink = sink;
  }

  /** The first `count` events, once they are there: see RecordingSink.told. */
  async told(count: number): Promise<readonly string[]> {
    await this.#until(() => this.sink.events.length >= count, `${count} events`);
    return this.sink.told.slice(0, count);
  }

  /** Everything that came before the stream ended. */
  async ended(): Promise<readonly string[]> {
    await this.#until(() => this.sink.ends > 0, 'the end');
    return this.sink.told;
  }

  async #until(reached: () => boolean, what: string): Promise<void> {
    const patience = AbortSignal.timeout(patienceMs);
    while (!reached()) {
      if (patience.aborted) throw new Error(`still waiting for ${what}; so far: ${this.sink.told.join(', ')}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

export const anyList: ListOptions = listEverything;

const selectable = [...new Set(builtInKinds().flatMap(({ stored }) => Object.keys(stored.fields)))];

/** ListOptions as a client would write them. */
export const listOf = (
  options: Partial<Omit<ListOptions, 'labels' | 'fields'>> & { labels?: string; fields?: string } = {},
): ListOptions => ({
  ...anyList,
  ...options,
  labels: parseLabelSelector(options.labels ?? ''),
  fields: parseFieldSelector(options.fields ?? '', selectable),
});

export const write = RequestContext.of('');
export const dryRun = RequestContext.of('', { dryRun: true });

export const deletion = (options: Partial<DeleteOptions> = {}): DeleteOptions => ({
  gracePeriodSeconds: undefined,
  preconditions: { uid: undefined, resourceVersion: undefined },
  propagationPolicy: '',
  orphanDependents: undefined,
  ...options,
});

/** An object as a client reads it. */
export interface TestObject extends JsonObject {
  kind: string;
  apiVersion: string;
  metadata: JsonObject;
}

export const parsed = ({ bytes }: { readonly bytes: Buffer }): TestObject =>
  JSON.parse(bytes.toString('utf8')) as TestObject;

export const metadataOf = (result: Pick<WriteResult, 'bytes'>): JsonObject => parsed(result).metadata;

/** The resourceVersion in what a write answered with. */
export const revisionOf = (result: Pick<WriteResult, 'bytes'>): Revision =>
  asRevision(Number(metadataOf(result)['resourceVersion']));

/** `namespace/name@resourceVersion` of each item. */
export const itemsOf = ({ items }: ListResult): string[] =>
  items.map(({ namespace, name, revision }) => `${namespace === '' ? '' : `${namespace}/`}${name}@${revision}`);

export const namesOf = ({ items }: ListResult): string[] => items.map(({ name }) => name);

/** The Status that a refused call was answered with. */
export async function refusal(call: Promise<unknown>): Promise<Status> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
  throw new Error('the call was not refused');
}

export const configMap = (name: string, more: JsonObject = {}): JsonObject => ({ metadata: { name }, ...more });

export const pod = (name: string, spec: JsonObject = {}): JsonObject => ({
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'main:1' }], ...spec },
});

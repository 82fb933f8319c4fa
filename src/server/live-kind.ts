import { type Kind, shapeOfKind } from '../api/kind.ts';
import type { StoredKind } from '../api/stored-kind.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Gauge, Meter } from '../base/meter.ts';
import { MeterScope } from '../base/meter-scope.ts';
import type { Config } from '../config/options.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import { groupResourceText } from '../machinery/gvk.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { storedKeys } from '../pipeline/stored-keys.ts';
import type { AdmissionGate } from '../registry/admission-gate.ts';
import type { CurrentRevision } from '../registry/current-revision.ts';
import { systemRandomness } from '../registry/randomness.ts';
import { RegistryStore } from '../registry/registry-store.ts';
import type { Storage } from '../storage/storage.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import { ConsistencyChecker, defaultConsistencyPeriodMs } from '../watchcache/consistency-checker.ts';
import { TimedFreshness } from '../watchcache/freshness.ts';
import type { HistoryBudget } from '../watchcache/history-budget.ts';
import { watchCacheMetrics } from '../watchcache/metrics.ts';
import type { ObjectEvent } from '../watchcache/object-event.ts';
import { WatchCache } from '../watchcache/watch-cache.ts';

export interface LiveKindParts {
  readonly config: Config;
  readonly storage: Storage;
  readonly pipeline: Pipeline;
  readonly currentRevision: CurrentRevision;
  readonly admission: AdmissionGate;
  /** One for all: a kind that is served no more leaves it with its cache. */
  readonly historyBudget: HistoryBudget;
  /** Told of every change to an object, right after its watchers. Must not throw. */
  readonly changed: (kind: LiveKind, event: ObjectEvent) => void;
  /** The store of another kind that is served. */
  readonly storeOf: (kind: Pick<StoredKind, 'group' | 'resource'>) => RegistryStore | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meter: Meter;
}

const objectsHelp = 'Objects in the watch cache, by resource. Group and resource as in Kubernetes.';

/** One kind, alive: fed by the pipeline, served by its store. */
export class LiveKind {
  readonly kind: Kind;
  readonly shape: ObjectShape;
  readonly cache: WatchCache;
  readonly dispatcher: Dispatcher;
  /** Under the hub's names. */
  readonly store: RegistryStore;
  /** False: it was stopped before the cache was filled. */
  readonly filled: Promise<boolean>;
  /** Compares cache and store now and then, once started. */
  readonly checker: ConsistencyChecker;
  readonly #pipeline: Pipeline;
  readonly #meter: MeterScope;
  readonly #objects: Gauge;

  /** @throws {RangeError} when its prefix is taken */
  constructor(kind: Kind, parts: LiveKindParts) {
    const { config, pipeline, clock, storage } = parts;
    const { stored } = kind;
    const { group, version, resource } = stored;
    const name = groupResourceText(stored);
    const logger = parts.logger.with({ resource: name });
    const meter = new MeterScope(parts.meter);
    const metrics = watchCacheMetrics(meter)({ group, resource });
    this.kind = kind;
    this.#pipeline = pipeline;
    this.#meter = meter;
    this.#objects = meter
      .gauge('apiserver_resource_objects', objectsHelp, ['group', 'resource'])
      .with({ group, resource });
    this.shape = shapeOfKind(kind, config.etcdPrefix);
    this.cache = new WatchCache({
      position: pipeline.position,
      clock,
      logger,
      metrics,
      history: {
        minEvents: config.watchCacheSizes.get(name) ?? config.defaultWatchCacheSize,
        maxEvents: config.maxWatchCacheSize,
      },
      historyBudget: parts.historyBudget,
    });
    this.dispatcher = new Dispatcher({
      group,
      version,
      resource,
      shape: this.shape,
      triggerField: stored.triggerField,
      cache: this.cache,
      clock,
      random: Math.random,
      meter,
      logger,
    });
    this.store = RegistryStore.of({
      stored,
      versions: [...kind.versions, ...(kind.unserved ?? [])],
      shape: this.shape,
      storage,
      currentRevision: parts.currentRevision,
      cache: this.cache,
      freshness: new TimedFreshness(pipeline.position, clock, metrics.readWaitSeconds),
      dispatcher: this.dispatcher,
      admission: parts.admission,
      clock,
      random: systemRandomness,
      meter,
      minRequestTimeoutMs: config.minRequestTimeout * 1000,
      garbageCollection: config.enableGarbageCollector,
      storeOf: parts.storeOf,
    });
    this.checker = new ConsistencyChecker({
      cache: this.cache,
      lister: storedKeys(storage, this.shape.keyPrefix),
      clock,
      random: Math.random,
      logger,
      checks: metrics.consistencyChecks,
      refill: () => pipeline.refill(this.shape.keyPrefix),
      periodMs: defaultConsistencyPeriodMs,
    });
    this.filled = pipeline.addRoute({ shape: this.shape, cache: this.cache, dispatcher: this.#observed(parts) });
  }

  get stored(): StoredKind {
    return this.kind.stored;
  }

  /** Before a scrape: how many objects there are. */
  countObjects(): void {
    this.#objects.set(this.cache.snapshot().size);
  }

  /** For good: feeds it no more, ends its watches cleanly and takes its metrics back. */
  stop(): void {
    this.checker.stop();
    this.#pipeline.removeRoute(this.shape.keyPrefix);
    this.dispatcher.closeAll('reset');
    this.#meter.release();
  }

  #observed({ changed }: LiveKindParts) {
    const { dispatcher } = this;
    return {
      dispatch: (event: ObjectEvent, more: boolean): void => {
        dispatcher.dispatch(event, more);
        changed(this, event);
      },
      bookmarkSoon: () => dispatcher.bookmarkSoon(),
    };
  }
}

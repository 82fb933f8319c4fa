import type { ResourceRow } from '../api/resource-row.ts';
import { shapeOf } from '../api/resource-table.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Meter } from '../base/meter.ts';
import type { Config } from '../config/options.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import { groupResourceText } from '../machinery/gvk.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { storedKeys } from '../pipeline/stored-keys.ts';
import type { AdmissionGate } from '../registry/admission-gate.ts';
import type { CurrentRevision } from '../registry/current-revision.ts';
import { systemRandomness } from '../registry/randomness.ts';
import { RegistryStore } from '../registry/registry-store.ts';
import type { RestStorage } from '../registry/rest-storage.ts';
import type { Storage } from '../storage/storage.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import { ConsistencyChecker, defaultConsistencyPeriodMs } from '../watchcache/consistency-checker.ts';
import { TimedFreshness } from '../watchcache/freshness.ts';
import { defaultHistoryOptions } from '../watchcache/history.ts';
import { HistoryBudget } from '../watchcache/history-budget.ts';
import { historyBudgetMetrics, watchCacheMetrics } from '../watchcache/metrics.ts';
import type { ObjectEvent } from '../watchcache/object-event.ts';
import { WatchCache } from '../watchcache/watch-cache.ts';

/** One row of the table, alive: fed by the pipeline, served by its store. */
export interface ServedResource {
  readonly row: ResourceRow;
  readonly shape: ObjectShape;
  readonly cache: WatchCache;
  readonly dispatcher: Dispatcher;
  readonly store: RestStorage;
  /** False: the pipeline stopped before the cache was filled. */
  readonly filled: Promise<boolean>;
  /** Compares cache and store now and then, once started. */
  readonly checker: ConsistencyChecker;
}

export interface ResourceParts {
  readonly config: Config;
  readonly storage: Storage;
  readonly pipeline: Pipeline;
  readonly currentRevision: CurrentRevision;
  readonly admission: AdmissionGate;
  /** Told of every change to a namespace, right after its watchers. Must not throw. */
  readonly namespaceChanged: (event: ObjectEvent) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meter: Meter;
}

export const isNamespaces = ({ group, resource }: ResourceRow): boolean => group === '' && resource === 'namespaces';

/** One for all: a kind that is no longer served leaves it with its cache. */
function historyBudgetOf({ config, meter }: ResourceParts): HistoryBudget {
  const { used, bound } = historyBudgetMetrics(meter);
  const maxBytes = config.maxWatchCacheBytes;
  bound.set(maxBytes);
  return new HistoryBudget({ maxBytes, windowMs: defaultHistoryOptions.windowMs, used });
}

/** Makes the cache, the dispatcher and the store of every row, and their routes in the pipeline. */
export function serveResources(rows: readonly ResourceRow[], parts: ResourceParts): readonly ServedResource[] {
  const cacheMetrics = watchCacheMetrics(parts.meter);
  const historyBudget = historyBudgetOf(parts);
  return rows.map((row) => {
    const { config, pipeline, clock, meter } = parts;
    const { group, version, resource } = row;
    const shape = shapeOf(row, config.etcdPrefix);
    const name = groupResourceText(row);
    const logger = parts.logger.with({ resource: name });
    const metrics = cacheMetrics({ group, resource });
    const cache = new WatchCache({
      position: pipeline.position,
      clock,
      logger,
      metrics,
      history: {
        minEvents: config.watchCacheSizes.get(name) ?? config.defaultWatchCacheSize,
        maxEvents: config.maxWatchCacheSize,
      },
      historyBudget,
    });
    const dispatcher = new Dispatcher({
      group,
      version,
      resource,
      shape,
      triggerField: row.triggerField,
      cache,
      clock,
      random: Math.random,
      meter,
      logger,
    });
    const store = new RegistryStore({
      row,
      shape,
      storage: parts.storage,
      currentRevision: parts.currentRevision,
      cache,
      freshness: new TimedFreshness(pipeline.position, clock, metrics.readWaitSeconds),
      dispatcher,
      admission: parts.admission,
      clock,
      random: systemRandomness,
      meter,
      minRequestTimeoutMs: config.minRequestTimeout * 1000,
      garbageCollection: false,
    });
    const checker = new ConsistencyChecker({
      cache,
      lister: storedKeys(parts.storage, shape.keyPrefix),
      clock,
      random: Math.random,
      logger,
      checks: metrics.consistencyChecks,
      periodMs: defaultConsistencyPeriodMs,
    });
    const observed = {
      dispatch(event: ObjectEvent): void {
        dispatcher.dispatch(event);
        parts.namespaceChanged(event);
      },
      bookmarkSoon: () => dispatcher.bookmarkSoon(),
    };
    const filled = pipeline.addRoute({ shape, cache, dispatcher: isNamespaces(row) ? observed : dispatcher });
    return { row, shape, cache, dispatcher, store, filled, checker };
  });
}

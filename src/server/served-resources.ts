import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Meter } from '../base/meter.ts';
import type { Config } from '../config/options.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import { groupResourceText } from '../machinery/gvk.ts';
import { noAdmission } from '../registry/admission-gate.ts';
import type { CurrentRevision } from '../registry/current-revision.ts';
import { systemRandomness } from '../registry/randomness.ts';
import { RegistryStore } from '../registry/registry-store.ts';
import type { ResourceRow } from '../registry/resource-row.ts';
import { shapeOf } from '../registry/resource-table.ts';
import type { RestStorage } from '../registry/rest-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { watchCacheMetrics } from '../watchcache/metrics.ts';
import { WatchCache } from '../watchcache/watch-cache.ts';
import type { Pipeline } from './pipeline.ts';

/** One row of the table, alive: fed by the pipeline, served by its store. */
export interface ServedResource {
  readonly row: ResourceRow;
  readonly cache: WatchCache;
  readonly dispatcher: Dispatcher;
  readonly store: RestStorage;
  /** False: the pipeline stopped before the cache was filled. */
  readonly filled: Promise<boolean>;
}

export interface ResourceParts {
  readonly config: Config;
  readonly storage: Storage;
  readonly pipeline: Pipeline;
  readonly currentRevision: CurrentRevision;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meter: Meter;
}

/** Makes the cache, the dispatcher and the store of every row, and their routes in the pipeline. */
export function serveResources(rows: readonly ResourceRow[], parts: ResourceParts): readonly ServedResource[] {
  const cacheMetrics = watchCacheMetrics(parts.meter);
  return rows.map((row) => {
    const { config, pipeline, clock, meter } = parts;
    const { group, version, resource } = row;
    const shape = shapeOf(row, config.etcdPrefix);
    const name = groupResourceText(row);
    const cache = new WatchCache({
      position: pipeline.position,
      clock,
      logger: parts.logger.with({ resource: name }),
      metrics: cacheMetrics({ group, resource }),
      history: {
        minEvents: config.watchCacheSizes.get(name) ?? config.defaultWatchCacheSize,
        maxEvents: config.maxWatchCacheSize,
        maxBytes: config.maxWatchCacheBytes,
      },
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
    });
    const store = new RegistryStore({
      row,
      shape,
      storage: parts.storage,
      currentRevision: parts.currentRevision,
      cache,
      freshness: pipeline.position,
      dispatcher,
      admission: noAdmission,
      clock,
      random: systemRandomness,
      meter,
      fenceKey: `${config.etcdPrefix}/crowsnest/fence`,
      minRequestTimeoutMs: config.minRequestTimeout * 1000,
      garbageCollection: false,
    });
    return { row, cache, dispatcher, store, filled: pipeline.addRoute({ shape, cache, dispatcher }) };
  });
}

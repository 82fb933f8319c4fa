import { type Logger, silentLogger } from '../../src/base/logger.ts';
import { ManualClock } from '../../src/base/manual-clock.ts';
import { silentMeter } from '../../src/base/meter.ts';
import { asRevision, type Revision } from '../../src/base/revision.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import type { ObjectChange } from '../../src/translate/object-change.ts';
import { encodeForStorage } from '../../src/translate/object-layout.ts';
import type { ObjectShape } from '../../src/translate/object-shape.ts';
import type { StoredObject } from '../../src/translate/stored-object.ts';
import { translate } from '../../src/translate/translate.ts';
import { StreamPosition } from '../../src/watchcache/freshness.ts';
import { watchCacheMetrics } from '../../src/watchcache/metrics.ts';
import type { ObjectEvent } from '../../src/watchcache/object-event.ts';
import { WatchCache, type WatchCacheOptions } from '../../src/watchcache/watch-cache.ts';

export const configMaps: ObjectShape = {
  kind: 'ConfigMap',
  apiVersion: 'v1',
  keyPrefix: '/registry/configmaps/',
  namespaced: true,
};

/** `path` is `<namespace>/<name>`. */
export function putChange(
  path: string,
  revision: number,
  object: JsonObject = {},
  createRevision = revision,
  shape = configMaps,
): Extract<ObjectChange, { type: 'put' }> {
  const change = translate(shape, {
    type: 'put',
    kv: {
      key: shape.keyPrefix + path,
      value: encodeForStorage(shape, object),
      createRevision: asRevision(createRevision),
      modRevision: asRevision(revision),
    },
  });
  if (change.type !== 'put') throw new Error(`not an object: ${JSON.stringify(change)}`);
  return change;
}

export const deleteChange = (path: string, revision: number, shape = configMaps): ObjectChange => ({
  type: 'delete',
  key: shape.keyPrefix + path,
  revision: asRevision(revision),
});

export const storedObject = (...args: Parameters<typeof putChange>): StoredObject => putChange(...args).object;

/** A cache with its own stream position and clock, driven by hand. */
export class CacheFixture {
  readonly clock = new ManualClock();
  readonly position: StreamPosition;
  readonly cache: WatchCache;

  constructor(
    options: Partial<Pick<WatchCacheOptions, 'history' | 'pastStates' | 'metrics'>> & { logger?: Logger } = {},
  ) {
    const { clock } = this;
    this.position = new StreamPosition({ clock, requestProgress: () => {} });
    this.cache = new WatchCache({
      clock,
      position: this.position,
      logger: silentLogger,
      metrics: watchCacheMetrics(silentMeter)({ group: '', resource: 'configmaps' }),
      ...options,
    });
  }

  /** Fills or relists the cache and moves the position to the list's revision. */
  list(objects: readonly StoredObject[], revision: number): readonly ObjectEvent[] {
    const events = this.cache.replace(objects, asRevision(revision));
    this.position.advance(asRevision(revision));
    return events;
  }

  /** Applies one change and moves the position to its revision. */
  apply(change: ObjectChange): ObjectEvent | undefined {
    const event = this.cache.apply(change);
    this.position.advance(change.revision);
    return event;
  }

  /** `<namespace>/<name>@<revision>` of every object, now or as of `revision`. */
  listing(revision?: number): string[] | undefined {
    const { cache } = this;
    const snapshot = revision === undefined ? cache.snapshot() : cache.snapshotAt(revision as Revision);
    if (snapshot === undefined) return undefined;
    const found: string[] = [];
    snapshot.visit(undefined, undefined, (object) => {
      found.push(`${object.namespace}/${object.name}@${object.revision}`);
    });
    return found;
  }
}

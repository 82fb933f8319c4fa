import type { Counter, Gauge, Histogram, Meter } from '../base/meter.ts';

/** What one resource's cache counts, labels bound. */
export interface CacheMetrics {
  readonly eventsReceived: Counter;
  readonly initializations: Counter;
  readonly resourceVersion: Gauge;
  readonly capacity: Gauge;
  readonly capacityIncreases: Counter;
  readonly capacityDecreases: Counter;
  readonly historyBytes: Gauge;
  readonly historyEarlyEvictions: Counter;
  readonly decodeErrors: Counter;
  readonly readWaitSeconds: Histogram;
  readonly consistencyChecks: Readonly<Record<ConsistencyStatus, Counter>>;
}

/** `failure`: cache and store differ. `error`: the store could not be asked. */
export type ConsistencyStatus = 'success' | 'failure' | 'error';

/** Reads wait milliseconds for a progress notification, 3 s at most. kube-apiserver's own buckets. */
const waitSeconds = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3];

/** Declares the families once; the result binds them to one resource. Names are kube-apiserver's but for those of ours. */
export function watchCacheMetrics(meter: Meter): (labels: { group: string; resource: string }) => CacheMetrics {
  const of = ['group', 'resource'] as const;
  const received = meter.counter(
    'apiserver_watch_cache_events_received_total',
    'Events received in the watch cache.',
    of,
  );
  const initializations = meter.counter(
    'apiserver_watch_cache_initializations_total',
    'Lists that filled the watch cache.',
    of,
  );
  const revision = meter.gauge(
    'apiserver_watch_cache_resource_version',
    'Revision of the last event, its 15 last digits.',
    of,
  );
  const capacity = meter.gauge('watch_cache_capacity', 'Events that history has room for.', of);
  const increases = meter.counter('watch_cache_capacity_increase_total', 'Times that history grew.', of);
  const decreases = meter.counter('watch_cache_capacity_decrease_total', 'Times that history shrank.', of);
  const bytes = meter.gauge('crowsnest_watch_cache_history_bytes', 'Bytes of the objects that history holds.', of);
  const early = meter.counter(
    'crowsnest_watch_cache_history_early_evictions_total',
    'Events that history had no room to keep for 75 s.',
    of,
  );
  const undecodable = meter.counter(
    'apiserver_storage_decode_errors_total',
    'Stored values that are no object of their resource.',
    of,
  );
  const wait = meter.histogram(
    'apiserver_watch_cache_read_wait_seconds',
    'Time that reads waited for the cache to be fresh.',
    waitSeconds,
    of,
  );
  const checks = meter.counter(
    'apiserver_storage_consistency_checks_total',
    'Comparisons of cache and store, by outcome.',
    [...of, 'status'],
  );
  return (labels) => ({
    eventsReceived: received.with(labels),
    initializations: initializations.with(labels),
    resourceVersion: revision.with(labels),
    capacity: capacity.with(labels),
    capacityIncreases: increases.with(labels),
    capacityDecreases: decreases.with(labels),
    historyBytes: bytes.with(labels),
    historyEarlyEvictions: early.with(labels),
    decodeErrors: undecodable.with(labels),
    readWaitSeconds: wait.with(labels),
    consistencyChecks: {
      success: checks.with({ ...labels, status: 'success' }),
      failure: checks.with({ ...labels, status: 'failure' }),
      error: checks.with({ ...labels, status: 'error' }),
    },
  });
}

/** What all histories take together, and may. */
export function historyBudgetMetrics(meter: Meter): { readonly used: Gauge; readonly bound: Gauge } {
  const used = meter.gauge('crowsnest_watch_cache_history_used_bytes', 'Bytes of the objects that all histories hold.');
  const bound = meter.gauge('crowsnest_watch_cache_history_max_bytes', 'The most that they may be.');
  return { used: used.with({}), bound: bound.with({}) };
}

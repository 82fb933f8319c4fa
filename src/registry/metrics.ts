import type { Counter, Meter } from '../base/meter.ts';
import type { GroupResource } from '../machinery/gvk.ts';

/** Counters of one resource, bound once. Names are kube-apiserver's. */
export interface RegistryMetrics {
  readonly cacheLists: Counter;
  /** Objects looked at for lists, selected or not. */
  readonly cacheFetched: Counter;
  readonly cacheReturned: Counter;
  readonly storageLists: Counter;
  readonly storageFetched: Counter;
  readonly storageReturned: Counter;
  readonly consistentReads: Counter;
  readonly consistentReadTimeouts: Counter;
  /** Writes that lost a race and were tried again. */
  readonly writeConflicts: Counter;
}

/** Declares the families of all registries and binds those of one resource. Called once per resource. */
export function registryMetrics(meter: Meter, { group, resource }: GroupResource): RegistryMetrics {
  const of = { group, resource };
  const counter = (name: string, help: string) => meter.counter(name, help, ['group', 'resource']).with(of);
  const consistent = meter.counter(
    'apiserver_watch_cache_consistent_read_total',
    'Consistent reads from the cache, and whether it caught up with the store in time.',
    ['group', 'resource', 'success', 'fallback'],
  );
  return {
    cacheLists: counter('apiserver_cache_list_total', 'LIST requests served from the cache.'),
    cacheFetched: counter('apiserver_cache_list_fetched_objects_total', 'Objects read from the cache for LIST.'),
    cacheReturned: counter('apiserver_cache_list_returned_objects_total', 'Objects returned for LIST from the cache.'),
    storageLists: counter('apiserver_storage_list_total', 'LIST requests served from the store.'),
    storageFetched: counter('apiserver_storage_list_fetched_objects_total', 'Objects read from the store for LIST.'),
    storageReturned: counter(
      'apiserver_storage_list_returned_objects_total',
      'Objects returned for LIST from the store.',
    ),
    consistentReads: consistent.with({ ...of, success: 'true', fallback: 'false' }),
    consistentReadTimeouts: consistent.with({ ...of, success: 'false', fallback: 'false' }),
    writeConflicts: counter('crowsnest_write_conflicts_total', 'Writes that lost a race and were tried again.'),
  };
}

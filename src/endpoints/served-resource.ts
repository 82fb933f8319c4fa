import type { ServedVersion } from '../api/served-version.ts';
import type { VirtualResource } from '../api/virtual-resource.ts';
import type { RestStorage } from '../registry/rest-storage.ts';
import type { VirtualStore } from '../registry/virtual-store.ts';

/** What stands behind a path: a version that is served, and the verbs of its stored kind under that version's names; objects are the hub's. */
export interface ServedResource {
  readonly served: ServedVersion;
  readonly store: RestStorage;
}

/** The same of what nobody stores. */
export interface ServedVirtualResource {
  readonly served: VirtualResource;
  readonly store: VirtualStore;
}

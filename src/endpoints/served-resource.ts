import type { ServedVersion } from '../api/served-version.ts';
import type { RestStorage } from '../registry/rest-storage.ts';

/** What stands behind a path: a version that is served, and the verbs of its stored kind, which know the hub only. */
export interface ServedResource {
  readonly served: ServedVersion;
  readonly store: RestStorage;
}

import type { ServedVersion } from '../api/served-version.ts';
import { apiVersionOf, type GroupVersion } from '../machinery/gvk.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { storageVersionHash } from './storage-version-hash.ts';

/** metav1.APIResourceList of one group version: `/api/v1`, `/apis/apps/v1`. The core group's carries no apiVersion. */
export function resourceList(groupVersion: GroupVersion, resources: readonly ServedVersion[]): JsonObject {
  return {
    kind: 'APIResourceList',
    ...(groupVersion.group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersionOf(groupVersion),
    resources: resources.flatMap((served) => [resourceOf(served), ...subresourcesOf(served)]),
  };
}

function resourceOf({ kind, resource, singular, stored, ...served }: ServedVersion): JsonObject {
  return {
    name: resource,
    singularName: singular,
    namespaced: served.namespaced,
    kind,
    verbs: [...served.verbs].sort(),
    ...(served.shortNames.length === 0 ? {} : { shortNames: [...served.shortNames] }),
    ...(served.categories.length === 0 ? {} : { categories: [...served.categories] }),
    storageVersionHash: storageVersionHash(stored.group, stored.version, stored.kind),
  };
}

const subresourcesOf = ({ kind, resource, namespaced, subresources }: ServedVersion): JsonObject[] =>
  Object.entries(subresources).map(([name, verbs]) => ({
    name: `${resource}/${name}`,
    singularName: '',
    namespaced,
    kind,
    verbs: [...verbs].sort(),
  }));

import type { ResourceRow } from '../api/resource-row.ts';
import { apiVersionOf, type GroupVersion } from '../machinery/gvk.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { storageVersionHash } from './storage-version-hash.ts';

/** metav1.APIResourceList of one group version: `/api/v1`, `/apis/apps/v1`. The core group's carries no apiVersion. */
export function resourceList(groupVersion: GroupVersion, rows: readonly ResourceRow[]): JsonObject {
  return {
    kind: 'APIResourceList',
    ...(groupVersion.group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersionOf(groupVersion),
    resources: rows.flatMap((row) => [resourceOf(row), ...subresourcesOf(row)]),
  };
}

function resourceOf({ group, version, kind, resource, singular, ...row }: ResourceRow): JsonObject {
  return {
    name: resource,
    singularName: singular,
    namespaced: row.namespaced,
    kind,
    verbs: [...row.verbs].sort(),
    ...(row.shortNames.length === 0 ? {} : { shortNames: [...row.shortNames] }),
    ...(row.categories.length === 0 ? {} : { categories: [...row.categories] }),
    storageVersionHash: storageVersionHash(group, version, kind),
  };
}

const subresourcesOf = ({ kind, resource, namespaced, subresources }: ResourceRow): JsonObject[] =>
  Object.entries(subresources).map(([name, verbs]) => ({
    name: `${resource}/${name}`,
    singularName: '',
    namespaced,
    kind,
    verbs: [...verbs].sort(),
  }));

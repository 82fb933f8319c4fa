import type { Served } from '../api/served-version.ts';
import { apiVersionOf, type GroupVersion } from '../machinery/gvk.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { storageVersionHash } from './storage-version-hash.ts';

/** metav1.APIResourceList of one group version: `/api/v1`, `/apis/apps/v1`. The core group's carries no apiVersion. */
export function resourceList(groupVersion: GroupVersion, resources: readonly Served[]): JsonObject {
  return {
    kind: 'APIResourceList',
    ...(groupVersion.group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersionOf(groupVersion),
    resources: resources.flatMap((served) => [resourceOf(served), ...subresourcesOf(served)]),
  };
}

function resourceOf(served: Served): JsonObject {
  const { kind, resource, singular, stored } = served;
  return {
    name: resource,
    singularName: singular,
    namespaced: served.namespaced,
    kind,
    verbs: verbsOf(served),
    ...(served.shortNames.length === 0 ? {} : { shortNames: [...served.shortNames] }),
    ...(served.categories.length === 0 ? {} : { categories: [...served.categories] }),
    ...(stored !== undefined && { storageVersionHash: storageVersionHash(stored.group, stored.version, stored.kind) }),
  };
}

/** In their order of the original, which has another one for kinds that were themselves defined. */
export const verbsOf = ({ verbs, custom }: Served): string[] =>
  custom === undefined ? [...verbs].sort() : verbsOfCustom.filter((verb) => verbs.includes(verb));

const verbsOfCustom = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'] as const;

const subresourcesOf = (served: Served): JsonObject[] =>
  Object.entries(served.subresources).map(([name, verbs]) => {
    const other = served.subresourceKinds?.[name];
    return {
      name: `${served.resource}/${name}`,
      singularName: '',
      namespaced: served.namespaced,
      // Core's own are not said to be of another group.
      ...(other === undefined || other.group === '' ? {} : { group: other.group, version: other.version }),
      kind: other?.kind ?? served.kind,
      verbs: [...verbs].sort(),
    };
  });

import { createHash } from 'node:crypto';
import type { ResourceRow } from '../api/resource-row.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { EncodedDocument } from './encoded-document.ts';
import type { GroupRows } from './group-versions.ts';

/** apidiscovery.k8s.io APIGroupDiscoveryList: everything a client has to know, in one answer. v2 and v2beta1 look the same. */
export function aggregatedDocument(groups: readonly GroupRows[], version: 'v2' | 'v2beta1'): EncodedDocument {
  const items = groups.map(groupDiscovery);
  const list = { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items };
  const etag = createHash('sha512').update(encodeJson(items)).digest('hex').toUpperCase();
  return { body: `${encodeJson(list)}\n`, etag };
}

const groupDiscovery = ({ group, versions }: GroupRows): JsonObject => ({
  metadata: { ...(group === '' ? {} : { name: group }), creationTimestamp: null },
  versions: versions.map(({ version, rows }) => ({
    version,
    resources: rows.map(resourceDiscovery),
    freshness: 'Current',
  })),
});

function resourceDiscovery(row: ResourceRow): JsonObject {
  const { group, version, kind } = row;
  const subresources = Object.entries(row.subresources);
  return {
    resource: row.resource,
    responseKind: { group, version, kind },
    scope: row.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: row.singular,
    verbs: [...row.verbs].sort(),
    ...(row.shortNames.length === 0 ? {} : { shortNames: [...row.shortNames] }),
    ...(row.categories.length === 0 ? {} : { categories: [...row.categories] }),
    ...(subresources.length === 0
      ? {}
      : {
          subresources: subresources.map(([subresource, verbs]) => ({
            subresource,
            responseKind: { group, version, kind },
            verbs: [...verbs].sort(),
          })),
        }),
  };
}

import { createHash } from 'node:crypto';
import type { Served } from '../api/served-version.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { encodeProtobuf } from '../machinery/protobuf/encode.ts';
import { kubernetesProtobuf } from '../machinery/protobuf/kubernetes-protobuf.ts';
import type { EncodedDocument } from './encoded-document.ts';
import type { GroupResources } from './group-versions.ts';
import { verbsOf } from './resource-list.ts';

/** apidiscovery.k8s.io/v2 APIGroupDiscoveryList: everything a client has to know, in one answer. The ETag is the same in both forms. */
export function aggregatedDocument(groups: readonly GroupResources[], form: 'json' | 'protobuf'): EncodedDocument {
  const items = groups.map(groupDiscovery);
  const list = { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
  const etag = createHash('sha512').update(encodeJson(items)).digest('hex').toUpperCase();
  if (form === 'json') return { body: `${encodeJson(list)}\n`, etag };
  const body = encodeProtobuf(kubernetesProtobuf(), list);
  if (body === undefined) throw new Error('the table of messages has no APIGroupDiscoveryList');
  return { body, etag };
}

const groupDiscovery = ({ group, versions }: GroupResources): JsonObject => ({
  metadata: group === '' ? {} : { name: group },
  versions: versions.map(({ version, resources }) => ({
    version,
    resources: resources.map(resourceDiscovery),
    freshness: 'Current',
  })),
});

/** Group and version that are those of the list around them are not said again. */
const asAround = { group: '', version: '' } as const;

/** Of kinds that were themselves defined they are. */
const around = ({ custom, group, version }: Served) => (custom === undefined ? asAround : { group, version });

function kindOf(served: Served, subresource: string): JsonObject {
  const { kind, subresourceKinds = {} } = served;
  const other = Object.hasOwn(subresourceKinds, subresource) ? subresourceKinds[subresource] : undefined;
  if (other === undefined) return { ...around(served), kind };
  return other.group === ''
    ? { ...asAround, kind: other.kind }
    : { group: other.group, version: other.version, kind: other.kind };
}

function resourceDiscovery(served: Served): JsonObject {
  const responseKind = { ...around(served), kind: served.kind };
  const subresources = Object.entries(served.subresources);
  return {
    resource: served.resource,
    responseKind,
    scope: served.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: served.singular,
    verbs: verbsOf(served),
    ...(served.shortNames.length === 0 ? {} : { shortNames: [...served.shortNames] }),
    ...(served.categories.length === 0 ? {} : { categories: [...served.categories] }),
    ...(subresources.length === 0
      ? {}
      : {
          subresources: subresources.map(([subresource, verbs]) => ({
            subresource,
            responseKind: kindOf(served, subresource),
            verbs: [...verbs].sort(),
          })),
        }),
  };
}

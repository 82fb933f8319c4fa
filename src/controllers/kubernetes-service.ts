import { parseIp } from '../machinery/ip-address.ts';
import { jsonEqual } from '../machinery/json/json-equal.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { RestStorage } from '../registry/rest-storage.ts';
import { apiserver, missingObject, present, type StartObject } from './start-objects.ts';

/** Where this server is reached from inside of the cluster. */
export interface Endpoint {
  /** Not of this host or link alone. */
  readonly address: string;
  readonly port: number;
}

export interface KubernetesServiceOptions {
  readonly services: Pick<RestStorage, 'get' | 'create'>;
  readonly endpoints: Pick<RestStorage, 'get' | 'create' | 'update'>;
  readonly slices: Pick<RestStorage, 'get' | 'create' | 'update'>;
  /** The first address of the range of services. */
  readonly clusterIp: string;
  /** undefined: it is reached from this host only, and there is nothing to write down. */
  readonly endpoint: Endpoint | undefined;
}

const scope = { namespace: 'default', name: 'kubernetes' };
const portName = 'https';

/** The service by which pods find the API server, and what is behind it: this server. The last one that started is told. */
export function kubernetesService(options: KubernetesServiceOptions): readonly StartObject[] {
  const { services, endpoints, slices, clusterIp, endpoint } = options;
  const service = missingObject('services', services, scope, () => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: clusterIp,
      ipFamilyPolicy: 'SingleStack',
      sessionAffinity: 'None',
      ports: [{ name: portName, protocol: 'TCP', port: 443, targetPort: endpoint?.port ?? 6443 }],
    },
  }));
  if (endpoint === undefined) return [service];
  const { address, port } = endpoint;
  const ports = [{ name: portName, port, protocol: 'TCP' }];
  return [
    service,
    kept('endpoints', endpoints, {
      apiVersion: 'v1',
      kind: 'Endpoints',
      // There is a slice already.
      metadata: { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
      subsets: [{ addresses: [{ ip: address }], ports }],
    }),
    kept('endpointslices', slices, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { labels: { 'kubernetes.io/service-name': scope.name } },
      addressType: parseIp(address)?.family === 6 ? 'IPv6' : 'IPv4',
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
      ports,
    }),
  ];
}

/** One that says what `wanted` says of everything but its metadata, whatever it said before. */
function kept(
  resource: string,
  store: Pick<RestStorage, 'get' | 'create' | 'update'>,
  wanted: JsonObject,
): StartObject {
  const { metadata: _, ...content } = wanted;
  const made = missingObject(resource, store, scope, () => wanted);
  const says = (object: JsonObject) =>
    Object.entries(content).every(([key, value]) => jsonEqual(object[key] ?? null, value ?? null));
  return {
    name: made.name,
    async ensure() {
      const object = await present(store, scope);
      if (object === undefined) await made.ensure();
      else if (!says(object)) await store.update(scope, '', (old) => ({ ...old, ...content }), apiserver);
    },
    // A replica that started later says where that one is.
    restore: () => made.ensure(),
  };
}

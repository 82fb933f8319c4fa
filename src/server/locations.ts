import { lookup } from 'node:dns/promises';
import type { Node, Pod, Service } from '../api/types/core-v1.generated.ts';
import type { EndpointSlice } from '../api/types/discovery-v1.generated.ts';
import type { Clock } from '../base/clock.ts';
import type { Config } from '../config/options.ts';
import { Kubelets } from '../locations/kubelets.ts';
import type { LocatedObjects } from '../locations/located-objects.ts';
import { Locations } from '../locations/locations.ts';
import { isGlobalUnicast } from '../locations/proxyable-address.ts';
import { ApiError } from '../machinery/api-error.ts';
import { goQuote } from '../machinery/go-quote.ts';
import type { GroupResource } from '../machinery/gvk.ts';
import { badRequest, genericError } from '../machinery/status-errors.ts';
import { pathSegmentName } from '../machinery/validation/path-segment.ts';
import { Transport, type TransportTls } from '../proxying/transport.ts';
import { listEverything } from '../registry/list-everything.ts';
import type { RegistryStore } from '../registry/registry-store.ts';
import type { ServedKinds } from './served-kinds.ts';

/** How long a connection to a pod, or to what a node runs beside its kubelet, may take; kube-apiserver's. */
const connectTimeoutMs = 30_000;

/** Of kubelets whose node names none. */
const kubeletPort = 10_250;

export interface LocationsOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly kubeletTls?: TransportTls;
  readonly isProxyable?: ((address: string) => boolean) | undefined;
}

/** Where what is asked of the pods, nodes and services of `kinds` is answered. */
export function locationsOf(kinds: ServedKinds, options: LocationsOptions): Locations {
  const { config, clock, kubeletTls = {}, isProxyable = isGlobalUnicast } = options;
  const objects = locatedObjects(kinds);
  const toKubelets = (tls: TransportTls) => new Transport({ tls, connectTimeoutMs: config.kubeletTimeout, clock });
  return new Locations({
    objects,
    kubelets: new Kubelets(objects, {
      addressTypes: config.kubeletPreferredAddressTypes,
      defaultPort: kubeletPort,
      transport: toKubelets(kubeletTls),
      uncheckedTransport: toKubelets({ ...kubeletTls, authority: undefined }),
    }),
    transport: new Transport({ tls: {}, connectTimeoutMs, clock }),
    isProxyable,
    lookup: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    family: config.serviceClusterIpRange.split(',')[0]?.includes(':') === true ? 'IPv6' : 'IPv4',
    random: Math.random,
  });
}

/** What says where something is reached, read from the stores of `kinds`. */
export function locatedObjects(kinds: Pick<ServedKinds, 'find'>): LocatedObjects {
  const storeOf = (kind: GroupResource): RegistryStore => {
    const store = kinds.find(kind)?.store;
    if (store === undefined) throw genericError(404);
    return store;
  };
  const get = async (resource: string, namespace: string, name: string): Promise<unknown> => {
    // Names that a path has with a scheme or a port, or that an object gives, are parts of keys here for the first time.
    const problems = pathSegmentName(name);
    if (problems.length > 0) throw badRequest(`Name parameter invalid: ${goQuote(name)}: ${problems.join(';')}`);
    return (await storeOf({ group: '', resource }).get({ namespace, name }, '')).parse();
  };
  return {
    pod: async (namespace, name) => (await get('pods', namespace, name)) as Pod,
    service: async (namespace, name) => (await get('services', namespace, name)) as Service,
    async node(name) {
      try {
        return (await get('nodes', '', name)) as Node;
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return undefined;
        throw error;
      }
    },
    async endpointSlices(namespace, service) {
      const slices = storeOf({ group: 'discovery.k8s.io', resource: 'endpointslices' });
      const { items } = await slices.list({ namespace }, listEverything);
      return items
        .filter(({ labels }) => labels['kubernetes.io/service-name'] === service)
        .map((item): EndpointSlice => item.parse() as EndpointSlice);
    },
  };
}

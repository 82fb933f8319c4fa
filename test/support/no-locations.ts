import { realClock } from '../../src/base/clock.ts';
import { Kubelets } from '../../src/locations/kubelets.ts';
import type { LocatedObjects } from '../../src/locations/located-objects.ts';
import { Locations } from '../../src/locations/locations.ts';
import { notFound } from '../../src/machinery/status-errors.ts';
import { Transport } from '../../src/proxying/transport.ts';

/** Of a cluster in which there is nothing. */
export function noLocations(): Locations {
  const objects: LocatedObjects = {
    pod: (_namespace, name) => Promise.reject(notFound({ group: '', resource: 'pods' }, name)),
    service: (_namespace, name) => Promise.reject(notFound({ group: '', resource: 'services' }, name)),
    node: () => Promise.resolve(undefined),
    endpointSlices: () => Promise.resolve([]),
  };
  const transport = new Transport({ tls: {}, connectTimeoutMs: 1_000, clock: realClock });
  const kubelets = new Kubelets(objects, {
    addressTypes: ['InternalIP'],
    defaultPort: 10_250,
    transport,
    uncheckedTransport: transport,
  });
  return new Locations({
    objects,
    kubelets,
    transport,
    isProxyable: () => true,
    lookup: (host) => Promise.resolve([host]),
    family: 'IPv4',
    random: () => 0,
  });
}

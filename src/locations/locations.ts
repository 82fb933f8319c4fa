import type { Destination } from '../proxying/destination.ts';
import { type NodeLocationsParts, nodeLocation } from './node-locations.ts';
import { PodLocations, type PodLocationsParts } from './pod-locations.ts';
import { type ServiceLocationsParts, serviceLocation } from './service-locations.ts';

export type LocationsParts = PodLocationsParts & NodeLocationsParts & ServiceLocationsParts;

/** Where what is asked of pods, nodes and services is answered. */
export class Locations {
  readonly pods: PodLocations;
  readonly #parts: LocationsParts;

  constructor(parts: LocationsParts) {
    this.pods = new PodLocations(parts);
    this.#parts = parts;
  }

  /**
   * What listens there, by `name`, `name:port` or `scheme:name:port`, as a destination without a path. `namespace`: '' of nodes.
   * @throws {ApiError} when that is nowhere
   */
  proxy(resource: string, namespace: string, id: string): Promise<Destination> {
    if (resource === 'nodes') return nodeLocation(id, this.#parts);
    if (resource === 'services') return serviceLocation(namespace, id, this.#parts);
    return this.pods.proxy(namespace, id);
  }
}

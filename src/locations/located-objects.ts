import type { Node, Pod, Service } from '../api/types/core-v1.generated.ts';
import type { EndpointSlice } from '../api/types/discovery-v1.generated.ts';

/** The objects that say where something is reached, as they are now. */
export interface LocatedObjects {
  /** @throws {ApiError} 404 */
  pod(namespace: string, name: string): Promise<Pod>;
  /** undefined: there is none. */
  node(name: string): Promise<Node | undefined>;
  /** @throws {ApiError} 404 */
  service(namespace: string, name: string): Promise<Service>;
  /** Those that belong to a service; none is no error. */
  endpointSlices(namespace: string, service: string): Promise<readonly EndpointSlice[]>;
}

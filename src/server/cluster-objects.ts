import { firstAddress, serviceRangesOf } from '../api/core/service-ranges.ts';
import type { StoredKind } from '../api/stored-kind.ts';
import type { Clock } from '../base/clock.ts';
import { isControllerEnabled } from '../config/controllers.ts';
import type { Config } from '../config/options.ts';
import { bootstrapPolicy } from '../controllers/bootstrap-policy.ts';
import { defaultServiceCidr } from '../controllers/default-service-cidr.ts';
import { type Endpoint, kubernetesService } from '../controllers/kubernetes-service.ts';
import { localApiServices } from '../controllers/local-api-services.ts';
import type { StartObject } from '../controllers/start-objects.ts';
import { systemNamespaceObjects } from '../controllers/system-namespaces.ts';
import { systemPriorityClasses } from '../controllers/system-priority-classes.ts';
import type { RegistryStore } from '../registry/registry-store.ts';
import type { ServedKinds } from './served-kinds.ts';

const apiServices = { group: 'apiregistration.k8s.io', resource: 'apiservices' };
export const serviceCidrs = { group: 'networking.k8s.io', resource: 'servicecidrs' };

const storesOf =
  (kinds: Pick<ServedKinds, 'find'>) =>
  (kind: Pick<StoredKind, 'group' | 'resource'>): RegistryStore => {
    const store = kinds.find(kind)?.store;
    if (store === undefined) throw new Error(`${kind.resource} are not stored`);
    return store;
  };

/** What every cluster has before its server is ready, in the order in which it is made. `endpoint`: where it is reached. */
export function clusterObjects(
  kinds: Pick<ServedKinds, 'find'>,
  config: Pick<Config, 'serviceClusterIpRange' | 'serviceNodePortRange'>,
  clock: Clock,
  endpoint: Endpoint | undefined,
): readonly StartObject[] {
  const storeOf = storesOf(kinds);
  const { clusterIps } = serviceRangesOf(config.serviceClusterIpRange, config.serviceNodePortRange);
  const cidrs = clusterIps.map(({ text }) => text);
  return [
    ...systemNamespaceObjects(storeOf({ group: '', resource: 'namespaces' })),
    defaultServiceCidr(storeOf(serviceCidrs), cidrs, clock),
    ...kubernetesService({
      services: storeOf({ group: '', resource: 'services' }),
      endpoints: storeOf({ group: '', resource: 'endpoints' }),
      slices: storeOf({ group: 'discovery.k8s.io', resource: 'endpointslices' }),
      clusterIp: firstAddress(clusterIps),
      endpoint,
    }),
  ];
}

/** What says which groups are served: made when the server is ready, and nobody waits for it. */
export const servedGroups = (
  kinds: Pick<ServedKinds, 'find' | 'versions'>,
  { controllers }: Pick<Config, 'controllers'>,
): readonly StartObject[] =>
  isControllerEnabled(controllers, 'apiservice-registration-controller')
    ? localApiServices(storesOf(kinds)(apiServices), kinds.versions)
    : [];

/** Who may do what in every cluster, and which pods come first: made when the server is ready, and nobody waits for it. */
export function bootstrapObjects(
  kinds: Pick<ServedKinds, 'find'>,
  { controllers }: Pick<Config, 'controllers'>,
): readonly StartObject[] {
  const storeOf = storesOf(kinds);
  return [
    ...(isControllerEnabled(controllers, 'bootstrap-system-priority-classes')
      ? systemPriorityClasses(storeOf({ group: 'scheduling.k8s.io', resource: 'priorityclasses' }))
      : []),
    ...(isControllerEnabled(controllers, 'bootstrap-roles')
      ? bootstrapPolicy((resource) => storeOf({ group: 'rbac.authorization.k8s.io', resource }))
      : []),
  ];
}

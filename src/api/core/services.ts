import { numberAt, objectIn, objectsAt, stringsAt, textAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { nameIsDnsLabel } from '../../machinery/validation/names.ts';
import { defineKind, type Kind } from '../kind.ts';
import { ageColumn, column, nameColumn, wide } from '../printing/columns.ts';
import { labelText } from '../printing/label-text.ts';
import { textFields } from '../selectable-fields.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { Service } from '../types/core-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { serviceProxy } from './connect-subresources.ts';
import { serviceAllocation } from './service-allocation.ts';
import { dropTypeDependentFields, validateServiceChange } from './service-changes.ts';
import { isExternallyAccessible, specOf } from './service-kinds.ts';
import type { ServiceRanges } from './service-ranges.ts';
import { trafficPolicies, validateService, validateServiceStatus } from './service-validation.ts';
import { serviceStatusWarnings, serviceWarnings } from './service-warnings.ts';

function externalIp(service: JsonObject): string {
  const listed = stringsAt(service, 'spec', 'externalIPs');
  switch (textAt(service, 'spec', 'type')) {
    case 'ClusterIP':
    case 'NodePort':
      return listed.join(',') || '<none>';
    case 'LoadBalancer': {
      const given = objectsAt(service, 'status', 'loadBalancer', 'ingress')
        .map((ingress) => stringAt(ingress, 'ip') || stringAt(ingress, 'hostname'))
        .filter((address) => address !== '');
      return [...[...new Set(given)].sort(), ...listed].join(',') || '<pending>';
    }
    case 'ExternalName':
      return textAt(service, 'spec', 'externalName');
    default:
      return '<unknown>';
  }
}

function ports(service: JsonObject): string {
  const texts = objectsAt(service, 'spec', 'ports').map((port) => {
    const nodePort = numberAt(port, 'nodePort');
    return `${numberAt(port, 'port')}${nodePort > 0 ? `:${nodePort}` : ''}/${stringAt(port, 'protocol')}`;
  });
  return texts.join(',') || '<none>';
}

/** A client that connects again comes to the same pod for so long: three hours. */
const defaultAffinitySeconds = 10_800;

function defaults(service: Service): void {
  const spec = specOf(service);
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined)
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: defaultAffinitySeconds } };
  spec.type ||= 'ClusterIP';
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP';
    port.targetPort ||= port.port ?? 0;
  }
  if (isExternallyAccessible(spec)) spec.externalTrafficPolicy ||= 'Cluster';
  if (['NodePort', 'LoadBalancer', 'ClusterIP'].includes(spec.type)) spec.internalTrafficPolicy ??= 'Cluster';
  // It had one once, of which nothing was true.
  const { internalTrafficPolicy: internal = '' } = spec;
  if (spec.type === 'ExternalName' && trafficPolicies.includes(internal)) delete spec.internalTrafficPolicy;
  if (spec.type !== 'LoadBalancer') return;
  spec.allocateLoadBalancerNodePorts ??= true;
  // What goes to an address of a load balancer arrives with that address as its destination, unless the status says else.
  for (const ingress of service.status?.loadBalancer?.ingress ?? [])
    if ((ingress.ip ?? '') !== '') ingress.ipMode ??= 'VIP';
}

/** `ranges`: from which services get their addresses and ports. */
export const services = (ranges: ServiceRanges): Kind =>
  defineKind({
    group: '',
    version: 'v1',
    kind: 'Service',
    resource: 'services',
    singular: 'service',
    shortNames: ['svc'],
    categories: ['all'],
    namespaced: true,
    verbs: everyVerb,
    subresources: { ...serviceProxy.subresources, ...statusSubresource },
    subresourceKinds: serviceProxy.subresourceKinds,
    connects: serviceProxy.connects,
    storagePrefix: 'services/specs',
    fields: textFields('spec.clusterIP', 'spec.type'),
    columns: [
      nameColumn,
      column('Type', 'How the service is exposed.', (service) => textAt(service, 'spec', 'type')),
      column(
        'Cluster-IP',
        'Address of the service inside the cluster.',
        (service) => stringsAt(service, 'spec', 'clusterIPs')[0] ?? '<none>',
      ),
      column('External-IP', 'Addresses of the service outside the cluster.', externalIp),
      column('Port(s)', 'Ports of the service.', ports),
      ageColumn,
      wide('Selector', 'Labels of the pods behind the service.', (service) =>
        labelText(objectIn(service, 'spec', 'selector')),
      ),
    ],
    returnsDeletedObject: true,
    strategy: genericStrategy<Service>({
      defaults,
      initialStatus: () => ({ loadBalancer: {} }),
      onUpdate: dropTypeDependentFields,
      validate: (service) => validateService(service),
      validateUpdate: (service, old) => [...validateServiceChange(service, old), ...validateService(service, old)],
      validateStatus: validateServiceStatus,
      validateName: nameIsDnsLabel,
      warningsOnCreate: serviceWarnings,
      warningsOnUpdate: serviceWarnings,
      warningsOnStatusUpdate: serviceStatusWarnings,
      allowCreateOnUpdate: true,
      more: { allocation: serviceAllocation(ranges) },
    }),
  });

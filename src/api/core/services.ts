import type { FieldError } from '../../machinery/field-error.ts';
import { requiredValue, unsupportedValue } from '../../machinery/field-error.ts';
import { numberAt, objectIn, objectsAt, stringsAt, textAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { nameIsDns1035Label } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn, wide } from '../printing/columns.ts';
import { labelText } from '../printing/label-text.ts';
import { textFields } from '../selectable-fields.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { objectOrNew, setDefault } from '../strategy/set-default.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { serviceStatusWarnings, serviceWarnings } from './service-warnings.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

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

/** Addresses are not allocated here: a service has the clusterIP that it was written with. */
function defaults(service: JsonObject): void {
  const spec = objectOrNew(service, 'spec');
  setDefault(spec, 'type', 'ClusterIP');
  setDefault(spec, 'sessionAffinity', 'None');
  for (const port of objectsAt(spec, 'ports')) {
    setDefault(port, 'protocol', 'TCP');
    if (numberAt(port, 'port') > 0 && (port['targetPort'] === undefined || port['targetPort'] === 0)) {
      port['targetPort'] = numberAt(port, 'port');
    }
  }
  defaultIngress(service);
  if (textAt(spec, 'type') === 'LoadBalancer') setDefault(spec, 'allocateLoadBalancerNodePorts', true);
  if (textAt(spec, 'type') === 'ExternalName') return;
  setDefault(spec, 'internalTrafficPolicy', 'Cluster');
  if (textAt(spec, 'type') !== 'ClusterIP') setDefault(spec, 'externalTrafficPolicy', 'Cluster');
  const clusterIp = textAt(spec, 'clusterIP');
  if (clusterIp !== '') setDefault(spec, 'clusterIPs', [clusterIp]);
}

/** What goes to an address of a load balancer arrives with that address as its destination, unless the status says else. */
function defaultIngress(service: JsonObject): void {
  if (textAt(service, 'spec', 'type') !== 'LoadBalancer') return;
  for (const ingress of objectsAt(service, 'status', 'loadBalancer', 'ingress')) {
    if (stringAt(ingress, 'ip') !== '') setDefault(ingress, 'ipMode', 'VIP');
  }
}

function validate(service: JsonObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  const type = textAt(service, 'spec', 'type');
  const headless = textAt(service, 'spec', 'clusterIP') === 'None';
  if (!types.includes(type)) errors.push(unsupportedValue('spec.type', type, types));
  if (type === 'ExternalName') {
    if (textAt(service, 'spec', 'externalName') === '') errors.push(requiredValue('spec.externalName'));
  } else if (!headless && objectsAt(service, 'spec', 'ports').length === 0) {
    errors.push(requiredValue('spec.ports'));
  }
  return errors;
}

export const services = defineKind({
  group: '',
  version: 'v1',
  kind: 'Service',
  resource: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  verbs: everyVerb,
  subresources: statusSubresource,
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
  strategy: genericStrategy({
    defaults,
    initialStatus: () => ({ loadBalancer: {} }),
    onUpdate(service, old) {
      const spec = objectOrNew(service, 'spec');
      for (const key of ['clusterIP', 'clusterIPs']) {
        const before = objectIn(old, 'spec')?.[key];
        if (spec[key] === undefined && before !== undefined && textAt(spec, 'type') !== 'ExternalName') {
          spec[key] = before;
        }
      }
    },
    validate,
    validateName: nameIsDns1035Label,
    warningsOnCreate: serviceWarnings,
    warningsOnUpdate: serviceWarnings,
    warningsOnStatusUpdate: serviceStatusWarnings,
    allowCreateOnUpdate: true,
  }),
});

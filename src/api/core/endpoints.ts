import { errorsOfEach, type FieldError, requiredValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { numberAt, objectsAt, textAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { dns1123Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { validateEndpointIp, validateLegacyIp } from '../../machinery/validation/ip.ts';
import { ipWarnings } from '../../machinery/validation/ip-warnings.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { validateOneOf, validatePortNumber, validateText } from '../../machinery/validation/values.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints } from '../types/core-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { portProtocols } from './port-protocols.ts';

const shown = 3;

function addresses(endpoints: JsonObject): string {
  const subsets = objectsAt(endpoints, 'subsets');
  const all = subsets.flatMap((subset) => {
    const ips = objectsAt(subset, 'addresses').map((address) => stringAt(address, 'ip'));
    const ports = objectsAt(subset, 'ports');
    if (ports.length === 0) return ips;
    return ports.flatMap((port) => ips.map((ip) => `${ip.includes(':') ? `[${ip}]` : ip}:${numberAt(port, 'port')}`));
  });
  if (subsets.length === 0) return '<none>';
  const text = all.slice(0, shown).join(',');
  return all.length > shown ? `${text} + ${all.length - shown} more...` : text;
}

function validateAddress(address: EndpointAddress, path: string): FieldError[] {
  const { ip = '', hostname = '', nodeName } = address;
  return [
    ...validateLegacyIp(ip, `${path}.ip`),
    ...(hostname === '' ? [] : validateText(hostname, `${path}.hostname`, dns1123Label)),
    ...(nodeName === undefined ? [] : validateText(nodeName, `${path}.nodeName`, dns1123Subdomain)),
    ...validateEndpointIp(ip, `${path}.ip`),
  ];
}

function validatePort(port: EndpointPort, named: boolean, path: string): FieldError[] {
  const { name = '', appProtocol } = port;
  const nameErrors = name === '' ? [] : validateText(name, `${path}.name`, dns1123Label);
  return [
    ...(named && name === '' ? [requiredValue(`${path}.name`)] : nameErrors),
    ...validatePortNumber(port.port ?? 0, `${path}.port`),
    ...validateOneOf(port.protocol, `${path}.protocol`, portProtocols),
    ...(appProtocol === undefined ? [] : validateText(appProtocol, `${path}.appProtocol`, labelKey)),
  ];
}

function validateSubset(subset: EndpointSubset, path: string): FieldError[] {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  const none = addresses.length + notReadyAddresses.length === 0;
  return [
    ...(none ? [requiredValue(path, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...errorsOfEach(addresses, (address, index) => validateAddress(address, `${path}.addresses[${index}]`)),
    ...errorsOfEach(notReadyAddresses, (address, index) =>
      validateAddress(address, `${path}.notReadyAddresses[${index}]`),
    ),
    ...errorsOfEach(ports, (port, index) => validatePort(port, ports.length > 1, `${path}.ports[${index}]`)),
  ];
}

/** What was there before stays right, whatever the rules are by now. */
function validate({ subsets = [] }: Endpoints, old?: Endpoints): FieldError[] {
  const errors = errorsOfEach(subsets, (subset, index) => validateSubset(subset, `subsets[${index}]`));
  const unchanged = errors.length > 0 && old !== undefined && jsonEqual(subsets, old.subsets ?? []);
  return unchanged ? [] : errors;
}

/** The controller that makes most of them writes addresses as they should be. */
function warnings(endpoints: JsonObject): readonly string[] {
  const manager = textAt(endpoints, 'metadata', 'labels', 'endpoints.kubernetes.io/managed-by');
  if (manager === 'endpoint-controller') return [];
  return objectsAt(endpoints, 'subsets').flatMap((subset, index) =>
    ['addresses', 'notReadyAddresses'].flatMap((field) =>
      objectsAt(subset, field).flatMap((address, place) =>
        ipWarnings(`subsets[${index}].${field}[${place}].ip`, stringAt(address, 'ip')),
      ),
    ),
  );
}

export const endpoints = defineKind({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  resource: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'services/endpoints',
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  fields: {},
  columns: [nameColumn, column('Endpoints', 'Addresses and ports behind the service.', addresses), ageColumn],
  strategy: genericStrategy<Endpoints>({
    defaults({ subsets = [] }) {
      for (const { ports = [] } of subsets) for (const port of ports) port.protocol ||= 'TCP';
    },
    validate: (object) => validate(object),
    validateUpdate: validate,
    validateName: nameIsDnsSubdomain,
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
    allowCreateOnUpdate: true,
  }),
});

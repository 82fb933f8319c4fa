import {
  checkEach,
  duplicateValue,
  type FieldError,
  invalidValue,
  requiredValue,
  tooMany,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { parseIp } from '../../machinery/ip-address.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { dns1123Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { validateDomainName } from '../../machinery/validation/domains.ts';
import { strictIp, validateEndpointIp, validateLegacyIp } from '../../machinery/validation/ip.ts';
import { labelKey, labelValue } from '../../machinery/validation/label.ts';
import { validateLabels } from '../../machinery/validation/object-meta.ts';
import { fieldIsImmutable, validateText } from '../../machinery/validation/values.ts';
import { portProtocols } from '../core/port-protocols.ts';
import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from '../types/discovery-v1.generated.ts';

const addressTypes = ['FQDN', 'IPv4', 'IPv6'];
const maxEndpoints = 1000;
const maxAddresses = 100;
const maxPorts = 20_000;
const maxTopologyLabels = 16;
const maxHints = 8;

/** What a schema can say is told last. */
export const validateEndpointSlice = (slice: EndpointSlice): FieldError[] => [
  ...validatePorts(slice.ports ?? []),
  ...validateEndpoints(slice),
  ...validateAddressType(slice),
  ...validateAddressCounts(slice),
];

/** Endpoints that were there before stay right, whatever the rules are by now. */
export function validateEndpointSliceUpdate(slice: EndpointSlice, old: EndpointSlice): FieldError[] {
  const unchanged = jsonEqual(slice.endpoints ?? [], old.endpoints ?? []);
  const [type, before] = [slice.addressType ?? '', old.addressType ?? ''];
  const wrongType = validateAddressType(slice);
  return [
    // A schema that has said that it must not change says nothing of what it may be.
    ...(type === '' ? [] : wrongType),
    ...validatePorts(slice.ports ?? []),
    ...(unchanged ? [] : validateEndpoints(slice)),
    ...(type === '' ? wrongType : []),
    ...(type === before ? [] : [invalidValue('addressType', null, fieldIsImmutable)]),
    ...(unchanged ? [] : validateAddressCounts(slice)),
  ];
}

function validateAddressType({ addressType = '' }: EndpointSlice): FieldError[] {
  if (addressType === '') return [requiredValue('addressType')];
  return addressTypes.includes(addressType) ? [] : [unsupportedValue('addressType', addressType, addressTypes)];
}

function validatePorts(ports: readonly EndpointPort[]): FieldError[] {
  if (ports.length > maxPorts) return [tooMany('ports', ports.length, maxPorts)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  checkEach(ports, 'ports', errors, ({ name = '', protocol, appProtocol }, path) => {
    if (name !== '') errors.push(...validateText(name, `${path}.name`, dns1123Label));
    if (names.has(name)) errors.push(duplicateValue(`${path}.name`, name));
    names.add(name);
    if (protocol === undefined) errors.push(requiredValue(`${path}.protocol`));
    else if (!portProtocols.includes(protocol))
      errors.push(unsupportedValue(`${path}.protocol`, protocol, portProtocols));
    if (appProtocol !== undefined) errors.push(...validateText(appProtocol, `${path}.appProtocol`, labelKey));
  });
  return errors;
}

function validateEndpoints({ endpoints, addressType = '' }: EndpointSlice): FieldError[] {
  const all = endpoints ?? [];
  if (all.length > maxEndpoints) return [tooMany('endpoints', all.length, maxEndpoints)];
  const errors: FieldError[] = [];
  checkEach(all, 'endpoints', errors, (endpoint, path) => checkEndpoint(endpoint, addressType, path, errors));
  return errors;
}

function checkEndpoint(endpoint: Endpoint, addressType: string, path: string, errors: FieldError[]): void {
  const { addresses, nodeName, deprecatedTopology: topology = {}, hostname, hints } = endpoint;
  checkEach(addresses, `${path}.addresses`, errors, (address, at) =>
    errors.push(...validateAddress(address, addressType, `${path}.addresses`, at)),
  );
  if (nodeName !== undefined) errors.push(...validateText(nodeName, `${path}.nodeName`, dns1123Subdomain));
  const count = Object.keys(topology).length;
  const at = `${path}.deprecatedTopology`;
  if (count > maxTopologyLabels) errors.push(tooMany(at, count, maxTopologyLabels));
  errors.push(...validateLabels(topology, at));
  if (hostname !== undefined) errors.push(...validateText(hostname, `${path}.hostname`, dns1123Label));
  if (hints !== undefined) checkHints(hints, `${path}.hints`, errors);
}

/** An address of the wrong family is told of the list. */
function validateAddress(address: string, type: string, list: string, path: string): FieldError[] {
  if (type === 'FQDN') return validateDomainName(address, path);
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const wrong = type === 'IPv4' ? validateLegacyIp(address, path) : validateText(address, path, strictIp);
  if (wrong.length > 0) return wrong;
  const isOfFamily = parseIp(address)?.family === (type === 'IPv4' ? 4 : 6);
  return [
    ...(isOfFamily ? [] : [invalidValue(list, address, `must be an ${type} address`)]),
    ...validateEndpointIp(address, path),
  ];
}

function validateAddressCounts({ endpoints }: EndpointSlice): FieldError[] {
  const errors: FieldError[] = [];
  checkEach(endpoints, 'endpoints', errors, ({ addresses }, path) => {
    const count = (addresses ?? []).length;
    if (count === 0) errors.push(requiredValue(`${path}.addresses`));
    else if (count > maxAddresses) errors.push(tooMany(`${path}.addresses`, count, maxAddresses));
  });
  return errors;
}

function checkHints({ forZones, forNodes }: EndpointHints, path: string, errors: FieldError[]): void {
  for (const [field, all, rule] of [
    ['forZones', forZones ?? [], labelValue],
    ['forNodes', forNodes ?? [], dns1123Subdomain],
  ] as const) {
    if (all.length > maxHints) {
      errors.push(tooMany(`${path}.${field}`, all.length, maxHints));
      return;
    }
    const names = new Set<string>();
    checkEach(all, `${path}.${field}`, errors, ({ name = '' }, at) => {
      if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
      names.add(name);
      errors.push(...validateText(name, `${at}.name`, (text) => rule(text)));
    });
  }
}

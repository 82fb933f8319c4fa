import {
  duplicateValue,
  type FieldError,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { parseIp } from '../../machinery/ip-address.ts';
import { validateLegacyIp } from '../../machinery/validation/ip.ts';
import type { ServiceSpec } from '../types/core-v1.generated.ts';
import { isHeadless, sameTexts } from './service-kinds.ts';
import { familyOf, type IpFamily, type ServiceRanges } from './service-ranges.ts';

const families: readonly string[] = ['IPv4', 'IPv6'];
const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

const familyOfText = (text: string): IpFamily | undefined => {
  const ip = parseIp(text);
  return ip === undefined ? undefined : familyOf(ip);
};

/** Addresses, their families and how many of them are wanted, as far as they can be judged without a cluster. */
export function validateClusterIps(spec: ServiceSpec, old: ServiceSpec | undefined): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const { clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  const field = 'spec.clusterIPs';
  const errors: FieldError[] = [];
  if (clusterIP === '' && clusterIPs.length > 0)
    errors.push(invalidValue(field, clusterIPs, 'must be empty when `clusterIP` is not specified'));
  else if (clusterIP !== '' && clusterIPs.length === 0) errors.push(requiredValue(field));
  else if (clusterIP !== '' && clusterIPs[0] !== clusterIP)
    errors.push(invalidValue(field, clusterIPs, 'first value must match `clusterIP`'));
  for (const [index, family] of ipFamilies.entries()) {
    const at = `spec.ipFamilies[${index}]`;
    if (!families.includes(family)) errors.push(unsupportedValue(at, family, families));
    if (ipFamilies.indexOf(family) < index) errors.push(duplicateValue(at, family));
  }
  if (ipFamilyPolicy !== undefined && !policies.includes(ipFamilyPolicy))
    errors.push(unsupportedValue('spec.ipFamilyPolicy', ipFamilyPolicy, policies));
  const wrongIps = validateIps(clusterIPs, field, old?.clusterIPs ?? []);
  errors.push(...wrongIps);
  if (clusterIPs.length > 2) errors.push(invalidValue(field, clusterIPs, 'may only hold up to 2 values'));
  // The rest would only confuse.
  if (wrongIps.length > 0) return errors;
  if (clusterIPs.length > 1 && new Set(clusterIPs.map(familyOfText)).size !== 2) {
    const why = 'may specify no more than one IP for each IP family';
    errors.push(invalidValue(field, clusterIPs, why));
  }
  return [...errors, ...validateFamilies(spec)];
}

function validateIps(ips: string[], field: string, existing: readonly string[]): FieldError[] {
  return ips.flatMap((ip, index) => {
    if (index > 0 || ip !== 'None') return validateLegacyIp(ip, `${field}[${index}]`, existing);
    return ips.length > 1 ? [invalidValue(field, ips, "'None' must be the first and only value")] : [];
  });
}

function validateFamilies(spec: ServiceSpec): FieldError[] {
  const { clusterIPs = [], ipFamilies = [] } = spec;
  if (isHeadless(spec)) return [];
  return clusterIPs.flatMap((ip, index) => {
    const [wanted, found] = [ipFamilies[index], familyOfText(ip)];
    if (wanted === undefined || !families.includes(wanted) || wanted === found) return [];
    const why = `expected an ${wanted} value as indicated by \`ipFamilies[${index}]\``;
    return [invalidValue(`spec.clusterIPs[${index}]`, ip, why)];
  });
}

/** A service that prefers two families stays with what it has, whatever the cluster has by now. */
export const keepsPreferredFamilies = (spec: ServiceSpec, old: ServiceSpec): boolean =>
  spec.ipFamilyPolicy === 'PreferDualStack' &&
  spec.type === old.type &&
  ['ClusterIP', 'NodePort', 'LoadBalancer'].includes(spec.type ?? '') &&
  (old.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
  sameTexts(spec.clusterIPs, old.clusterIPs) &&
  sameTexts(spec.ipFamilies, old.ipFamilies);

/** Fills in which families of addresses the service has, and says why they cannot be had. */
export function initIpFamilies(
  spec: ServiceSpec,
  old: ServiceSpec | undefined,
  { clusterIps }: ServiceRanges,
): readonly FieldError[] {
  if (spec.type === 'ExternalName' || (old !== undefined && keepsPreferredFamilies(spec, old))) return [];
  const selects = Object.keys(spec.selector ?? {}).length > 0;
  // Nobody knows where its endpoints are: they may be of both families.
  const anyEndpoints = spec.clusterIP === 'None' && !selects;
  spec.ipFamilyPolicy ??= old?.ipFamilyPolicy ?? (anyEndpoints ? 'RequireDualStack' : 'SingleStack');
  const invalid = validateClusterIps(spec, old);
  if (invalid.length > 0) return invalid;
  const configured = clusterIps.map(({ family }) => family);
  const errors = [
    ...(old === undefined ? [] : followPolicy(spec, old)),
    ...validateSingleStack(spec),
    ...inferFamilies(spec, configured),
  ];
  if (errors.length > 0) return errors;
  const [primary = 'IPv4'] = configured;
  if (anyEndpoints) {
    spec.ipFamilies = (spec.ipFamilies ?? []).length === 0 ? [primary] : (spec.ipFamilies ?? []);
    if (spec.ipFamilyPolicy !== 'SingleStack') addOtherFamily(spec.ipFamilies);
    return [];
  }
  const unavailable: FieldError[] = [];
  if (spec.ipFamilyPolicy === 'RequireDualStack' && configured.length < 2) {
    const why = 'this cluster is not configured for dual-stack services';
    unavailable.push(invalidValue('spec.ipFamilyPolicy', spec.ipFamilyPolicy, why));
  }
  for (const [index, family] of (spec.ipFamilies ?? []).entries()) {
    if (!configured.some((one) => one === family))
      unavailable.push(invalidValue(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'));
  }
  if (unavailable.length > 0) return unavailable;
  if ((spec.ipFamilies ?? []).length === 0) spec.ipFamilies = [primary];
  if (spec.ipFamilyPolicy !== 'SingleStack' && configured.length === 2) addOtherFamily(spec.ipFamilies ?? []);
  return [];
}

function addOtherFamily(list: string[]): void {
  if (list.length === 1) list.push(list[0] === 'IPv4' ? 'IPv6' : 'IPv4');
}

/** Who asks for one family has the second taken away; who takes it away without asking for one is asked to say so. */
function followPolicy(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  const { ipFamilyPolicy = '', clusterIPs = [], ipFamilies = [] } = spec;
  if (ipFamilyPolicy === 'SingleStack') {
    if (sameTexts(old.clusterIPs, clusterIPs) && clusterIPs.length > 1) spec.clusterIPs = clusterIPs.slice(0, 1);
    if (sameTexts(old.ipFamilies, ipFamilies) && ipFamilies.length > 1) spec.ipFamilies = ipFamilies.slice(0, 1);
    return [];
  }
  const reduced = (now: readonly string[], before: readonly string[] = []) =>
    now.length > 0 && now.length < before.length;
  const wrong = (what: string) =>
    invalidValue('spec.ipFamilyPolicy', ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`);
  return [
    ...(reduced(clusterIPs, old.clusterIPs) ? [wrong('cluster IP')] : []),
    ...(reduced(ipFamilies, old.ipFamilies) ? [wrong('IP family')] : []),
  ];
}

function validateSingleStack({ ipFamilyPolicy, clusterIPs = [], ipFamilies = [] }: ServiceSpec): FieldError[] {
  if (ipFamilyPolicy !== 'SingleStack') return [];
  const wrong = (what: string) =>
    invalidValue(
      'spec.ipFamilyPolicy',
      ipFamilyPolicy,
      `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`,
    );
  return [
    ...(clusterIPs.length === 2 ? [wrong('cluster IPs')] : []),
    ...(ipFamilies.length === 2 ? [wrong('IP families')] : []),
  ];
}

function inferFamilies(spec: ServiceSpec, configured: readonly IpFamily[]): FieldError[] {
  const { clusterIPs = [] } = spec;
  if (clusterIPs[0] === 'None') return [];
  const errors: FieldError[] = [];
  for (const [index, ip] of clusterIPs.entries()) {
    const family = familyOfText(ip);
    if (family === undefined || index < (spec.ipFamilies ?? []).length) continue;
    if (configured.includes(family)) spec.ipFamilies = [...(spec.ipFamilies ?? []), family];
    else
      errors.push(invalidValue(`spec.clusterIPs[${index}]`, clusterIPs, `${family} is not configured on this cluster`));
  }
  return errors;
}

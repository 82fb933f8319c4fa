import {
  duplicateValue,
  errorsOfEach,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { parseIp } from '../../machinery/ip-address.ts';
import { dns1123Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { validateEndpointIp, validateLegacyCidr, validateLegacyIp } from '../../machinery/validation/ip.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import { validateLabels } from '../../machinery/validation/object-meta.ts';
import { portName } from '../../machinery/validation/port-name.ts';
import { validateInRange, validateOneOf, validatePortNumber, validateText } from '../../machinery/validation/values.ts';
import type { Service, ServicePort, ServiceSpec } from '../types/core-v1.generated.ts';
import { portProtocols } from './port-protocols.ts';
import { validateClusterIps } from './service-ip-families.ts';
import { isExternallyAccessible, isHeadless, needsHealthCheckPort } from './service-kinds.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const affinities = ['ClientIP', 'None'];
export const trafficPolicies: readonly string[] = ['Cluster', 'Local'];
const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
/** A day. */
const maxAffinitySeconds = 86_400;

const hintsAnnotation = 'service.kubernetes.io/topology-aware-hints';
const modeAnnotation = 'service.kubernetes.io/topology-mode';
const rangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** `old`: what was there before, which may stay as it was. */
export function validateService(service: Service, old?: Service): FieldError[] {
  const spec = service.spec ?? {};
  const annotations = service.metadata?.annotations ?? {};
  const ports = spec.ports ?? [];
  const [hints, mode] = [annotations[hintsAnnotation], annotations[modeAnnotation]];
  const errors: FieldError[] = [];
  if (hints !== undefined && mode !== undefined && hints !== mode) {
    const why = `must match annotations[${hintsAnnotation}] when both are specified`;
    errors.push(invalidValue(`metadata.annotations[${modeAnnotation}]`, mode, why));
  }
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName') errors.push(requiredValue('spec.ports'));
  errors.push(...validateByType(spec));
  const names = new Set<string>();
  errors.push(
    ...errorsOfEach(ports, (port, index) => validatePort(port, `spec.ports[${index}]`, ports.length > 1, names)),
  );
  errors.push(...validateLabels(spec.selector ?? {}, 'spec.selector'));
  errors.push(...validateOneOf(spec.sessionAffinity, 'spec.sessionAffinity', affinities));
  errors.push(...validateAffinityConfig(spec));
  errors.push(...validateClusterIps(spec, old?.spec));
  errors.push(
    ...errorsOfEach(spec.externalIPs ?? [], (ip, index) => {
      const field = `spec.externalIPs[${index}]`;
      const wrong = validateLegacyIp(ip, field, old?.spec?.externalIPs);
      return wrong.length > 0 ? wrong : validateEndpointIp(ip, field);
    }),
  );
  errors.push(...validateOneOf(spec.type, 'spec.type', types));
  errors.push(...validatePortsTogether(spec));
  errors.push(...validateSourceRanges(service, old));
  return [...errors, ...validateLoadBalancer(spec), ...validateTraffic(spec)];
}

function validateByType(spec: ServiceSpec): FieldError[] {
  const { type, clusterIPs = [], ipFamilies = [], ipFamilyPolicy, externalName = '' } = spec;
  if (type !== 'ExternalName') {
    if (!isHeadless(spec) || (type !== 'LoadBalancer' && type !== 'NodePort')) return [];
    return [invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`)];
  }
  const unset = (field: string, isSet: boolean) =>
    isSet ? [forbiddenValue(`spec.${field}`, 'may not be set for ExternalName services')] : [];
  const name = externalName.endsWith('.') ? externalName.slice(0, -1) : externalName;
  return [
    ...unset('clusterIPs', clusterIPs.length > 0),
    ...unset('ipFamilies', ipFamilies.length > 0),
    ...unset('ipFamilyPolicy', ipFamilyPolicy !== undefined),
    ...(name === '' ? [requiredValue('spec.externalName')] : validateText(name, 'spec.externalName', dns1123Subdomain)),
  ];
}

function validatePort(port: ServicePort, path: string, named: boolean, names: Set<string>): FieldError[] {
  const { name = '', targetPort = 0, appProtocol } = port;
  const errors: FieldError[] = [];
  if (name === '' && named) errors.push(requiredValue(`${path}.name`));
  if (name !== '') {
    errors.push(...validateText(name, `${path}.name`, dns1123Label));
    if (names.has(name)) errors.push(duplicateValue(`${path}.name`, name));
    names.add(name);
  }
  errors.push(...validatePortNumber(port.port ?? 0, `${path}.port`));
  errors.push(...validateOneOf(port.protocol, `${path}.protocol`, portProtocols));
  if (typeof targetPort === 'number') errors.push(...validatePortNumber(targetPort, `${path}.targetPort`));
  else errors.push(...validateText(targetPort, `${path}.targetPort`, portName));
  if (appProtocol !== undefined) errors.push(...validateText(appProtocol, `${path}.appProtocol`, labelKey));
  return errors;
}

function validateAffinityConfig({ sessionAffinity, sessionAffinityConfig: config }: ServiceSpec): FieldError[] {
  const field = 'spec.sessionAffinityConfig';
  if (sessionAffinity === 'None')
    return config === undefined ? [] : [forbiddenValue(field, 'must not be set when session affinity is None')];
  if (sessionAffinity !== 'ClientIP') return [];
  const why = 'when session affinity type is ClientIP';
  if (config === undefined) return [requiredValue(field, why)];
  if (config.clientIP === undefined) return [requiredValue(`${field}.clientIP`, why)];
  const { timeoutSeconds: seconds } = config.clientIP;
  const at = `${field}.clientIP.timeoutSeconds`;
  if (seconds === undefined) return [requiredValue(at, why)];
  return seconds > 0 && seconds <= maxAffinitySeconds
    ? []
    : [invalidValue(at, seconds, `must be greater than 0 and less than ${maxAffinitySeconds}`)];
}

/** Each node port, and each port, is there once for each protocol. */
function validatePortsTogether({ type, ports = [] }: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (type === 'ClusterIP') {
    for (const [index, { nodePort = 0 }] of ports.entries()) {
      const why = "may not be used when `type` is 'ClusterIP'";
      if (nodePort !== 0) errors.push(forbiddenValue(`spec.ports[${index}].nodePort`, why));
    }
  }
  const seen = new Set<string>();
  const isSecond = (key: string) => {
    const second = seen.has(key);
    seen.add(key);
    return second;
  };
  for (const [index, { nodePort = 0, protocol = '' }] of ports.entries()) {
    if (nodePort !== 0 && isSecond(`node ${protocol} ${nodePort}`))
      errors.push(duplicateValue(`spec.ports[${index}].nodePort`, nodePort));
  }
  for (const [index, { port = 0, protocol = '' }] of ports.entries()) {
    if (isSecond(`${protocol} ${port}`)) {
      // By the names of Go's fields, of which only these are looked at.
      const shown = { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
      errors.push(duplicateValue(`spec.ports[${index}]`, shown));
    }
  }
  return errors;
}

function validateSourceRanges({ metadata, spec = {} }: Service, old?: Service): FieldError[] {
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const annotation = metadata?.annotations?.[rangesAnnotation];
  const why = "may only be used when `type` is 'LoadBalancer'";
  // The capital is the original's.
  const field = ranges.length > 0 ? 'spec.LoadBalancerSourceRanges' : `metadata.annotations[${rangesAnnotation}]`;
  if (ranges.length === 0 && annotation === undefined) return [];
  const errors = spec.type === 'LoadBalancer' ? [] : [forbiddenValue(field, why)];
  if (ranges.length > 0) {
    const existing = (old?.spec?.loadBalancerSourceRanges ?? []).map((range) => range.trim());
    errors.push(
      ...errorsOfEach(ranges, (range, index) => validateLegacyCidr(range.trim(), `${field}[${index}]`, existing)),
    );
  } else if (annotation !== old?.metadata?.annotations?.[rangesAnnotation] && annotation?.trim() !== '')
    errors.push(...errorsOfEach(annotation?.split(',') ?? [], (range) => validateLegacyCidr(range.trim(), field)));
  return errors;
}

function validateLoadBalancer(spec: ServiceSpec): FieldError[] {
  const { type, allocateLoadBalancerNodePorts: allocates, loadBalancerClass } = spec;
  const why = "may only be used when `type` is 'LoadBalancer'";
  const isBalanced = type === 'LoadBalancer';
  const errors: FieldError[] = [];
  if (allocates !== undefined && !isBalanced) errors.push(forbiddenValue('spec.allocateLoadBalancerNodePorts', why));
  // The path is the original's.
  if (allocates === undefined && isBalanced) errors.push(requiredValue('allocateLoadBalancerNodePorts'));
  if (loadBalancerClass === undefined) return errors;
  const field = 'spec.loadBalancerClass';
  return [...errors, ...(isBalanced ? validateText(loadBalancerClass, field, labelKey) : [forbiddenValue(field, why)])];
}

function validateTraffic(spec: ServiceSpec): FieldError[] {
  const { type = '', externalTrafficPolicy: external = '', healthCheckNodePort: health = 0 } = spec;
  const { internalTrafficPolicy: internal, trafficDistribution } = spec;
  const errors: FieldError[] = [];
  if (isExternallyAccessible(spec))
    errors.push(...validateOneOf(external, 'spec.externalTrafficPolicy', trafficPolicies));
  else if (external !== '') {
    const why = 'may only be set for externally-accessible services';
    errors.push(invalidValue('spec.externalTrafficPolicy', external, why));
  }
  if (!needsHealthCheckPort(spec)) {
    const why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    if (health !== 0) errors.push(invalidValue('spec.healthCheckNodePort', health, why));
  } else if (health === 0) errors.push(requiredValue('spec.healthCheckNodePort'));
  else errors.push(...validateInRange(health, 'spec.healthCheckNodePort', 1, 65_535));
  if (internal === undefined) {
    if (['NodePort', 'LoadBalancer', 'ClusterIP'].includes(type))
      errors.push(requiredValue('spec.internalTrafficPolicy'));
  } else if (!trafficPolicies.includes(internal))
    errors.push(unsupportedValue('spec.internalTrafficPolicy', internal, trafficPolicies));
  if (trafficDistribution !== undefined && !distributions.includes(trafficDistribution))
    errors.push(unsupportedValue('spec.trafficDistribution', trafficDistribution, distributions));
  return errors;
}

const ipModes = ['Proxy', 'VIP'];

/** What a load balancer says of itself. */
export function validateServiceStatus({ spec, status }: Service, old: Service): FieldError[] {
  const ingresses = status?.loadBalancer?.ingress ?? [];
  const path = 'status.loadBalancer.ingress';
  if (spec?.type !== 'LoadBalancer' && ingresses.length > 0)
    return [forbiddenValue(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  const existing = (old.status?.loadBalancer?.ingress ?? []).map(({ ip = '' }) => ip).filter((ip) => ip !== '');
  return errorsOfEach(ingresses, ({ ip = '', ipMode, hostname = '' }, index) => {
    const at = `${path}[${index}]`;
    const errors = ip === '' ? [] : validateLegacyIp(ip, `${at}.ip`, existing);
    if (ipMode === undefined) {
      if (ip !== '') errors.push(requiredValue(`${at}.ipMode`, 'must be specified when `ip` is set'));
    } else if (ip === '') errors.push(forbiddenValue(`${at}.ipMode`, 'may not be specified when `ip` is not set'));
    else if (!ipModes.includes(ipMode)) errors.push(unsupportedValue(`${at}.ipMode`, ipMode, ipModes));
    if (hostname === '') return errors;
    errors.push(...validateText(hostname, `${at}.hostname`, dns1123Subdomain));
    if (parseIp(hostname) !== undefined)
      errors.push(invalidValue(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address'));
    return errors;
  });
}

import { type FieldError, forbiddenValue, invalidValue } from '../../machinery/field-error.ts';
import { fieldIsImmutable } from '../../machinery/validation/values.ts';
import type { Service, ServiceSpec } from '../types/core-v1.generated.ts';
import {
  isExternallyAccessible,
  isHeadless,
  needsClusterIp,
  needsHealthCheckPort,
  sameTexts,
  specOf,
  usesNodePorts,
} from './service-kinds.ts';

/**
 * A service that becomes another type is relieved of what only the old type has, unless the client changed that as well:
 * then validation refuses it.
 */
export function dropTypeDependentFields(service: Service, { spec: old = {} }: Service): void {
  const spec = specOf(service);
  if (needsClusterIp(old) && !needsClusterIp(spec)) {
    if ((spec.clusterIP ?? '') === (old.clusterIP ?? '') && sameTexts(spec.clusterIPs, old.clusterIPs)) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (sameTexts(spec.ipFamilies, old.ipFamilies)) delete spec.ipFamilies;
    if (spec.ipFamilyPolicy === old.ipFamilyPolicy) delete spec.ipFamilyPolicy;
  }
  if (usesNodePorts(old) && !usesNodePorts(spec)) {
    const before = nodePortsOf(old);
    if ([...nodePortsOf(spec)].every((port) => before.has(port)))
      for (const port of spec.ports ?? []) delete port.nodePort;
  }
  if (needsHealthCheckPort(old) && !needsHealthCheckPort(spec) && spec.healthCheckNodePort === old.healthCheckNodePort)
    delete spec.healthCheckNodePort;
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === old.allocateLoadBalancerNodePorts)
      delete spec.allocateLoadBalancerNodePorts;
    if (spec.loadBalancerClass === old.loadBalancerClass) delete spec.loadBalancerClass;
  }
  const wasAccessible = isExternallyAccessible(old) && !isExternallyAccessible(spec);
  if (wasAccessible && spec.externalTrafficPolicy === old.externalTrafficPolicy) delete spec.externalTrafficPolicy;
  // Who took the load balancer away need not see that this takes time.
  if (spec.type !== 'LoadBalancer') service.status = { ...service.status, loadBalancer: {} };
}

const nodePortsOf = ({ ports }: ServiceSpec): Set<number> =>
  new Set((ports ?? []).map(({ nodePort = 0 }) => nodePort).filter((port) => port !== 0));

/** What a service may not change about itself. The whole of it is validated after this. */
export function validateServiceChange({ spec = {} }: Service, { spec: old = {} }: Service): FieldError[] {
  return [
    ...validateClusterIpChange(spec, old),
    ...validateFamilyChange(spec, old),
    ...validateClassChange(spec, old),
    ...(needsHealthCheckPort(spec) &&
    needsHealthCheckPort(old) &&
    (spec.healthCheckNodePort ?? 0) !== (old.healthCheckNodePort ?? 0)
      ? [forbiddenValue('spec.healthCheckNodePort', fieldIsImmutable)]
      : []),
  ];
}

const mayNotChange = 'may not change once set';

function validateClusterIpChange(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (!needsClusterIp(spec) || !needsClusterIp(old) || (isHeadless(spec) && isHeadless(old))) return [];
  const [now, before] = [spec.clusterIPs ?? [], old.clusterIPs ?? []];
  const wrong = (at: number, why: string) => invalidValue(`spec.clusterIPs[${at}]`, now, why);
  if (now.length === before.length)
    return before.flatMap((ip, at) => (ip === now[at] ? [] : [wrong(at, mayNotChange)]));
  if (now.length === 0) return [wrong(0, 'primary clusterIP can not be unset')];
  const errors = before.length > 0 && now[0] !== before[0] ? [wrong(0, mayNotChange)] : [];
  return [...errors, ...validateRelease(spec, now.length, before.length, 'clusterIP')];
}

function validateRelease({ ipFamilyPolicy }: ServiceSpec, now: number, before: number, what: string): FieldError[] {
  if (now !== 1 || before <= now || ipFamilyPolicy === 'SingleStack') return [];
  const why = `must be set to 'SingleStack' when releasing the secondary ${what}`;
  return [invalidValue('spec.ipFamilyPolicy', ipFamilyPolicy ?? null, why)];
}

function validateFamilyChange(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (!needsClusterIp(spec) || !needsClusterIp(old) || isHeadless(spec) || isHeadless(old)) return [];
  const [now, before] = [spec.ipFamilies ?? [], old.ipFamilies ?? []];
  const wrong = (value: readonly string[], why: string) => invalidValue('spec.ipFamilies[0]', [...value], why);
  if (now.length === before.length)
    return before.flatMap((family, at) => (family === now[at] ? [] : [wrong(now, mayNotChange)]));
  const ips = spec.clusterIPs ?? [];
  const errors: FieldError[] = [];
  if (before.length > now.length && ips.length === 0) errors.push(wrong(now, 'primary ipFamily can not be unset'));
  // The value is the original's.
  if (now.length > 0 && before.length > 0 && now[0] !== before[0]) errors.push(wrong(ips, mayNotChange));
  return [...errors, ...validateRelease(spec, now.length, before.length, 'ipFamily')];
}

function validateClassChange(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (spec.type !== 'LoadBalancer' || old.type !== 'LoadBalancer') return [];
  if (spec.loadBalancerClass === old.loadBalancerClass) return [];
  return [invalidValue('spec.loadBalancerClass', spec.loadBalancerClass ?? null, mayNotChange)];
}

import { goQuote } from '../../machinery/go-quote.ts';
import { objectsAt, stringsAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { cidrWarnings, ipWarnings } from '../../machinery/validation/ip-warnings.ts';

const oldTopology = 'service.kubernetes.io/topology-aware-hints';

/** What should be heard of a service, in the order in which the original tells it. */
export function serviceWarnings(service: JsonObject): string[] {
  const text = (field: string) => textAt(service, 'spec', field);
  const type = text('type');
  const headless = type === 'ClusterIP' && text('clusterIP') === 'None';
  const externalIps = stringsAt(service, 'spec', 'externalIPs');
  const external = type === 'ExternalName';
  const warnings: string[] = [];
  if (valueAt(service, 'metadata', 'annotations', oldTopology) !== undefined)
    warnings.push(`annotation ${oldTopology} is deprecated, please use service.kubernetes.io/topology-mode instead`);
  if (text('clusterIP') !== '' && text('clusterIP') !== 'None')
    warnings.push(...ipsOf(stringsAt(service, 'spec', 'clusterIPs'), 'spec.clusterIPs'));
  if (headless) {
    const ignored = (field: string) => `spec.${field} is ignored for headless services`;
    if (text('loadBalancerIP') !== '') warnings.push(ignored('loadBalancerIP'));
    if (externalIps.length > 0) warnings.push(ignored('externalIPs'));
    if (text('sessionAffinity') !== 'None') warnings.push(ignored('SessionAffinity'));
  }
  warnings.push(...ipsOf(externalIps, 'spec.externalIPs'));
  if (externalIps.length > 0 && !headless && !external)
    warnings.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  warnings.push(...ipWarnings('spec.loadBalancerIP', text('loadBalancerIP')));
  for (const [index, range] of stringsAt(service, 'spec', 'loadBalancerSourceRanges').entries())
    warnings.push(...cidrWarnings(`spec.loadBalancerSourceRanges[${index}]`, range));
  if (external && externalIps.length > 0) warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (!external && text('externalName') !== '')
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  if (text('trafficDistribution') === 'PreferClose')
    warnings.push(
      `spec.trafficDistribution: ${goQuote('PreferClose')} is deprecated; use ${goQuote('PreferSameZone')}`,
    );
  return warnings;
}

/** The same for what a load balancer says of it. */
export const serviceStatusWarnings = (service: JsonObject): string[] =>
  objectsAt(service, 'status', 'loadBalancer', 'ingress').flatMap((ingress, index) =>
    ipWarnings(`status.loadBalancer.ingress[${index}]`, stringAt(ingress, 'ip')),
  );

const ipsOf = (addresses: readonly string[], path: string): string[] =>
  addresses.flatMap((address, index) => ipWarnings(`${path}[${index}]`, address));

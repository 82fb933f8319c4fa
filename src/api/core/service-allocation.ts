import type { ApiError } from '../../machinery/api-error.ts';
import { type FieldError, invalidValue } from '../../machinery/field-error.ts';
import { parseIp } from '../../machinery/ip-address.ts';
import { internalError } from '../../machinery/status-errors.ts';
import type { Allocation, ClaimRecords, Pool } from '../strategy/allocation.ts';
import type { Service, ServicePort, ServiceSpec } from '../types/core-v1.generated.ts';
import type { IPAddress } from '../types/networking-v1.generated.ts';
import { initIpFamilies, keepsPreferredFamilies } from './service-ip-families.ts';
import {
  getsNodePorts,
  isHeadless,
  needsClusterIp,
  needsHealthCheckPort,
  sameTexts,
  specOf,
  usesNodePorts,
} from './service-kinds.ts';
import { addressText, canonicalIp, isInRange, type ServiceIpRange, type ServiceRanges } from './service-ranges.ts';

const portName = (port: number): string => `port ${port}`;
const ipPrefix = 'ip ';
const ipName = (ip: string): string => `${ipPrefix}${canonicalIp(ip)}`;

const nodePortsOf = ({ ports }: ServiceSpec): number[] =>
  (ports ?? []).map(({ nodePort = 0 }) => nodePort).filter((port) => port !== 0);

function holds({ spec = {} }: Service): string[] {
  const ips = isHeadless(spec) || !needsClusterIp(spec) ? [] : (spec.clusterIPs ?? []);
  const { healthCheckNodePort = 0 } = spec;
  const ports = [...nodePortsOf(spec), ...(healthCheckNodePort === 0 ? [] : [healthCheckNodePort])];
  return [...ips.map(ipName), ...ports.map(portName)];
}

const familyLabel = 'ipaddress.kubernetes.io/ip-family';
const managerLabel = 'ipaddress.kubernetes.io/managed-by';
const manager = 'ipallocator.k8s.io';

/** Who has which address, as objects of their own. */
const ipAddressRecords: ClaimRecords = {
  group: 'networking.k8s.io',
  resource: 'ipaddresses',
  nameOf: (claim) => (claim.startsWith(ipPrefix) ? claim.slice(ipPrefix.length) : undefined),
  recordOf: (name, { metadata }: Service) => ({
    metadata: {
      name,
      labels: { [familyLabel]: name.includes(':') ? 'IPv6' : 'IPv4', [managerLabel]: manager },
    },
    spec: {
      parentRef: { resource: 'services', namespace: metadata?.namespace ?? '', name: metadata?.name ?? '' },
    },
  }),
  holderOf({ spec }: IPAddress) {
    const { group = '', resource, namespace = '', name = '' } = spec?.parentRef ?? {};
    return group === '' && resource === 'services' ? { namespace, name } : undefined;
  },
  isManaged: ({ metadata }: IPAddress) => metadata?.labels?.[managerLabel] === manager,
};

/** Cluster addresses and node ports, from `ranges`. */
export function serviceAllocation(ranges: ServiceRanges): Allocation {
  const allocate = async (service: Service, old: Service | undefined, pool: Pool): Promise<readonly FieldError[]> => {
    const allocator = new ServiceAllocator(ranges, pool, service.metadata?.name ?? '');
    const spec = specOf(service);
    if (old === undefined) return allocator.forCreate(spec);
    return allocator.forUpdate(spec, old.spec ?? {});
  };
  return {
    holds: (service) => holds(service),
    records: ipAddressRecords,
    allocate: (service, old, pool) => allocate(service, old, pool),
  };
}

class ServiceAllocator {
  readonly #ranges: ServiceRanges;
  readonly #pool: Pool;
  readonly #name: string;

  constructor(ranges: ServiceRanges, pool: Pool, name: string) {
    this.#ranges = ranges;
    this.#pool = pool;
    this.#name = name;
  }

  async forCreate(spec: ServiceSpec): Promise<readonly FieldError[]> {
    // Old clients know the single field alone.
    if ((spec.clusterIP ?? '') !== '' && (spec.clusterIPs ?? []).length === 0) spec.clusterIPs = [spec.clusterIP ?? ''];
    const errors = initIpFamilies(spec, undefined, this.#ranges);
    if (errors.length > 0) return errors;
    const wrongIps = await this.#giveClusterIps(spec);
    if (wrongIps.length > 0) return wrongIps;
    const wrongPorts = usesNodePorts(spec) ? await this.#giveNodePorts(spec) : [];
    if (wrongPorts.length > 0) return wrongPorts;
    if (needsHealthCheckPort(spec)) await this.#giveHealthCheckPort(spec);
    return [];
  }

  async forUpdate(spec: ServiceSpec, old: ServiceSpec): Promise<readonly FieldError[]> {
    keepAllocated(spec, old);
    normalizeClusterIps(spec, old);
    const errors = initIpFamilies(spec, old, this.#ranges);
    if (errors.length > 0) return errors;
    const wrongIps = await this.#updateClusterIps(spec, old);
    if (wrongIps.length > 0) return wrongIps;
    const wrongPorts = usesNodePorts(spec) ? await this.#updateNodePorts(spec, old) : [];
    if (wrongPorts.length > 0) return wrongPorts;
    if (!needsHealthCheckPort(old) && needsHealthCheckPort(spec)) await this.#giveHealthCheckPort(spec);
    return [];
  }

  async #updateClusterIps(spec: ServiceSpec, old: ServiceSpec): Promise<FieldError[]> {
    if (keepsPreferredFamilies(spec, old)) return [];
    if (!needsClusterIp(old) && needsClusterIp(spec)) return this.#giveClusterIps(spec);
    if (old.clusterIPs?.[0] === 'None' || !needsClusterIp(spec)) return [];
    const [, second] = spec.ipFamilies ?? [];
    const isUpgrade = (old.ipFamilies ?? []).length === 1 && second !== undefined && spec.ipFamilies?.length === 2;
    if (!isUpgrade) return [];
    const [first = '', given = ''] = spec.clusterIPs ?? [];
    spec.clusterIPs = [first, given];
    return this.#giveClusterIp(spec, spec.clusterIPs, 1, second);
  }

  async #giveClusterIps(spec: ServiceSpec): Promise<FieldError[]> {
    if (!needsClusterIp(spec) || spec.clusterIPs?.[0] === 'None') return [];
    const families = spec.ipFamilies ?? [];
    const ips = families.map((_, at) => spec.clusterIPs?.[at] ?? '');
    spec.clusterIPs = ips;
    for (const [at, family] of families.entries()) {
      const errors = await this.#giveClusterIp(spec, ips, at, family);
      if (errors.length > 0) return errors;
    }
    return [];
  }

  async #giveClusterIp(spec: ServiceSpec, ips: string[], at: number, family: string): Promise<FieldError[]> {
    const range = this.#ranges.clusterIps.find((one) => one.family === family);
    // The families were looked at before.
    if (range === undefined) return [];
    const given = ips[at] ?? '';
    if (given === '') ips[at] = this.#pool.dryRun ? networkText(range) : await this.#freeIp(range);
    else {
      const why = await this.#takeIp(range, given);
      const text = `failed to allocate IP ${given}: ${why}`;
      if (why !== undefined) return [invalidValue('spec.clusterIPs', ips, text)];
    }
    if (at === 0) spec.clusterIP = ips[0] ?? '';
    return [];
  }

  /** Why not; undefined: it is taken now. */
  async #takeIp(range: ServiceIpRange, text: string): Promise<string | undefined> {
    const ip = parseIp(text);
    // A dry run asks the configured range alone, as in the original, and what is taken not at all.
    if (this.#pool.dryRun) {
      if (ip !== undefined && isInRange(range, ip)) return undefined;
      return `the provided IP (${canonicalIp(text)}) is not in the valid range. The range of valid IPs is ${range.text}`;
    }
    const ranges = await this.#readyRanges(range);
    if (ip === undefined || !ranges.some((one) => isInRange(one, ip)))
      return 'the provided network does not match the current range';
    return (await this.#pool.take(ipName(text))) ? undefined : 'provided IP is already allocated';
  }

  /** The first ones of a range are kept for those who ask for one, as long as there are others. */
  async #freeIp(range: ServiceIpRange): Promise<string> {
    for (const one of await this.#readyRanges(range)) {
      const kept = keptForRequests(one);
      const found = (await this.#freeIpOf(one, kept, one.size)) ?? (await this.#freeIpOf(one, 0n, kept));
      if (found !== undefined) return found;
    }
    throw this.#full(`failed to allocate a serviceIP for Service "${this.#name}"`);
  }

  #freeIpOf({ family, first }: ServiceIpRange, from: bigint, to: bigint): Promise<string | undefined> {
    const count = Number(to - from > maxRandom ? maxRandom : to - from);
    return this.#firstFree(count, (offset) => addressText(family, first + from + BigInt(offset)), ipName);
  }

  /** Those of its family that addresses may be taken from now. */
  async #readyRanges(configured: ServiceIpRange): Promise<readonly ServiceIpRange[]> {
    await this.#pool.settled();
    return (this.#ranges.ready?.() ?? [configured]).filter(({ family }) => family === configured.family);
  }

  async #freePort(): Promise<number> {
    const { first, last } = this.#ranges.nodePorts;
    const found = await this.#firstFree(last - first + 1, (offset) => first + offset, portName);
    if (found !== undefined) return found;
    throw this.#full('failed to allocate a nodePort');
  }

  #full(what: string): ApiError {
    return internalError(`${what}: range is full`);
  }

  /** From a random one on, so that what was just given back is not given to the next. */
  async #firstFree<T>(count: number, at: (offset: number) => T, nameOf: (item: T) => string): Promise<T | undefined> {
    const start = count > 0 ? this.#pool.random(count) : 0;
    for (let step = 0; step < count; step++) {
      const item = at((start + step) % count);
      if (await this.#pool.take(nameOf(item))) return item;
    }
    return undefined;
  }

  /** Why not; undefined: it is taken now. */
  async #takePort(port: number): Promise<string | undefined> {
    const { first, last } = this.#ranges.nodePorts;
    // A dry run does not ask the range, as in the original.
    if (!this.#pool.dryRun && (port < first || port > last))
      return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
    return (await this.#pool.take(portName(port))) ? undefined : 'provided port is already allocated';
  }

  /** One port of a service has one node port, whatever protocols it has. */
  async #giveNodePorts(spec: ServiceSpec): Promise<FieldError[]> {
    const ports = spec.ports ?? [];
    const given = new Map<number, number>();
    for (const [index, port] of ports.entries()) {
      if ((port.nodePort ?? 0) === 0 && !getsNodePorts(spec)) continue;
      const before = given.get(port.port ?? 0);
      if (before === undefined) {
        const wanted = requestedNodePort(port, ports);
        const why = wanted === undefined ? undefined : await this.#takePort(wanted);
        if (why !== undefined) return [invalidValue(`spec.ports[${index}].nodePort`, wanted ?? 0, why)];
        port.nodePort = wanted ?? (await this.#freePort());
        given.set(port.port ?? 0, port.nodePort);
      } else if ((port.nodePort ?? 0) === 0) port.nodePort = before;
      else if (port.nodePort !== before) {
        const why = await this.#takePort(port.nodePort ?? 0);
        if (why !== undefined) return [invalidValue(`spec.ports[${index}].nodePort`, port.nodePort ?? 0, why)];
      }
    }
    return [];
  }

  async #updateNodePorts(spec: ServiceSpec, old: ServiceSpec): Promise<FieldError[]> {
    const known = new Set(nodePortsOf(old));
    const seen = new Set<string>();
    for (const [index, port] of (spec.ports ?? []).entries()) {
      const { nodePort = 0, protocol = '' } = port;
      if (nodePort === 0 && !getsNodePorts(spec)) continue;
      if (nodePort === 0) port.nodePort = await this.#freePort();
      else if (!known.has(nodePort)) {
        const why = await this.#takePort(nodePort);
        if (why !== undefined) return [invalidValue(`spec.ports[${index}].nodePort`, nodePort, why)];
        known.add(nodePort);
      }
      const pair = `${protocol} ${port.nodePort ?? 0}`;
      if (seen.has(pair)) throw internalError(`duplicate nodePort: {${pair}}`);
      seen.add(pair);
    }
    return [];
  }

  async #giveHealthCheckPort(spec: ServiceSpec): Promise<void> {
    const wanted = spec.healthCheckNodePort ?? 0;
    if (wanted === 0) spec.healthCheckNodePort = await this.#freePort();
    else {
      const why = await this.#takePort(wanted);
      if (why !== undefined) throw internalError(`failed to allocate requested HealthCheck NodePort ${wanted}: ${why}`);
    }
  }
}

/** How many of the first addresses: a sixteenth, but 16 at least and 256 at most; none of the smallest ranges. */
function keptForRequests({ family, size }: ServiceIpRange): bigint {
  const all = size + (family === 'IPv4' ? 2n : 1n);
  if (all <= 16n) return 0n;
  const part = all / 16n;
  return part < 16n ? 16n : part > 256n ? 256n : part;
}

/** The address before the first: nobody's. A dry run shows it. */
const networkText = ({ family, first }: ServiceIpRange): string => addressText(family, first - 1n);

/** As much as a random number is asked for; what is taken is far less. */
const maxRandom = 2n ** 31n;

const requestedNodePort = ({ port }: ServicePort, ports: readonly ServicePort[]): number | undefined =>
  ports.find((other) => other.port === port && (other.nodePort ?? 0) !== 0)?.nodePort;

/** Who sends a service again as it was first written keeps what was given to it then. */
function keepAllocated(spec: ServiceSpec, old: ServiceSpec): void {
  if (needsClusterIp(old) && needsClusterIp(spec)) {
    if ((spec.clusterIP ?? '') === '' && old.clusterIP !== undefined) spec.clusterIP = old.clusterIP;
    if ((spec.clusterIPs ?? []).length === 0 && (old.clusterIPs ?? []).length > 0)
      spec.clusterIPs = [...(old.clusterIPs ?? [])];
  }
  if (getsNodePorts(old) && getsNodePorts(spec)) {
    const now = new Set(nodePortsOf(spec));
    const used = new Set(nodePortsOf(old).filter((port) => now.has(port)));
    const byName = new Map((old.ports ?? []).map(({ name = '', nodePort = 0 }) => [name, nodePort]));
    for (const port of spec.ports ?? []) {
      const before = byName.get(port.name ?? '') ?? 0;
      if ((port.nodePort ?? 0) === 0 && before !== 0 && !used.has(before)) port.nodePort = before;
    }
  }
  if (needsHealthCheckPort(old) && needsHealthCheckPort(spec) && (spec.healthCheckNodePort ?? 0) === 0)
    spec.healthCheckNodePort = old.healthCheckNodePort ?? 0;
}

/** Old clients change the single field, and send the list as it was or not at all. */
function normalizeClusterIps(spec: ServiceSpec, old: ServiceSpec): void {
  const [now, before] = [spec.clusterIP ?? '', old.clusterIP ?? ''];
  if ((old.clusterIPs ?? []).length > 0 && (spec.clusterIPs ?? []).length === 0 && now === before)
    spec.clusterIPs = [...(old.clusterIPs ?? [])];
  if (now === before || !sameTexts(spec.clusterIPs, old.clusterIPs)) return;
  if (now === '') delete spec.clusterIPs;
  else spec.clusterIPs = [now];
}

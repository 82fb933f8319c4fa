import { type IpAddress, ipText, parseCidr, parseIp } from '../../machinery/ip-address.ts';

export type IpFamily = 'IPv4' | 'IPv6';

export const familyOf = ({ family }: IpAddress): IpFamily => (family === 4 ? 'IPv4' : 'IPv6');

/** The addresses that services of one family get. */
export interface ServiceIpRange {
  readonly family: IpFamily;
  /** As it is told: `10.0.0.0/16`. */
  readonly text: string;
  /** The first address that a service can have. */
  readonly first: bigint;
  /** How many follow it, itself counted. */
  readonly size: bigint;
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** From which services get their addresses and ports. */
export interface ServiceRanges {
  /** The first one's family is what a service gets that asks for none; one or two, of different families. */
  readonly clusterIps: readonly ServiceIpRange[];
  /** The ranges that addresses may be taken from now. Absent: those of `clusterIps`. */
  readonly ready?: () => readonly ServiceIpRange[];
  readonly nodePorts: PortRange;
}

const numberOf = ({ bytes }: IpAddress): bigint => bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);

export function addressText(family: IpFamily, value: bigint): string {
  const length = family === 'IPv4' ? 4 : 16;
  const bytes = Array.from({ length }, (_, at) => Number((value >> BigInt(8 * (length - 1 - at))) & 255n));
  return ipText({ family: family === 'IPv4' ? 4 : 6, bytes });
}

/** Without the network's own address and, of IPv4, the one that reaches all. undefined: `text` is no such range. */
export function serviceIpRange(text: string): ServiceIpRange | undefined {
  const range = parseCidr(text);
  if (range === undefined) return undefined;
  const { address, bits } = range;
  const family = familyOf(address);
  const all = 2n ** BigInt((family === 'IPv4' ? 32 : 128) - bits);
  const network = (numberOf(address) / all) * all;
  const size = all - (family === 'IPv4' ? 2n : 1n);
  return size < 1n ? undefined : { family, text: `${addressText(family, network)}/${bits}`, first: network + 1n, size };
}

/** The one that the API server's own service has. */
export const firstAddress = ([range]: readonly ServiceIpRange[]): string =>
  range === undefined ? '' : addressText(range.family, range.first);

export function isInRange({ family, first, size }: ServiceIpRange, ip: IpAddress): boolean {
  const offset = numberOf(ip) - first;
  return familyOf(ip) === family && offset >= 0n && offset < size;
}

/** One way to write each address: `text` is one. */
export const canonicalIp = (text: string): string => {
  const ip = parseIp(text);
  return ip === undefined ? text : ipText(ip);
};

const portRange = /^(\d{1,5})-(\d{1,5})$/;

/**
 * `clusterIps`: one range, or two of different families with a comma between; `nodePorts`: `30000-32767`.
 * @throws {RangeError} with what is wrong
 */
export function serviceRangesOf(clusterIps: string, nodePorts: string): ServiceRanges {
  const ranges = clusterIps.split(',').map((text) => {
    const range = serviceIpRange(text);
    if (range === undefined) throw new RangeError(`${text} is no range of addresses: 10.0.0.0/16 is one`);
    return range;
  });
  if (ranges.length > 2 || new Set(ranges.map(({ family }) => family)).size < ranges.length)
    throw new RangeError('there may be one range of addresses, or one of IPv4 and one of IPv6');
  const [, first = '', last = ''] = portRange.exec(nodePorts) ?? [];
  if (first === '' || Number(first) < 1 || Number(last) > 65_535 || Number(first) > Number(last))
    throw new RangeError(`${nodePorts} is no range of ports: 30000-32767 is one`);
  return { clusterIps: ranges, nodePorts: { first: Number(first), last: Number(last) } };
}

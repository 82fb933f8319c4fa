const decimalByte = /^\d{1,3}$/;
const hexGroup = /^[\da-fA-F]{1,4}$/;

/** The four bytes of an IPv4 address, leading zeros allowed; undefined when it is none. */
export function ipv4Bytes(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => decimalByte.test(part) && Number(part) <= 255)) return undefined;
  return parts.map(Number);
}

/** The eight groups of an IPv6 address; undefined when it is none. */
export function ipv6Groups(text: string): number[] | undefined {
  const [front = '', back, more] = text.split('::', 3);
  if (more !== undefined) return undefined;
  const [head, tail] = [groupsOf(front), groupsOf(back ?? '')];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (back === undefined) return missing === 0 ? head : undefined;
  return missing < 1 ? undefined : [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

/** Groups between colons, the last of which may be an IPv4 address. */
function groupsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const bytes = index === parts.length - 1 && part.includes('.') ? ipv4Bytes(part) : undefined;
    if (bytes !== undefined) {
      const [a = 0, b = 0, c = 0, d = 0] = bytes;
      groups.push(a * 256 + b, c * 256 + d);
    } else if (hexGroup.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

/** As RFC 5952 has it: the longest run of zeros, if there is more than one, is left out. */
export function ipv6Text(groups: readonly number[]): string {
  let [best, length] = [-1, 1];
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > length) [best, length] = [start, end - start];
  }
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  return best === -1 ? text(groups) : `${text(groups.slice(0, best))}::${text(groups.slice(best + length))}`;
}

export const isMapped = (groups: readonly number[]): boolean =>
  groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;

export const mappedText = ([, , , , , , high = 0, low = 0]: readonly number[]): string =>
  [high >> 8, high & 255, low >> 8, low & 255].join('.');

/** An address as Go holds it: four or sixteen bytes; an IPv4 address written as an IPv6 one is the IPv4 address. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly bytes: readonly number[];
}

/** undefined: `text` is no address. */
export function parseIp(text: string): IpAddress | undefined {
  const bytes = ipv4Bytes(text);
  if (bytes !== undefined) return { family: 4, bytes };
  const groups = ipv6Groups(text);
  if (groups === undefined) return undefined;
  const all = groups.flatMap((group) => [group >> 8, group & 255]);
  return isMapped(groups) ? { family: 4, bytes: all.slice(12) } : { family: 6, bytes: all };
}

/** The address as it is written best. */
export function ipText({ family, bytes }: IpAddress): string {
  if (family === 4) return bytes.join('.');
  return ipv6Text(Array.from({ length: 8 }, (_, at) => (bytes[2 * at] ?? 0) * 256 + (bytes[2 * at + 1] ?? 0)));
}

const decimalLength = /^\d{1,3}$/;

/** `address/bits`. The address may have bits behind the first `bits`. */
export interface IpRange {
  readonly address: IpAddress;
  readonly bits: number;
}

/** undefined: `text` is no range. */
export function parseCidr(text: string): IpRange | undefined {
  const slash = text.indexOf('/');
  const [address, digits] = [text.slice(0, slash), text.slice(slash + 1)];
  if (slash === -1 || !decimalLength.test(digits)) return undefined;
  const parsed = parseIp(address);
  // As in Go: the length counts as the address is written.
  const width = ipv4Bytes(address) === undefined ? 128 : 32;
  const bits = Number(digits);
  if (parsed === undefined || bits > width) return undefined;
  return { address: parsed, bits: width === 128 && parsed.family === 4 ? Math.max(bits - 96, 0) : bits };
}

/** The first address of the range: without the bits behind the first `bits`. */
export const networkOf = ({ address: { family, bytes }, bits }: IpRange): IpAddress => ({
  family,
  bytes: bytes.map((byte, at) => byte & (0xff00 >> Math.min(Math.max(bits - at * 8, 0), 8)) & 0xff),
});

/** Whether an address is one of the range's, as addresses of its family. */
export const isInCidr = (range: IpRange, { family, bytes }: IpAddress): boolean =>
  family === range.address.family &&
  ipText(networkOf({ address: { family, bytes }, bits: range.bits })) === ipText(networkOf(range));

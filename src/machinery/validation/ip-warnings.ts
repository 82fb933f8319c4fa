import { goQuote } from '../go-quote.ts';

const decimalByte = /^\d{1,3}$/;
const hexGroup = /^[\da-fA-F]{1,4}$/;

/** The four bytes of an IPv4 address, leading zeros allowed; undefined when it is none. */
function ipv4Bytes(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => decimalByte.test(part) && Number(part) <= 255)) return undefined;
  return parts.map(Number);
}

/** The eight groups of an IPv6 address; undefined when it is none. */
function ipv6Groups(text: string): number[] | undefined {
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
function ipv6Text(groups: readonly number[]): string {
  let [best, length] = [-1, 1];
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > length) [best, length] = [start, end - start];
  }
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  return best === -1 ? text(groups) : `${text(groups.slice(0, best))}::${text(groups.slice(best + length))}`;
}

const isMapped = (groups: readonly number[]): boolean =>
  groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;

const mappedText = ([, , , , , , high = 0, low = 0]: readonly number[]): string =>
  [high >> 8, high & 255, low >> 8, low & 255].join('.');

/** What should be heard of an address that is valid but not written as it should be. What is no address is not looked at. */
export function ipWarnings(path: string, value: string): string[] {
  const bytes = ipv4Bytes(value);
  if (bytes !== undefined)
    return bytes.join('.') === value ? [] : [notStandard('IP address', path, value, bytes.join('.'))];
  const groups = ipv6Groups(value);
  if (groups === undefined) return [];
  if (isMapped(groups)) return [notStandard('IP address', path, value, mappedText(groups))];
  const canonical = ipv6Text(groups);
  return canonical === value ? [] : [notCanonical('address', path, value, canonical)];
}

/** The same for `address/bits`, which should also have no bits set behind the first `bits`. */
export function cidrWarnings(path: string, value: string): string[] {
  const slash = value.lastIndexOf('/');
  const [address, digits] = [value.slice(0, slash), value.slice(slash + 1)];
  const bytes = ipv4Bytes(address);
  const groups = bytes === undefined ? ipv6Groups(address) : undefined;
  const [parts, width] = bytes === undefined ? [groups, 16] : [bytes, 8];
  if (slash === -1 || parts === undefined || !decimalByte.test(digits)) return [];
  const bits = Number(digits);
  if (bits > parts.length * width) return [];
  const masked = parts.map((part, index) => part & maskOf(bits - index * width, width));
  const text = (of: readonly number[]) => (bytes === undefined ? ipv6Text(of) : of.join('.'));
  const network = `${text(masked)}/${bits}`;
  const warnings: string[] = [];
  if (masked.some((part, index) => part !== parts[index])) {
    const single = `${text(parts)}/${parts.length * width}`;
    const instead = `(should be ${goQuote(network)} or ${goQuote(single)}?)`;
    warnings.push(`${path}: CIDR value ${goQuote(value)} is ambiguous in this context ${instead}`);
  }
  const leadingZeros = String(bits) !== digits || (bytes !== undefined && bytes.join('.') !== address);
  if (leadingZeros || (groups !== undefined && isMapped(groups)))
    warnings.push(notStandard('CIDR value', path, value, network));
  if (warnings.length === 0 && network !== value) warnings.push(notCanonical('CIDR value', path, value, network));
  return warnings;
}

/** Of `width` bits the first `bits`. */
const maskOf = (bits: number, width: number): number => {
  const kept = Math.min(Math.max(bits, 0), width);
  return 2 ** width - 2 ** (width - kept);
};

const notStandard = (what: string, path: string, value: string, instead: string): string =>
  `${path}: non-standard ${what} ${goQuote(value)} is invalid: use ${goQuote(instead)}`;

const notCanonical = (what: string, path: string, value: string, canonical: string): string =>
  `${path}: IPv6 ${what} ${goQuote(value)} should be in RFC 5952 canonical format (${goQuote(canonical)})`;

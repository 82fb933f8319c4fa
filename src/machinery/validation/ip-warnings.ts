import { goQuote } from '../go-quote.ts';
import { ipv4Bytes, ipv6Groups, ipv6Text, isMapped, mappedText } from '../ip-address.ts';

const decimalLength = /^\d{1,3}$/;

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
  if (slash === -1 || parts === undefined || !decimalLength.test(digits)) return [];
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

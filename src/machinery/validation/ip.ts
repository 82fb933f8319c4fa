import { type FieldError, invalidValue } from '../field-error.ts';
import { ipText, ipv6Groups, isMapped, parseCidr, parseIp } from '../ip-address.ts';

const leadingZero = /(^|[.:])0\d+\./;
const lastLeadingZero = /\.0\d+$/;

const hasLeadingZero = (address: string): boolean =>
  address.includes('.') && (leadingZero.test(address) || lastLeadingZero.test(address));

const isMappedText = (address: string): boolean => {
  const groups = ipv6Groups(address);
  return groups !== undefined && isMapped(groups);
};

/**
 * An address in a field that is older than the rule that there is one way to write it. `existing`: what the object had
 * there before, which stays right.
 */
export function validateLegacyIp(value: string, field: string, existing: readonly string[] = []): FieldError[] {
  if (existing.includes(value)) return [];
  if (parseIp(value) === undefined)
    return [invalidValue(field, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
  if (hasLeadingZero(value)) return [invalidValue(field, value, 'must not have leading 0s')];
  return isMappedText(value) ? [invalidValue(field, value, 'must not be an IPv4-mapped IPv6 address')] : [];
}

/** The same for a range of addresses. */
export function validateLegacyCidr(value: string, field: string, existing: readonly string[] = []): FieldError[] {
  if (existing.includes(value)) return [];
  const range = parseCidr(value);
  if (range === undefined)
    return [invalidValue(field, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
  const [address = '', digits = ''] = value.split('/');
  if (hasLeadingZero(address) || String(Number(digits)) !== digits)
    return [invalidValue(field, value, 'must not have leading 0s in IP or prefix length')];
  if (isMappedText(address)) return [invalidValue(field, value, 'must not have an IPv4-mapped IPv6 address')];
  const { family, bytes } = range.address;
  const masked = bytes.map((byte, at) => byte & (0xff00 >> Math.min(Math.max(range.bits - at * 8, 0), 8)) & 0xff);
  const network = ipText({ family, bytes: masked });
  return network === ipText(range.address)
    ? []
    : [invalidValue(field, value, 'must not have bits set beyond the prefix length')];
}

/** An address that others connect to: one of this host or of this link means something else everywhere. */
export function validateEndpointIp(value: string, field: string): FieldError[] {
  const ip = parseIp(value);
  if (ip === undefined) return [invalidValue(field, value, 'must be a valid IP address')];
  const { family, bytes } = ip;
  const [a = 0, b = 0, c = 0] = bytes;
  const zeros = (count: number) => bytes.slice(0, count).every((byte) => byte === 0);
  const last = bytes.at(-1);
  const wrong: string[] = [];
  if (zeros(bytes.length)) wrong.push(`may not be unspecified (${value})`);
  if (family === 4 ? a === 127 : zeros(15) && last === 1)
    wrong.push('may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (family === 4 ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80)
    wrong.push('may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  if (family === 4 ? a === 224 && b === 0 && c === 0 : a === 0xff && (b & 0x0f) === 2)
    wrong.push('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  return wrong.map((why) => invalidValue(field, value, why));
}

import { type FieldError, invalidValue } from '../field-error.ts';
import { goQuote } from '../go-quote.ts';
import { ipText, ipv6Groups, isMapped, networkOf, parseCidr, parseIp } from '../ip-address.ts';

const leadingZero = /(^|[.:])0\d+\./;
const lastLeadingZero = /\.0\d+$/;

const hasLeadingZero = (address: string): boolean =>
  address.includes('.') && (leadingZero.test(address) || lastLeadingZero.test(address));

const isMappedText = (address: string): boolean => {
  const groups = ipv6Groups(address);
  return groups !== undefined && isMapped(groups);
};

/** Why an address is none that other software reads in the same way; undefined: it is one. */
function unsafeIp(value: string): string | undefined {
  if (parseIp(value) === undefined) return 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
  if (hasLeadingZero(value)) return 'must not have leading 0s';
  return isMappedText(value) ? 'must not be an IPv4-mapped IPv6 address' : undefined;
}

/**
 * An address in a field that is older than the rule that there is one way to write it. `existing`: what the object had
 * there before, which stays right.
 */
export function validateLegacyIp(value: string, field: string, existing: readonly string[] = []): FieldError[] {
  const why = existing.includes(value) ? undefined : unsafeIp(value);
  return why === undefined ? [] : [invalidValue(field, value, why)];
}

/** What is wrong with an address that is written in the one way there is to write it. */
export function strictIp(value: string): string[] {
  const why = unsafeIp(value);
  if (why !== undefined) return [why];
  const ip = parseIp(value);
  return ip === undefined ? [] : canonicalForm(value, ipText(ip));
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
  return ipText(networkOf(range)) === ipText(range.address)
    ? []
    : [invalidValue(field, value, 'must not have bits set beyond the prefix length')];
}

/** A range of addresses that is written in the one way there is to write it. */
export function validateCidr(value: string, field: string): FieldError[] {
  const range = parseCidr(value);
  const wrong = validateLegacyCidr(value, field);
  if (wrong.length > 0 || range === undefined) return wrong;
  const why = canonicalForm(value, `${ipText(networkOf(range))}/${range.bits}`);
  return why.map((text) => invalidValue(field, value, text));
}

const canonicalForm = (value: string, canonical: string): string[] =>
  value === canonical ? [] : [`must be in canonical form (${goQuote(canonical)})`];

/** An address with the length of its network, written in the one way there is. */
export function validateInterfaceAddress(value: string, field: string): FieldError[] {
  const range = parseCidr(value);
  if (range === undefined) {
    const why = 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)';
    return [invalidValue(field, value, why)];
  }
  const why = canonicalForm(value, `${ipText(range.address)}/${range.bits}`);
  return why.map((text) => invalidValue(field, value, text));
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

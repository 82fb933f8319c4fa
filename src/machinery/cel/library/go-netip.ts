import { goQuote } from '../../go-quote.ts';

/** An address as Go's netip reads it. Other than the older reading, it takes no leading zeros, and keeps what IPv6 says of IPv4. */
export interface NetAddress {
  readonly family: 4 | 6;
  /** Four or sixteen. */
  readonly bytes: readonly number[];
  /** Behind `%`; '' when there is none. */
  readonly zone: string;
}

/** It is no address, or no range of addresses. The message is Go's. */
export class NetError extends Error {
  override readonly name = 'NetError';
}

const wrong = (whole: string, message: string, at?: string): NetError =>
  new NetError(`ParseAddr(${goQuote(whole)}): ${message}${at === undefined ? '' : ` (at ${goQuote(at)})`}`);

/** @throws {NetError} */
export function parseAddress(text: string): NetAddress {
  const first = /[.:%]/.exec(text)?.[0];
  switch (first) {
    case '.':
      return { family: 4, bytes: ipv4(text, text), zone: '' };
    case ':':
      return ipv6(text);
    case '%':
      throw wrong(text, 'missing IPv6 address');
    default:
      throw wrong(text, 'unable to parse IP');
  }
}

function ipv4(whole: string, text: string): number[] {
  const bytes: number[] = [];
  let [value, digits] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char >= '0' && char <= '9') {
      if (digits === 1 && value === 0) throw wrong(whole, 'IPv4 field has octet with leading zero');
      value = value * 10 + Number(char);
      digits++;
      if (value > 255) throw wrong(whole, 'IPv4 field has value >255');
    } else if (char === '.') {
      if (at === 0 || at === text.length - 1 || text.charAt(at - 1) === '.') {
        throw wrong(whole, 'IPv4 field must have at least one digit', text.slice(at));
      }
      if (bytes.length === 3) throw wrong(whole, 'IPv4 address too long');
      bytes.push(value);
      [value, digits] = [0, 0];
    } else throw wrong(whole, 'unexpected character', text.slice(at));
  }
  if (bytes.length < 3) throw wrong(whole, 'IPv4 address too short');
  return [...bytes, value];
}

function ipv6(whole: string): NetAddress {
  const percent = whole.indexOf('%');
  const zone = percent === -1 ? '' : whole.slice(percent + 1);
  if (percent !== -1 && zone === '') throw wrong(whole, 'zone must be a non-empty string');
  let rest = percent === -1 ? whole : whole.slice(0, percent);
  const bytes: number[] = [];
  /** Where `::` is. */
  let gap = -1;
  if (rest.startsWith('::')) {
    gap = 0;
    rest = rest.slice(2);
  }
  while (bytes.length < 16 && rest !== '') {
    const group = groupAt(whole, rest);
    if (rest.charAt(group.length) === '.') {
      if (gap < 0 && bytes.length !== 12) {
        throw wrong(whole, 'embedded IPv4 address must replace the final 2 fields of the address', rest);
      }
      if (bytes.length + 4 > 16) {
        throw wrong(whole, 'too many hex fields to fit an embedded IPv4 at the end of the address', rest);
      }
      bytes.push(...ipv4(whole, rest));
      rest = '';
      break;
    }
    const value = Number.parseInt(group, 16);
    bytes.push(value >> 8, value & 255);
    rest = rest.slice(group.length);
    if (rest === '') break;
    if (!rest.startsWith(':')) throw wrong(whole, 'unexpected character, want colon', rest);
    if (rest.length === 1) throw wrong(whole, 'colon must be followed by more characters', rest);
    rest = rest.slice(1);
    if (rest.startsWith(':')) {
      if (gap >= 0) throw wrong(whole, 'multiple :: in address', rest);
      gap = bytes.length;
      rest = rest.slice(1);
    }
  }
  if (rest !== '') throw wrong(whole, 'trailing garbage after address', rest);
  if (bytes.length === 16) {
    if (gap >= 0) throw wrong(whole, 'the :: must expand to at least one field of zeros');
    return { family: 6, bytes, zone };
  }
  if (gap < 0) throw wrong(whole, 'address string too short');
  const zeros = Array.from({ length: 16 - bytes.length }, () => 0);
  return { family: 6, bytes: [...bytes.slice(0, gap), ...zeros, ...bytes.slice(gap)], zone };
}

/** The hexadecimal digits that a text begins with. */
function groupAt(whole: string, rest: string): string {
  const digits = /^[\da-fA-F]*/.exec(rest)?.[0] ?? '';
  if (digits === '') throw wrong(whole, 'each colon-separated field must have at least one digit', rest);
  if (digits.length > 4) throw wrong(whole, 'each group must have 4 or less digits', rest);
  return digits;
}

export interface NetPrefix {
  readonly address: NetAddress;
  readonly bits: number;
}

/** @throws {NetError} */
export function parsePrefix(text: string): NetPrefix {
  const fail = (message: string): NetError => new NetError(`netip.ParsePrefix(${goQuote(text)}): ${message}`);
  const slash = text.lastIndexOf('/');
  if (slash === -1) throw fail("no '/'");
  let address: NetAddress;
  try {
    address = parseAddress(text.slice(0, slash));
  } catch (error) {
    if (error instanceof NetError) throw fail(error.message);
    throw error;
  }
  if (address.zone !== '') throw fail('IPv6 zones cannot be present in a prefix');
  const digits = text.slice(slash + 1);
  const isNumber = /^(?:\d|[1-9]\d{0,17})$/.test(digits);
  if (!isNumber) throw fail(`bad bits after slash: ${goQuote(digits)}`);
  const bits = Number(digits);
  if (bits < 0 || bits > address.bytes.length * 8) throw fail('prefix length out of range');
  return { address, bits };
}

/** An IPv4 address in the form of an IPv6 one. */
export const isMapped4 = ({ family, bytes }: NetAddress): boolean =>
  family === 6 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;

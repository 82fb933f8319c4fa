import { ipv4Bytes, ipv6Groups } from '../ip-address.ts';

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;
const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const uuid3 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const uuid4 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i;
const uuid5 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i;
const card =
  /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|(?:222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11}|6[27][0-9]{14})$/;
const octet = '(?:[01]?[0-9][0-9]?|2[0-4][0-9]|25[0-5])';
const rgb = new RegExp(`^rgb\\(\\s*${octet}\\s*,\\s*${octet}\\s*,\\s*${octet}\\s*\\)$`);
const mac =
  /^[0-9a-fA-F]{2}(?:([:-])[0-9a-fA-F]{2}(?:\1[0-9a-fA-F]{2}){4}(?:(?:\1[0-9a-fA-F]{2}){2}|(?:\1[0-9a-fA-F]{2}){14})?)$/;
const dottedMac = /^[0-9a-fA-F]{4}(?:\.[0-9a-fA-F]{4}){2}(?:\.[0-9a-fA-F]{4}|(?:\.[0-9a-fA-F]{4}){7})?$/;
const label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

/** The formats of strings that mean something, by their names without dashes, and which texts are of them. */
const formats: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['bsonobjectid', (text) => /^[0-9a-fA-F]{24}$/.test(text)],
  ['uri', isUri],
  ['email', isEmail],
  ['hostname', isHostname],
  ['ipv4', (text) => ipv4Bytes(text) !== undefined],
  ['ipv6', (text) => text.includes(':') && ipv6Groups(text) !== undefined],
  ['cidr', isCidr],
  ['mac', (text) => mac.test(text) || dottedMac.test(text)],
  ['uuid', (text) => uuid.test(text)],
  ['uuid3', (text) => uuid3.test(text)],
  ['uuid4', (text) => uuid4.test(text)],
  ['uuid5', (text) => uuid5.test(text)],
  ['isbn', (text) => isIsbn10(text) || isIsbn13(text)],
  ['isbn10', isIsbn10],
  ['isbn13', isIsbn13],
  ['creditcard', isCreditCard],
  ['ssn', (text) => /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text)],
  ['hexcolor', (text) => /^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(text)],
  ['rgbcolor', (text) => rgb.test(text)],
  ['byte', (text) => base64.test(text)],
  ['password', () => true],
  ['date', isDate],
  ['duration', isDuration],
  ['datetime', isDateTime],
  ['k8sshortname', (text) => text.length <= 63 && label.test(text)],
  ['k8slongname', (text) => text.length <= 253 && text.split('.').every((part) => label.test(part))],
] satisfies [string, (text: string) => boolean][]);

const integers = new Set(['int32', 'int64']);
const floats = new Set(['float', 'double']);

/** Whether a format means something for a type; '' is any type. What does not is as if it were not said. */
export function isKnownFormat(format: string, type: string): boolean {
  switch (type) {
    case '':
    case 'string':
      return formats.has(format.replaceAll('-', ''));
    case 'integer':
      return integers.has(format);
    case 'number':
      return floats.has(format);
    default:
      return false;
  }
}

/** Undefined: it is no format of strings. */
export const isOfFormat = (format: string, text: string): boolean | undefined =>
  formats.get(format.replaceAll('-', ''))?.(text);

/** An absolute path, or a scheme and what follows it. As Go's url.ParseRequestURI. */
function isUri(text: string): boolean {
  if (text === '*') return true;
  if (text === '' || /\p{Cc}/u.test(text) || /%(?![0-9a-fA-F]{2})/.test(text.split('?')[0] ?? '')) return false;
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text)?.[0];
  const rest = text.slice(scheme?.length ?? 0);
  if (!rest.startsWith('/')) return scheme !== undefined;
  if (!rest.startsWith('//') || (scheme === undefined && rest.startsWith('///'))) return true;
  const authority = /^\/\/([^/?]*)/.exec(rest)?.[1] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return /^(?:\[[0-9a-fA-F:.%]+\]|[^\s"<>\\^`{|}[\]:]*)(?::\d*)?$/.test(host);
}

/** An address, or a name and an address in angle brackets. As Go's mail.ParseAddress, but for comments and quoted parts. */
function isEmail(text: string): boolean {
  const bracketed = /^[^<>]*<([^<>]+)>\s*$/.exec(text.trim());
  const address = (bracketed?.[1] ?? text).trim();
  const at = address.lastIndexOf('@');
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  const atoms = (part: string) => part.split('.').every((atom) => /^[^\s()<>[\]:;@\\,."]+$/.test(atom));
  const quoted = /^"(?:[^"\\\r\n]|\\.)*"$/.test(local);
  return at > 0 && (atoms(local) || quoted) && (atoms(domain) || /^\[[^[\]\\]*\]$/.test(domain));
}

/** As a name in DNS, but that letters and symbols of all scripts may be in it. */
function isHostname(text: string): boolean {
  const part = /^[a-zA-Z0-9\p{S}\p{L}](?:[-a-zA-Z0-9\p{S}\p{L}]*[a-zA-Z0-9\p{S}\p{L}])?$/u;
  if (Buffer.byteLength(text) > 255) return false;
  const parts = text.split('.');
  const last = parts.at(-1) ?? '';
  if (parts.some((label) => Buffer.byteLength(label) > 63)) return false;
  if (parts.length > 1 && !parts.every((label) => part.test(label))) return false;
  if (parts.length === 1) return /^[a-zA-Z0-9\p{S}\p{L}]-?[a-zA-Z0-9\p{S}\p{L}]{0,62}$/u.test(text);
  return /^[a-zA-Z\p{L}]{2,63}$/u.test(last);
}

function isCidr(text: string): boolean {
  const [address = '', bits = '', more] = text.split('/');
  if (more !== undefined || !/^\d{1,3}$/.test(bits)) return false;
  if (ipv4Bytes(address) !== undefined) return Number(bits) <= 32;
  return address.includes(':') && ipv6Groups(address) !== undefined && Number(bits) <= 128;
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '');
  if (!/^(?:[0-9]{9}X|[0-9]{10})$/.test(digits)) return false;
  const sum = Array.from(digits).reduce(
    (total, digit, at) => total + (10 - at) * (digit === 'X' ? 10 : Number(digit)),
    0,
  );
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '');
  if (!/^[0-9]{13}$/.test(digits)) return false;
  return Array.from(digits).reduce((total, digit, at) => total + (at % 2 === 0 ? 1 : 3) * Number(digit), 0) % 10 === 0;
}

function isCreditCard(text: string): boolean {
  const digits = text.replace(/[^0-9]+/g, '');
  if (!card.test(digits)) return false;
  let sum = 0;
  for (let at = digits.length - 1, twice = false; at >= 0; at--, twice = !twice) {
    const digit = Number(digits[at]) * (twice ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year === undefined) return false;
  const days = new Date(Date.UTC(Number(year) + 400, Number(month), 0)).getUTCDate();
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= days;
}

function isDateTime(text: string): boolean {
  const [date = '', time, more] = text.toLowerCase().split('t');
  if (time === undefined || more !== undefined || !isDate(date)) return false;
  const [, hour = '', minute = '', second = ''] =
    /^([0-9]{2}):([0-9]{2}):([0-9]{2})(?:.[0-9]+)?(?:z|[+-][0-9]{2}:[0-9]{2})$/.exec(time) ?? [];
  return hour !== '' && hour <= '23' && minute <= '59' && second <= '59';
}

const unit = /^(?:ns|nano.*|us|µs|micro.*|ms|milli.*|s|sec.*|m|min.*|h|hr|hour.*|d|day.*|w|wk|week.*)$/;

/** Nobody writes a longer one. To look for numbers in a text takes time that grows with its square. */
const maxDurationLength = 512;

/** Go's `1h30m`, or numbers with units as people write them: `3 days`. */
function isDuration(text: string): boolean {
  if (text.length > maxDurationLength) return false;
  if (/^[-+]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.test(text)) return true;
  let found = false;
  for (const [, digits = '', name = ''] of text.matchAll(/(\d+)\s*([A-Za-zµ]+)/g)) {
    if (digits.length > 18) return false;
    found ||= unit.test(name.toLowerCase());
  }
  return found;
}

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Deeper values are for the parser, which has a bound of its own. No kind of Kubernetes comes near. */
const maxDepth = 64;
/** No double is written longer; what is, the parser must see. */
const maxNumberLength = 24;

/** Which object's members are read: of the three whose keys the server itself looks at without parsing, or another. */
type Place = 'object' | 'metadata' | 'labels' | 'within';

/**
 * Whether `bytes` from `from` to `end` are the rest, behind `{…,"metadata":{`, of an object as an API server's encoder
 * writes it: well-formed JSON without white space, `metadata` not given again, no `resourceVersion` in it, and its
 * `labels`, given once, a map of strings. False: that is not certain, and a parser must look (long numbers, depth, keys
 * with escapes beside those that matter). Other keys may repeat: for everybody who parses the last one counts. Whether
 * bytes beyond ASCII are UTF-8 is not looked at.
 *
 * One pass and no garbage, because every value that comes from the store goes through here: a nanosecond a byte.
 */
export function isRestOfObject(bytes: Uint8Array, from: number, end: number): boolean {
  let at = membersEnd(bytes, from, 2, 'metadata');
  if (at === -1) return false;
  if (bytes[at] === comma) at = membersEnd(bytes, at + 1, 1, 'object');
  else if (bytes[at] === closeBrace) at++;
  else return false;
  return at === end;
}

/** Behind the brace that closes the object whose first member begins at `at`; -1 where something is not as it should be. */
function membersEnd(bytes: Uint8Array, start: number, depth: number, place: Place): number {
  let at = start;
  // A comma in front of the first member of the outer object has been read: there must be one.
  if (bytes[at] === closeBrace && place !== 'object') return at + 1;
  let labelled = false;
  for (;;) {
    if (bytes[at] !== quote) return -1;
    const keyEnd = stringEnd(bytes, at);
    if (keyEnd === -1 || bytes[keyEnd] !== colon) return -1;
    const value = keyEnd + 1;
    if (place === 'within') at = valueEnd(bytes, value, depth);
    else if (place === 'labels') at = bytes[value] === quote ? stringEnd(bytes, value) : -1;
    else if (isOneOf(bytes, at, keyEnd, place === 'metadata' ? refusedInMetadata : refusedInObject)) return -1;
    else if (place === 'metadata' && isKey(bytes, at, keyEnd, labelsKey)) {
      if (labelled || bytes[value] !== openBrace) return -1;
      labelled = true;
      at = membersEnd(bytes, value + 1, depth + 1, 'labels');
    } else at = valueEnd(bytes, value, depth);
    if (at === -1) return -1;
    const byte = bytes[at++];
    if (byte === closeBrace) return at;
    if (byte !== comma) return -1;
  }
}

function itemsEnd(bytes: Uint8Array, start: number, depth: number): number {
  let at = start;
  if (bytes[at] === closeBracket) return at + 1;
  for (;;) {
    at = valueEnd(bytes, at, depth);
    if (at === -1) return -1;
    const byte = bytes[at++];
    if (byte === closeBracket) return at;
    if (byte !== comma) return -1;
  }
}

/** Behind the value at `at`, which stands in something of this depth. */
function valueEnd(bytes: Uint8Array, at: number, depth: number): number {
  switch (bytes[at]) {
    case quote:
      return stringEnd(bytes, at);
    case openBrace:
      return depth === maxDepth ? -1 : membersEnd(bytes, at + 1, depth + 1, 'within');
    case openBracket:
      return depth === maxDepth ? -1 : itemsEnd(bytes, at + 1, depth + 1);
    case 0x74:
      return isKey(bytes, at, at + 4, trueLiteral) ? at + 4 : -1;
    case 0x66:
      return isKey(bytes, at, at + 5, falseLiteral) ? at + 5 : -1;
    case 0x6e:
      return isKey(bytes, at, at + 4, nullLiteral) ? at + 4 : -1;
    default:
      return numberEnd(bytes, at);
  }
}

/** Behind the closing quote of the string that opens at `open`. */
function stringEnd(bytes: Uint8Array, open: number): number {
  let at = open + 1;
  for (;;) {
    // Behind the last byte there is undefined, which is no number at all and ends this too.
    let byte = bytes[at] as number;
    while (byte >= 0x20 && byte !== quote && byte !== backslash) byte = bytes[++at] as number;
    if (byte === quote) return at + 1;
    if (byte !== backslash) return -1;
    const escape = bytes[at + 1];
    if (escape === 0x75) {
      for (let digit = at + 2; digit < at + 6; digit++) if (!isHex(bytes[digit])) return -1;
      at += 6;
    } else if (escape !== undefined && simpleEscapes.includes(escape)) at += 2;
    else return -1;
  }
}

function numberEnd(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === minus ? start + 1 : start;
  at = bytes[at] === zero ? at + 1 : digitsEnd(bytes, at);
  if (at !== -1 && bytes[at] === dot) at = digitsEnd(bytes, at + 1);
  if (at !== -1 && ((bytes[at] ?? 0) | 0x20) === 0x65) {
    const sign = bytes[at + 1];
    const digits = sign === minus || sign === 0x2b ? at + 2 : at + 1;
    at = digitsEnd(bytes, digits);
    // Three digits may be more than a double holds.
    if (at - digits > 2) return -1;
  }
  return at - start > maxNumberLength ? -1 : at;
}

/** Behind at least one digit. */
function digitsEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at])) at++;
  return at === start ? -1 : at;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= zero && byte <= 0x39;
const isHex = (byte: number | undefined): boolean =>
  isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const simpleEscapes = ascii('"\\/bfnrt');
const trueLiteral = ascii('true');
const falseLiteral = ascii('false');
const nullLiteral = ascii('null');
const labelsKey = ascii('"labels"');
const refusedInMetadata = [ascii('"resourceVersion"')];
const refusedInObject = [ascii('"kind"'), ascii('"apiVersion"'), ascii('"metadata"')];

function isKey(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  if (end - start !== wanted.length) return false;
  for (let index = 0; index < wanted.length; index++) if (bytes[start + index] !== wanted[index]) return false;
  return true;
}

/** One of these keys, or one that may be because it is spelled with escapes. */
function isOneOf(bytes: Uint8Array, start: number, end: number, keys: readonly Uint8Array[]): boolean {
  for (let at = start + 1; at < end; at++) if (bytes[at] === backslash) return true;
  for (const key of keys) if (isKey(bytes, start, end, key)) return true;
  return false;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Half-open byte offsets of one JSON value. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the value of `key` stands in the object that opens at `open`, found without parsing: one pass over what comes
 * before it. `undefined` when the object has no such member, or is not JSON that far. Of equal keys the first is found;
 * keys written with escapes are not recognised (no encoder escapes the names asked for here).
 */
export function memberOf(bytes: Buffer, open: number, key: string): Extent | undefined {
  if (bytes[open] !== openBrace) return undefined;
  const wanted = Buffer.from(`"${key}"`);
  let at = skipSpace(bytes, open + 1);
  while (bytes[at] === quote) {
    const keyEnd = endOfString(bytes, at);
    const colon = skipSpace(bytes, keyEnd);
    const start = skipSpace(bytes, colon + 1);
    const end = endOfValue(bytes, start);
    if (keyEnd - at === wanted.length && bytes.compare(wanted, 0, wanted.length, at, keyEnd) === 0) {
      return end > start ? { start, end } : undefined;
    }
    at = skipSpace(bytes, end);
    if (bytes[at] !== comma) return undefined;
    at = skipSpace(bytes, at + 1);
  }
  return undefined;
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at++;
  return at;
}

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Behind the closing quote of the string that opens at `open`; the end of `bytes` when it never closes. */
function endOfString(bytes: Buffer, open: number): number {
  for (let at = open + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) return at + 1;
    if (byte === backslash) at++;
  }
  return bytes.length;
}

/** Behind the value that begins at `start`. */
function endOfValue(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    switch (bytes[at]) {
      case quote:
        at = endOfString(bytes, at) - 1;
        if (depth === 0) return at + 1;
        break;
      case openBrace:
      case openBracket:
        depth++;
        break;
      case closeBrace:
      case closeBracket:
        // At depth 0 it closes what the value stands in: a number or a word ended before it.
        if (depth === 0) return at;
        if (--depth === 0) return at + 1;
        break;
      case comma:
        if (depth === 0) return at;
        break;
      default:
    }
  }
  return bytes.length;
}

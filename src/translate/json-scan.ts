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
  return membersOf(bytes, open, [memberKey(key)])?.[0];
}

/** A key as `membersOf` looks for it: made once for many searches. */
export const memberKey = (key: string): Buffer => Buffer.from(`"${key}"`);

/**
 * The same for several keys in one pass, which ends when all have been found: each with its value's place, in the order of
 * `keys`. `undefined`, and nothing made, when there is none of them.
 */
export function membersOf(
  bytes: Buffer,
  open: number,
  keys: readonly Buffer[],
): readonly (Extent | undefined)[] | undefined {
  if (bytes[open] !== openBrace) return undefined;
  let found: (Extent | undefined)[] | undefined;
  let left = keys.length;
  let at = skipSpace(bytes, open + 1);
  while (bytes[at] === quote) {
    const keyEnd = endOfString(bytes, at);
    const colon = skipSpace(bytes, keyEnd);
    const start = skipSpace(bytes, colon + 1);
    const end = endOfValue(bytes, start);
    for (let i = 0; i < keys.length; i++) {
      const wanted = keys[i];
      if (wanted === undefined || keyEnd - at !== wanted.length || found?.[i] !== undefined) continue;
      if (bytes.compare(wanted, 0, wanted.length, at, keyEnd) !== 0) continue;
      // No value is what is not JSON that far; of equal keys the first is found.
      if (end <= start) return found;
      found ??= keys.map(() => undefined);
      found[i] = { start, end };
      if (--left === 0) return found;
    }
    at = skipSpace(bytes, end);
    if (bytes[at] !== comma) return found;
    at = skipSpace(bytes, at + 1);
  }
  return found;
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

import type { StoredObject } from '../translate/stored-object.ts';

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** `"metadata":{…}` of an object as it lies in `bytes`. A view, not a copy. */
export const metadataBytes = (object: StoredObject): Buffer =>
  object.bytes.subarray(object.itemStart, metadataEnd(object));

/**
 * Where the metadata of an object ends in its `bytes`, without parsing: one pass over the metadata.
 * Strings may hold braces and quotes; all else in JSON is ASCII, so bytes of UTF-8 cannot be mistaken for either.
 */
export function metadataEnd({ bytes, itemStart }: StoredObject): number {
  let depth = 0;
  for (let at = itemStart; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) at = endOfString(bytes, at);
    else if (byte === openBrace) depth++;
    else if (byte === closeBrace && --depth === 0) return at + 1;
  }
  throw new RangeError('stored object has no end of metadata');
}

/** Offset of the closing quote of the string that opens at `start`. */
function endOfString(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === backslash) at++;
    else if (bytes[at] === quote) return at;
  }
  return bytes.length;
}

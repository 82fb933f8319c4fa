/** One value in DER: ASN.1 in its one form. */
export interface DerValue {
  /** With its class and whether it is made of others: 0x30 a sequence, 0x31 a set. */
  readonly tag: number;
  readonly content: Buffer;
  /** With tag and length. */
  readonly whole: Buffer;
}

/** Bytes that are no DER. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

export const derSequence = 0x30;
export const derSet = 0x31;
export const derBitString = 0x03;
export const derObjectIdentifier = 0x06;

/** The one value that `bytes` are. @throws {DerError} */
export function derValue(bytes: Buffer): DerValue {
  const [value, ...more] = derValues(bytes);
  if (value === undefined) throw new DerError('asn1: syntax error: sequence truncated');
  if (more.length > 0) throw new DerError('asn1: syntax error: trailing data');
  return value;
}

/** Values one after the other: what a sequence or a set is made of. @throws {DerError} */
export function derValues(bytes: Buffer): DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length; ) {
    const value = valueAt(bytes, at);
    values.push(value);
    at += value.whole.length;
  }
  return values;
}

function valueAt(bytes: Buffer, at: number): DerValue {
  const tag = bytes[at] ?? 0;
  if ((tag & 0x1f) === 0x1f)
    throw new DerError('asn1: structure error: tags with more than one byte are not looked for');
  const short = bytes[at + 1];
  if (short === undefined) throw new DerError('asn1: syntax error: truncated tag or length');
  const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
  if (short === 0x80) throw new DerError('asn1: syntax error: indefinite length found (not DER)');
  if (lengthBytes > 4) throw new DerError('asn1: structure error: length too large');
  let length = lengthBytes === 0 ? short : 0;
  for (let index = 0; index < lengthBytes; index++) length = length * 256 + (bytes[at + 2 + index] ?? 0);
  const start = at + 2 + lengthBytes;
  if (start + length > bytes.length) throw new DerError('asn1: syntax error: data truncated');
  return { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) };
}

/** The content of one field: bytes are written length-delimited, an unsigned integer below 2^53 as a varint. */
export type WireValue = Buffer | number;

/** One field with its tag, in protobuf's wire format. */
export function wireField(field: number, value: WireValue): Buffer {
  return typeof value === 'number'
    ? Buffer.concat([varint(field * 8), varint(value)])
    : Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

/** What is wrong with a protobuf message, in the words of Go's decoders. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

/** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. Groups are not in use since proto2. */
export type WireType = 0 | 1 | 2 | 5;

const varintBytesInDouble = 7;
const longestVarint = 10;

/** Reads protobuf's wire format from a part of a buffer, without copying. All methods throw ProtobufError at its end. */
export class WireReader {
  readonly #bytes: Buffer;
  #at: number;
  readonly #end: number;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** The next field's number and wire type. */
  tag(): { readonly field: number; readonly wireType: WireType } {
    const tag = Number(this.varint());
    const wireType = tag & 7;
    const field = Math.floor(tag / 8);
    if (field < 1 || field > 0x1fff_ffff)
      throw new ProtobufError(`proto: illegal tag ${field} (wire type ${wireType})`);
    if (wireType !== 0 && wireType !== 1 && wireType !== 2 && wireType !== 5)
      throw new ProtobufError(`proto: illegal wireType ${wireType}`);
    return { field, wireType };
  }

  /** A signed 64-bit integer; a bigint where a double cannot hold it. */
  varint(): number | bigint {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < varintBytesInDouble; i++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    let large = BigInt(value);
    for (let i = varintBytesInDouble; i < longestVarint; i++) {
      const byte = this.#byte();
      large |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return narrow(BigInt.asIntN(64, large));
    }
    throw new ProtobufError('proto: integer overflow');
  }

  double(): number {
    const at = this.#skip(8);
    return this.#bytes.readDoubleLE(at);
  }

  /** A length-delimited field, as a view. */
  bytes(): Buffer {
    const length = Number(this.varint());
    if (length < 0) throw new ProtobufError('proto: negative length found during unmarshaling');
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Passes over a field that is not known. */
  skip(wireType: WireType): void {
    switch (wireType) {
      case 0:
        this.varint();
        break;
      case 1:
        this.#skip(8);
        break;
      case 2:
        this.bytes();
        break;
      case 5:
        this.#skip(4);
        break;
      default:
        wireType satisfies never;
    }
  }

  #byte(): number {
    return this.#bytes[this.#skip(1)] ?? 0;
  }

  #skip(count: number): number {
    const at = this.#at;
    if (count > this.#end - at) throw new ProtobufError('unexpected EOF');
    this.#at = at + count;
    return at;
  }
}

const narrow = (value: bigint): number | bigint =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;

/**
 * Protobuf's wire format, as much of it as etcd's KV service needs. An int64 is a decimal text, as in etcd3's types,
 * since it may be more than a double holds.
 */

/**
 * Writes a message from its end to its beginning: what a length is of has been written when the length is due, so one
 * buffer and one copy do. Fields, and the items of a repeated field, are given last first.
 */
export class BackwardWriter {
  readonly #buffer: Buffer;
  #at: number;

  /** `capacity`: bytes, no less than the message takes. */
  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafe(capacity);
    this.#at = capacity;
  }

  /** Nothing for zero: that is what a field that is absent means. */
  integer(field: number, value: number | string): void {
    if (Number(value) !== 0) this.chosen(field, value);
  }

  /** An integer that is one of several things: that it is there says which, also when it is zero. */
  chosen(field: number, value: number | string): void {
    const number = Number(value);
    if (Number.isSafeInteger(number)) this.#varint(number);
    else this.#largeVarint(BigInt(value));
    this.#varint(field * 8 + varint);
  }

  bytes(field: number, value: Uint8Array): void {
    this.#take(value.length);
    this.#buffer.set(value, this.#at);
    this.#varint(value.length);
    this.#varint(field * 8 + delimited);
  }

  message(field: number, write: () => void): void {
    const end = this.#at;
    write();
    this.#varint(end - this.#at);
    this.#varint(field * 8 + delimited);
  }

  /** What stands before a message in a gRPC stream: that it is not compressed, and its length. */
  framed(write: () => void): Buffer {
    const end = this.#at;
    write();
    const length = end - this.#at;
    this.#take(5);
    this.#buffer[this.#at] = 0;
    this.#buffer.writeUInt32BE(length, this.#at + 1);
    return this.#buffer.subarray(this.#at);
  }

  #varint(value: number): void {
    let length = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
    this.#take(length);
    let rest = value;
    for (let at = this.#at; at < this.#at + length - 1; at++) {
      this.#buffer[at] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#at + length - 1] = rest;
  }

  #largeVarint(value: bigint): void {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, value);
    for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
    this.#take(bytes.length);
    this.#buffer.set(bytes, this.#at);
  }

  #take(length: number): void {
    if (length > this.#at) throw new RangeError('the message is larger than was thought');
    this.#at -= length;
  }
}

const varint = 0;
const fixed64 = 1;
const delimited = 2;
const fixed32 = 5;

/** Bytes of a varint, seven bits each, whose value a double holds in any case. */
const bytesInDouble = 7;
const longestVarint = 10;

/**
 * Reads a message without copying: `while (reader.next()) switch (reader.field) …`. What the caller does not read of a
 * field is passed over. All methods throw RangeError for what is not a message.
 */
export class Reader {
  field = 0;
  readonly #buffer: Buffer;
  #at: number;
  readonly #end: number;
  /** Where the next field begins, unless the value of this one has been read. */
  #wireType = -1;

  constructor(buffer: Buffer, start = 0, end = buffer.length) {
    this.#buffer = buffer;
    this.#at = start;
    this.#end = end;
  }

  /** Goes to the next field; false at the end. */
  next(): boolean {
    this.#skip();
    if (this.#at >= this.#end) return false;
    const tag = this.#number();
    this.field = Math.floor(tag / 8);
    this.#wireType = tag % 8;
    return true;
  }

  /** A boolean, an enum or a length: no more than 2^49. */
  small(): number {
    this.#expect(varint);
    return this.#number();
  }

  /** A signed 64-bit integer in decimal. */
  text(): string {
    this.#expect(varint);
    let value = 0;
    let scale = 1;
    for (let i = 0; i < bytesInDouble; i++, scale *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return String(value);
    }
    let large = BigInt(value);
    for (let i = bytesInDouble; i < longestVarint; i++) {
      const byte = this.#byte();
      large |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return String(BigInt.asIntN(64, large));
    }
    throw malformed();
  }

  /** A view. */
  bytes(): Buffer {
    const start = this.#delimited();
    return this.#buffer.subarray(start, this.#at);
  }

  message(): Reader {
    const start = this.#delimited();
    return new Reader(this.#buffer, start, this.#at);
  }

  #delimited(): number {
    this.#expect(delimited);
    return this.#pass(this.#number());
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) throw malformed();
    this.#wireType = -1;
  }

  #skip(): void {
    switch (this.#wireType) {
      case -1:
        return;
      case varint:
        while (this.#byte() >= 0x80);
        break;
      case fixed64:
        this.#pass(8);
        break;
      case delimited:
        this.#pass(this.#number());
        break;
      case fixed32:
        this.#pass(4);
        break;
      default:
        throw malformed();
    }
    this.#wireType = -1;
  }

  #number(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < bytesInDouble; i++, scale *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw malformed();
  }

  #byte(): number {
    return this.#buffer[this.#pass(1)] ?? 0;
  }

  /** Where what is passed over begins. */
  #pass(length: number): number {
    const start = this.#at;
    if (length > this.#end - start) throw malformed();
    this.#at = start + length;
    return start;
  }
}

const malformed = (): RangeError => new RangeError('the answer is not a protobuf message');

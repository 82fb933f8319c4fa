/** What one large object needed is not kept for all others. */
const maxKeptBytes = 1024 * 1024;
/** Up to here a loop is faster than a call into the runtime. */
const shortText = 48;

/**
 * Writes protobuf's wire format from its end to its beginning, as Go's generated code does: the length of what a message
 * holds is known when it is needed, so nothing is measured first. Fields, elements and entries are written last to first,
 * each value before its length and its tag.
 */
export class ReverseWriter {
  #bytes: Buffer;
  #at: number;

  /** `bytes`: how much there is room for at first. */
  constructor(bytes = 0) {
    this.#bytes = Buffer.allocUnsafe(bytes);
    this.#at = bytes;
  }

  /** How much has been written. */
  get length(): number {
    return this.#bytes.length - this.#at;
  }

  /** A number from 0 to 2^53: a length, a tag. */
  unsigned(value: number): void {
    if (value < 0x80) {
      this.#reserve(1);
      this.#bytes[--this.#at] = value;
      return;
    }
    let size = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
    this.#reserve(size);
    this.#at -= size;
    let rest = value;
    let at = this.#at;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#bytes[at++] = (rest % 0x80) + 0x80;
    this.#bytes[at] = rest;
  }

  /** An integer of 64 bits with its sign: negative ones take ten bytes. */
  integer(value: number | bigint): void {
    if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return this.unsigned(value);
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
    this.bytes(Buffer.from(bytes));
  }

  double(value: number): void {
    this.#reserve(8);
    this.#at -= 8;
    this.#bytes.writeDoubleLE(value, this.#at);
  }

  /** Not protobuf: what events of a watch are told apart by. Four bytes. */
  bigEndian(value: number): void {
    this.#reserve(4);
    this.#at -= 4;
    this.#bytes.writeUInt32BE(value, this.#at);
  }

  bytes(bytes: Buffer): void {
    this.#reserve(bytes.length);
    this.#at -= bytes.length;
    this.#bytes.set(bytes, this.#at);
  }

  /** A text in UTF-8 and its length. */
  text(text: string): void {
    const { length } = text;
    if (length <= shortText && this.#ascii(text)) return this.unsigned(length);
    const size = Buffer.byteLength(text);
    this.#reserve(size);
    this.#at -= size;
    this.#bytes.write(text, this.#at, 'utf8');
    this.unsigned(size);
  }

  /** A copy of all that was written. The writer is empty then. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(this.#at));
    this.clear();
    return taken;
  }

  clear(): void {
    if (this.#bytes.length > maxKeptBytes) this.#bytes = Buffer.alloc(0);
    this.#at = this.#bytes.length;
  }

  /** False, and nothing is written, if it is not all ASCII. */
  #ascii(text: string): boolean {
    const { length } = text;
    this.#reserve(length);
    const start = this.#at - length;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return false;
      this.#bytes[start + i] = code;
    }
    this.#at = start;
    return true;
  }

  #reserve(size: number): void {
    if (this.#at >= size) return;
    const { length } = this;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, length + size));
    larger.set(this.#bytes.subarray(this.#at), larger.length - length);
    this.#bytes = larger;
    this.#at = larger.length - length;
  }
}

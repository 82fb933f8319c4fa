/**
 * A message between the threads in three flat pieces. `numbers` and `bytes` own their memory and are moved, not copied
 * (see {@link memoryOf}); cloning hundreds of small objects and Buffers instead would cost more than the write itself,
 * and a cloned Buffer takes the whole pool it was cut from along.
 */
export interface Packed {
  readonly strings: readonly string[];
  readonly numbers: Float64Array;
  readonly bytes: Uint8Array;
}

/** What to hand to `postMessage` as its transfer list. The sender's copy is empty afterwards. */
export const memoryOf = (packed: Packed): ArrayBuffer[] => [
  packed.numbers.buffer as ArrayBuffer,
  packed.bytes.buffer as ArrayBuffer,
];

/** Collects what an {@link Unpacker} then takes out in the same order. */
export class Packer {
  readonly #strings: string[] = [];
  readonly #numbers: number[] = [];
  readonly #chunks: Uint8Array[] = [];
  #size = 0;

  /** Bytes collected so far: what a page is bounded by. */
  get size(): number {
    return this.#size;
  }

  string(value: string): void {
    this.#strings.push(value);
  }

  number(value: number): void {
    this.#numbers.push(value);
  }

  /** Copied when finished, not now: nobody may write to `value` until then. */
  bytes(value: Uint8Array): void {
    this.#numbers.push(value.length);
    this.#chunks.push(value);
    this.#size += value.length;
  }

  finish(): Packed {
    const bytes = new Uint8Array(this.#size);
    let offset = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    return { strings: this.#strings, numbers: Float64Array.from(this.#numbers), bytes };
  }
}

/** Takes out what a {@link Packer} put in, in the same order and by the same types. */
export class Unpacker {
  readonly #packed: Packed;
  #string = 0;
  #number = 0;
  #byte = 0;

  constructor(packed: Packed) {
    this.#packed = packed;
  }

  get done(): boolean {
    return this.#number === this.#packed.numbers.length && this.#string === this.#packed.strings.length;
  }

  string(): string {
    const value = this.#packed.strings[this.#string++];
    if (value === undefined) throw new RangeError('no string left in this message');
    return value;
  }

  number(): number {
    const value = this.#packed.numbers[this.#number++];
    if (value === undefined) throw new RangeError('no number left in this message');
    return value;
  }

  /** A view into the message: it keeps the memory of the whole message alive. */
  bytes(): Buffer {
    const { buffer, byteOffset } = this.#packed.bytes;
    const length = this.number();
    const value = Buffer.from(buffer as ArrayBuffer, byteOffset + this.#byte, length);
    this.#byte += length;
    return value;
  }
}

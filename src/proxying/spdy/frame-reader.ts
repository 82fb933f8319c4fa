import { controlTypes, finFlag, frameHeadBytes } from './frames.ts';

/** What a connection is told. Compressed headers are handed on as they are. */
export interface FrameListener {
  /** Some bytes of a stream: a frame may come in several pieces. `fin`: nothing more follows. */
  data(streamId: number, bytes: Buffer, fin: boolean): void;
  control(type: number, flags: number, body: Buffer): void;
}

/** What one connection cannot go on after. */
export class SpdyError extends Error {
  override readonly name = 'SpdyError';
}

/** Headers of streams are short here. */
const maxControlBytes = 64 * 1024;

/** Finds the frames in what comes. Holds no more than a control frame's bytes: those of streams go on at once. */
export class FrameReader {
  readonly #listener: FrameListener;
  /** What is there of a head, or of a control frame with its head. */
  #held = Buffer.alloc(0);
  /** Of the data frame that is being read. */
  #streamId = 0;
  #left = 0;
  #fin = false;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /** @throws {SpdyError} */
  take(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) rest = this.#left > 0 ? this.#data(rest) : this.#frame(rest);
  }

  #data(chunk: Buffer): Buffer {
    const bytes = chunk.subarray(0, this.#left);
    this.#left -= bytes.length;
    this.#listener.data(this.#streamId, bytes, this.#fin && this.#left === 0);
    return chunk.subarray(bytes.length);
  }

  #frame(chunk: Buffer): Buffer {
    const behindHead = this.#hold(chunk, frameHeadBytes);
    if (this.#held.length < frameHeadBytes) return behindHead;
    const flags = this.#held.readUInt8(4);
    const length = this.#held.readUInt32BE(4) & 0xffffff;
    if ((this.#held.readUInt8(0) & 0x80) === 0) {
      this.#streamId = this.#held.readUInt32BE(0);
      this.#left = length;
      this.#fin = (flags & finFlag) !== 0;
      this.#held = Buffer.alloc(0);
      if (length === 0) this.#listener.data(this.#streamId, Buffer.alloc(0), this.#fin);
      return behindHead;
    }
    if (length > maxControlBytes) throw new SpdyError(`a control frame of ${length} bytes`);
    const rest = this.#hold(behindHead, frameHeadBytes + length);
    if (this.#held.length < frameHeadBytes + length) return rest;
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    const type = held.readUInt16BE(2);
    if (Object.values(controlTypes).some((known) => known === type)) {
      this.#listener.control(type, flags, held.subarray(frameHeadBytes));
    }
    return rest;
  }

  /** Holds as much of `chunk` as makes `size` bytes; what is left of it. */
  #hold(chunk: Buffer, size: number): Buffer {
    const missing = Math.max(size - this.#held.length, 0);
    if (missing > 0) this.#held = Buffer.concat([this.#held, chunk.subarray(0, missing)]);
    return chunk.subarray(missing);
  }
}

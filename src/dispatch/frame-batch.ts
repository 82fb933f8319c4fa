import type { FrameBatch } from './frame-sink.ts';

/**
 * A {@link FrameBatch} whose encodings are made by the first sink that asks and kept for the others.
 * Nobody writes to its buffers. It lives as long as the slowest socket that was given it.
 */
export class SharedBatch implements FrameBatch {
  readonly frames: readonly Buffer[];
  /** Of all frames together. */
  readonly byteLength: number;
  #body: Buffer | undefined;
  #chunk: Buffer | undefined;

  private constructor(frames: readonly Buffer[], byteLength: number) {
    this.frames = frames;
    this.byteLength = byteLength;
  }

  static of(frame: Buffer): SharedBatch {
    return new SharedBatch([frame], frame.length);
  }

  /** `frames` must not change any more; at least one. */
  static ofAll(frames: readonly Buffer[]): SharedBatch {
    let byteLength = 0;
    for (const frame of frames) byteLength += frame.length;
    return new SharedBatch(frames, byteLength);
  }

  /**
   * The same, encoded at once: all its encodings are parts of one buffer, and `frames` themselves can go. For a batch that
   * is kept.
   */
  static packed(frames: readonly Buffer[]): SharedBatch {
    const chunk = SharedBatch.ofAll(frames).chunk;
    const end = chunk.length - 2;
    const parts: Buffer[] = [];
    let at = end;
    for (const { length } of frames) at -= length;
    const body = chunk.subarray(at, end);
    for (const { length } of frames) parts.push(chunk.subarray(at, (at += length)));
    const batch = new SharedBatch(parts, body.length);
    batch.#body = body;
    batch.#chunk = chunk;
    return batch;
  }

  get body(): Buffer {
    return (this.#body ??= this.#encodeBody());
  }

  get chunk(): Buffer {
    return (this.#chunk ??= this.#encodeChunk());
  }

  #encodeBody(): Buffer {
    const first = this.frames[0];
    return first !== undefined && this.frames.length === 1 ? first : Buffer.concat(this.frames, this.byteLength);
  }

  #encodeChunk(): Buffer {
    const sizeLine = `${this.byteLength.toString(16)}\r\n`;
    const chunk = Buffer.allocUnsafe(sizeLine.length + this.byteLength + 2);
    let at = chunk.write(sizeLine, 'latin1');
    for (const frame of this.frames) {
      chunk.set(frame, at);
      at += frame.length;
    }
    chunk[at] = 0x0d;
    chunk[at + 1] = 0x0a;
    return chunk;
  }
}

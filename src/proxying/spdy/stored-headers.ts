import { headerBlock, type StreamHeaders } from './frames.ts';

/** zlib: deflate with a window of 32 KiB, and a dictionary that is known by its checksum: SPDY/3's. */
const zlibHead = Buffer.from([0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2]);

/** An empty block: without one behind it, Go's decompressor keeps what came before it to itself, and fails for want of more. */
const flush = Buffer.from([0, 0, 0, 0xff, 0xff]);

/**
 * Header blocks of the streams of one connection, in its zlib stream. Nothing is compressed: they are some forty bytes, five
 * for each connection, and so need no state; a stored block ends where a flushed one would.
 */
export class StoredHeaders {
  #begun = false;

  block(headers: StreamHeaders): Buffer {
    const bytes = headerBlock(headers);
    const stored = Buffer.from([
      0,
      bytes.length & 0xff,
      bytes.length >> 8,
      ~bytes.length & 0xff,
      (~bytes.length >> 8) & 0xff,
    ]);
    const begun = this.#begun;
    this.#begun = true;
    return Buffer.concat([...(begun ? [] : [zlibHead]), stored, bytes, flush]);
  }
}

/** Big enough that a gigabyte is thousands of writes and not millions, small enough that two per open LIST are nothing. */
export const pieceBytes = 128 * 1024;
/** What lists that come one after the other need; many at once make more, which are not kept. */
const maxFree = 16;

/** Where pieces are put together: each buffer may be overwritten when the second one after it is asked for. */
export interface Turns {
  readonly size: number;
  next(): Buffer;
}

/**
 * Buffers for the pieces of bodies, kept for the next body. A new one for each would be paid for more than once: V8 takes
 * much memory outside of its heap for a reason to mark all of the heap, and the system clears every page. Bound: 2 MiB.
 */
export class PieceBuffers {
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(pieceBytes);
  }

  /** Nobody looks at it any more. */
  give(buffer: Buffer): void {
    if (this.#free.length < maxFree) this.#free.push(buffer);
  }
}

/** The buffers of one body: two that take turns, so that what was written into one can be sent while the other is filled. */
export class BufferTurns implements Turns {
  readonly size = pieceBytes;
  readonly #buffers: PieceBuffers;
  readonly #taken: Buffer[] = [];
  #turn = 1;

  constructor(buffers: PieceBuffers) {
    this.#buffers = buffers;
  }

  /** The one that was given before the last. */
  next(): Buffer {
    this.#turn = 1 - this.#turn;
    return (this.#taken[this.#turn] ??= this.#buffers.take());
  }

  /** To be called when all that was written into them has been sent, and only then. */
  release(): void {
    for (const buffer of this.#taken.splice(0)) this.#buffers.give(buffer);
  }
}

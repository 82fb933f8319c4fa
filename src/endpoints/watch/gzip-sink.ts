import { SharedBatch } from '../../dispatch/frame-batch.ts';
import type { FrameBatch, FrameSink } from '../../dispatch/frame-sink.ts';
import { combineCrc32 } from './crc32-combine.ts';
import { type DeflatedBatch, deflate } from './deflated-batch.ts';
import type { SinkEvents } from './sink-events.ts';

/** RFC 1952: deflate, no name, no time, the quickest compression, unknown system. */
const head = SharedBatch.of(Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0x04, 0xff]));

/** The last block, which is empty, the checksum of everything and its length. */
function tail(crc32: number, length: number): SharedBatch {
  const bytes = Buffer.alloc(10);
  bytes.writeUInt16LE(0x0003, 0);
  bytes.writeUInt32LE(crc32, 2);
  bytes.writeUInt32LE(length % 2 ** 32, 6);
  return SharedBatch.of(bytes);
}

/**
 * Compresses what goes to another sink: the whole stream is one gzip member, and every batch in it ends in a sync flush,
 * so that a client can read each event when it comes.
 *
 * One member and not one per batch, as kube-apiserver 1.37 writes them, because many decoders stop after the first:
 * zlib itself, flate2's GzDecoder, Java's GZIPInputStream where nothing more is there yet. And what a batch becomes
 * refers to nothing before it, so that it is the same in every member and shared like the batch; only the checksum at the
 * end is a connection's own, combined from those of the batches.
 *
 * Compression runs on zlib's threads, one batch at a time in order: `write` answers false while one is under way, so there
 * is never more than that one batch here.
 */
export class GzipSink implements FrameSink {
  readonly #sink: FrameSink;
  readonly #events: SinkEvents;
  #queue: Promise<void> = Promise.resolve();
  #pending = 0;
  #innerBlocked = false;
  #ended = false;
  /** Of what was given to the sink beneath, before compression. */
  #crc32 = 0;
  #length = 0;

  /** `open` makes the sink beneath, which must report to the events that it is given. */
  constructor(events: SinkEvents, open: (events: SinkEvents) => FrameSink) {
    this.#events = events;
    this.#sink = open({
      drained: () => {
        this.#innerBlocked = false;
        this.#drain();
      },
      close: (reason) => {
        this.#ended = true;
        events.close(reason);
      },
    });
    this.#give(head);
  }

  write(batch: FrameBatch): boolean {
    if (this.#ended) return true;
    this.#pending++;
    this.#then(() => this.#pass(batch));
    return false;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#then(() => {
      try {
        this.#give(tail(this.#crc32, this.#length));
      } finally {
        this.#sink.end();
      }
    });
  }

  /** As the next thing, whatever becomes of it: what the sink beneath throws is told, since nobody is there to catch it. */
  #then(step: () => void | Promise<void>): void {
    this.#queue = this.#queue.then(step).catch(() => this.#events.close('broken'));
  }

  async #pass(batch: FrameBatch): Promise<void> {
    const part = await deflate(batch);
    this.#pending--;
    if (part === undefined) {
      this.#events.close('reset');
      return;
    }
    this.#count(part);
    this.#give(part.batch);
    this.#drain();
  }

  #count({ length, crc32, crc32Shift }: DeflatedBatch): void {
    this.#crc32 = combineCrc32(this.#crc32, crc32, crc32Shift);
    this.#length += length;
  }

  #give(batch: FrameBatch): void {
    if (!this.#sink.write(batch)) this.#innerBlocked = true;
  }

  #drain(): void {
    if (!this.#ended && !this.#innerBlocked && this.#pending === 0) this.#events.drained();
  }
}

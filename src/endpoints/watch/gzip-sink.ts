import { gzip } from 'node:zlib';
import type { FrameBatch, FrameSink } from '../../dispatch/frame-sink.ts';
import { gzipLevel } from '../response/respond.ts';
import type { SinkEvents } from './sink-events.ts';

/** Compressed batches, kept while the batch is: a cohort's watchers share the work as they share the bytes. */
const compressed = new WeakMap<FrameBatch, Promise<FrameBatch | undefined>>();

/** `undefined` when zlib failed, which is then the end of the watches that waited for it. */
function compress(batch: FrameBatch): Promise<FrameBatch | undefined> {
  let member = compressed.get(batch);
  if (member === undefined) {
    member = new Promise((resolve) => {
      gzip(batch.body, { level: gzipLevel }, (error, body) =>
        resolve(error === null ? new GzipBatch(body) : undefined),
      );
    });
    compressed.set(batch, member);
  }
  return member;
}

/** One whole gzip member in the place of a batch's frames. */
class GzipBatch implements FrameBatch {
  readonly body: Buffer;
  #chunk: Buffer | undefined;

  constructor(body: Buffer) {
    this.body = body;
  }

  get frames(): readonly Buffer[] {
    return [this.body];
  }

  get chunk(): Buffer {
    const size = this.body.length.toString(16);
    return (this.#chunk ??= Buffer.concat([Buffer.from(`${size}\r\n`), this.body, Buffer.from('\r\n')]));
  }
}

/**
 * Compresses what goes to another sink: every batch becomes a gzip member of its own, so that a client can read each
 * event when it comes. Compression runs on zlib's threads, one batch at a time in order: `write` answers false while one
 * is under way, so there is never more than that one batch here.
 */
export class GzipSink implements FrameSink {
  readonly #sink: FrameSink;
  readonly #events: SinkEvents;
  #queue: Promise<void> = Promise.resolve();
  #pending = 0;
  #innerBlocked = false;
  #ended = false;

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
  }

  write(batch: FrameBatch): boolean {
    if (this.#ended) return true;
    this.#pending++;
    this.#queue = this.#queue.then(() => this.#pass(batch));
    return false;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#queue = this.#queue.then(() => this.#sink.end());
  }

  async #pass(batch: FrameBatch): Promise<void> {
    const member = await compress(batch);
    this.#pending--;
    if (member === undefined) {
      this.#events.close('reset');
      return;
    }
    this.#innerBlocked = !this.#sink.write(member);
    this.#drain();
  }

  #drain(): void {
    if (!this.#ended && !this.#innerBlocked && this.#pending === 0) this.#events.drained();
  }
}

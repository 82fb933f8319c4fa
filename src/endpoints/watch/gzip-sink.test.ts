import { createGunzip, gunzipSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SharedBatch } from '../../dispatch/frame-batch.ts';
import type { FrameBatch, FrameSink } from '../../dispatch/frame-sink.ts';
import type { WatchEnd } from '../../dispatch/watch-end.ts';
import { GzipSink } from './gzip-sink.ts';
import type { SinkEvents } from './sink-events.ts';

/** A gzip sink over one that keeps what it is given and pushes back when told so. */
class Compressed implements SinkEvents {
  readonly given: FrameBatch[] = [];
  readonly sink: GzipSink;
  room = true;
  broken = false;
  drains = 0;
  ends = 0;
  closed: WatchEnd | undefined;
  beneath: SinkEvents | undefined;
  #told: () => void = () => {};

  constructor() {
    this.sink = new GzipSink(this, (events): FrameSink => {
      this.beneath = events;
      return {
        write: (batch) => {
          if (this.broken) throw new Error('broken');
          this.given.push(batch);
          this.#told();
          return this.room;
        },
        end: () => {
          this.ends++;
          this.#told();
        },
      };
    });
  }

  drained(): void {
    this.drains++;
    this.#told();
  }

  close(reason: WatchEnd): void {
    this.closed = reason;
    this.#told();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.given.map(({ body }) => body));
  }

  /** Whatever is not looked for here must come through `write`, `end` or `drained`. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => (this.#told = resolve));
  }

  /** Writes the batch and waits until more may be written. */
  async send(batch: FrameBatch): Promise<void> {
    const { drains } = this;
    expect(this.sink.write(batch)).toBe(false);
    await this.until(() => this.drains > drains);
  }

  async end(): Promise<void> {
    this.sink.end();
    await this.until(() => this.ends === 1);
  }
}

/** What a decoder has given away of the bytes it was fed so far. */
class Decoder {
  text = Buffer.alloc(0);
  readonly #gunzip = createGunzip();

  constructor() {
    this.#gunzip.on('data', (part: Buffer) => (this.text = Buffer.concat([this.text, part])));
  }

  feed(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#gunzip.once('error', reject);
      this.#gunzip.write(bytes, () => resolve());
    });
  }
}

const syncFlush = '0000ffff';
const batchOf = (text: string | Uint8Array) => SharedBatch.of(Buffer.from(text));
const anyBatches = fc.array(
  fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 100 }),
    // Around the sizes in which zlib gives its output.
    fc.integer({ min: 16_000, max: 70_000 }).chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
    fc.integer({ min: 1, max: 200_000 }).map((length) => Buffer.alloc(length, '{"type":"ADDED"}')),
  ),
  { maxLength: 6 },
);

describe('a compressed watch', () => {
  test('can be read batch by batch, by a decoder that has been fed what was written so far and no more', async () => {
    await fc.assert(
      fc.asyncProperty(anyBatches, async (batches) => {
        const watch = new Compressed();
        const decoder = new Decoder();
        await decoder.feed(watch.bytes);
        let wanted = Buffer.alloc(0);
        for (const batch of batches) {
          await watch.send(batchOf(batch));
          const written = watch.given.at(-1)?.body ?? Buffer.alloc(0);
          expect(written.subarray(-4).toString('hex')).toBe(syncFlush);
          await decoder.feed(written);
          wanted = Buffer.concat([wanted, batch]);
          expect(decoder.text.equals(wanted)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('is one gzip member from head to trailer, whatever is written', async () => {
    await fc.assert(
      fc.asyncProperty(anyBatches, async (batches) => {
        const watch = new Compressed();
        for (const batch of batches) await watch.send(batchOf(batch));
        await watch.end();
        // A wrong checksum or length is an error here.
        expect(gunzipSync(watch.bytes).equals(Buffer.concat(batches))).toBe(true);
        const { engine } = inflateRawSync(watch.bytes.subarray(10), { info: true }) as unknown as {
          engine: { bytesWritten: number };
        };
        expect(10 + engine.bytesWritten + 8).toBe(watch.bytes.length);
      }),
      { numRuns: 30 },
    );
  });

  test('shares what a batch becomes with every watch that is given it, whatever each was given before', async () => {
    const [first, second] = [new Compressed(), new Compressed()];
    const shared = batchOf('{"n":2}\n');
    await first.send(batchOf('{"n":1}\n'));
    await Promise.all([first.send(shared), second.send(shared)]);
    expect(first.given.at(-1)).toBe(second.given.at(-1));
    await Promise.all([first.end(), second.end()]);
    expect(gunzipSync(first.bytes).toString()).toBe('{"n":1}\n{"n":2}\n');
    expect(gunzipSync(second.bytes).toString()).toBe('{"n":2}\n');
  });

  test('takes more when the sink beneath does', async () => {
    const watch = new Compressed();
    watch.room = false;
    watch.sink.write(batchOf('{"n":1}\n'));
    await watch.until(() => watch.given.length === 2);
    expect(watch.drains).toBe(0);
    watch.room = true;
    watch.beneath?.drained();
    expect(watch.drains).toBe(1);
    await watch.send(batchOf('{"n":2}\n'));
  });

  test('ends, and what is beneath with it, when that throws', async () => {
    const watch = new Compressed();
    watch.broken = true;
    watch.sink.write(batchOf('{"n":1}\n'));
    await watch.until(() => watch.closed !== undefined);
    expect(watch.closed).toBe('broken');
    await watch.end();
  });

  test('that ends in the midst of compressing ends after everything written', async () => {
    const watch = new Compressed();
    watch.sink.write(batchOf('{"n":1}\n'));
    await watch.end();
    expect(gunzipSync(watch.bytes).toString()).toBe('{"n":1}\n');
    expect(watch.sink.write(batchOf('{"n":2}\n'))).toBe(true);
  });
});

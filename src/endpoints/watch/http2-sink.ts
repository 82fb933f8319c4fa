import type { ServerHttp2Stream } from 'node:http2';
import type { FrameBatch, FrameSink } from '../../dispatch/frame-sink.ts';
import { SendWindow } from './send-window.ts';
import type { SinkEvents } from './sink-events.ts';

/**
 * A watch over one HTTP/2 stream, whose head is sent already. Flow control is the client's: what it does not take waits
 * in the stream. Bound: `write` answers false while `bufferBytes` or more wait, so at most that and one batch do.
 */
export class Http2Sink implements FrameSink {
  readonly #stream: ServerHttp2Stream;
  readonly #events: SinkEvents;
  readonly #window: SendWindow;
  #ended = false;

  constructor(stream: ServerHttp2Stream, events: SinkEvents, bufferBytes: number) {
    this.#stream = stream;
    this.#events = events;
    this.#window = new SendWindow(bufferBytes, () => events.drained());
    stream.on('error', this.#onClose);
    stream.on('close', this.#onClose);
  }

  write(batch: FrameBatch): boolean {
    if (this.#ended || !this.#stream.writable) return true;
    const stream = this.#stream;
    const { body } = batch;
    stream.write(body, this.#window.admit(stream.writableLength + body.length));
    return !this.#window.filled(stream.writableLength);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stream.off('close', this.#onClose);
    this.#stream.end();
  }

  readonly #onClose = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.close('client');
  };
}

import type { WebSocket } from 'ws';
import type { FrameBatch, FrameSink } from '../../dispatch/frame-sink.ts';
import type { SinkEvents } from './sink-events.ts';

/** Normal closure: the stream is at its end, as a response's would be. */
const normalClosure = 1000;

/**
 * A watch over a WebSocket: one text message per event, without its newline. What the client sends is ignored.
 * Bound: `write` answers false while `bufferBytes` or more wait, so at most that and one batch do.
 */
export class WebSocketSink implements FrameSink {
  readonly #socket: WebSocket;
  readonly #events: SinkEvents;
  readonly #bufferBytes: number;
  #blocked = false;
  #ended = false;

  constructor(socket: WebSocket, events: SinkEvents, bufferBytes: number) {
    this.#socket = socket;
    this.#events = events;
    this.#bufferBytes = bufferBytes;
    socket.on('error', this.#onClose);
    socket.once('close', this.#onClose);
  }

  write(batch: FrameBatch): boolean {
    if (this.#ended) return true;
    for (const frame of batch.frames) {
      this.#socket.send(frame.subarray(0, frame.length - 1), { binary: false, compress: false }, this.#onSent);
    }
    this.#blocked = this.#socket.bufferedAmount >= this.#bufferBytes;
    return !this.#blocked;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#socket.close(normalClosure);
  }

  /** Called once per message, when the system has taken it. */
  readonly #onSent = (): void => {
    if (!this.#blocked || this.#ended || this.#socket.bufferedAmount > 0) return;
    this.#blocked = false;
    this.#events.drained();
  };

  readonly #onClose = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.close('client');
  };
}

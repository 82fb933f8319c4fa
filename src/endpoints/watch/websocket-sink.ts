import type { WebSocket } from 'ws';
import type { FrameBatch, FrameSink } from '../../dispatch/frame-sink.ts';
import { SendWindow } from './send-window.ts';
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
  readonly #window: SendWindow;
  #ended = false;

  constructor(socket: WebSocket, events: SinkEvents, bufferBytes: number) {
    this.#socket = socket;
    this.#events = events;
    this.#window = new SendWindow(bufferBytes, () => events.drained());
    socket.on('error', this.#onClose);
    socket.once('close', this.#onClose);
  }

  write(batch: FrameBatch): boolean {
    if (this.#ended) return true;
    const { frames } = batch;
    const last = frames.at(-1);
    for (const frame of frames) {
      const onSent = frame === last ? this.#window.admit(Number.POSITIVE_INFINITY) : undefined;
      this.#socket.send(frame.subarray(0, frame.length - 1), { binary: false, compress: false }, onSent);
    }
    return !this.#window.filled(this.#socket.bufferedAmount);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#socket.close(normalClosure);
  }

  readonly #onClose = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.close('client');
  };
}

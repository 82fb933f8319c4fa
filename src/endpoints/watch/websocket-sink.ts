import type { WebSocket } from 'ws';
import type { FrameBatch, FrameSink } from '../../dispatch/frame-sink.ts';
import { frameLengthBytes } from '../../encoding/protobuf-view.ts';
import { SendWindow } from './send-window.ts';
import type { SinkEvents } from './sink-events.ts';

/** Normal closure: the stream is at its end, as a response's would be. */
const normalClosure = 1000;

/** What of a frame is the message: what tells frames apart in a stream is left out. */
export interface MessageForm {
  readonly binary: boolean;
  readonly leftOutBefore: number;
  readonly leftOutBehind: number;
}

/** JSON ends with a newline, and protobuf begins with its length. */
export const messages = {
  json: { binary: false, leftOutBefore: 0, leftOutBehind: 1 },
  protobuf: { binary: true, leftOutBefore: frameLengthBytes, leftOutBehind: 0 },
} as const satisfies Record<string, MessageForm>;

export interface WebSocketOptions {
  readonly bufferBytes: number;
  readonly message: MessageForm;
}

/**
 * A watch over a WebSocket: one message per event. What the client sends is ignored.
 * Bound: `write` answers false while `bufferBytes` or more wait, so at most that and one batch do.
 */
export class WebSocketSink implements FrameSink {
  readonly #socket: WebSocket;
  readonly #events: SinkEvents;
  readonly #message: MessageForm;
  readonly #window: SendWindow;
  #ended = false;

  constructor(socket: WebSocket, events: SinkEvents, { bufferBytes, message }: WebSocketOptions) {
    this.#socket = socket;
    this.#message = message;
    this.#events = events;
    this.#window = new SendWindow(bufferBytes, () => events.drained());
    socket.on('error', this.#onClose);
    socket.once('close', this.#onClose);
  }

  write(batch: FrameBatch): boolean {
    if (this.#ended) return true;
    const { frames } = batch;
    const { binary, leftOutBefore, leftOutBehind } = this.#message;
    const last = frames.at(-1);
    for (const frame of frames) {
      const onSent = frame === last ? this.#window.admit(Number.POSITIVE_INFINITY) : undefined;
      const message = frame.subarray(leftOutBefore, frame.length - leftOutBehind);
      this.#socket.send(message, { binary, compress: false }, onSent);
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

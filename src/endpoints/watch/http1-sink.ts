import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FrameBatch, FrameSink } from '../../dispatch/frame-sink.ts';
import { SendWindow } from './send-window.ts';
import type { SinkEvents } from './sink-events.ts';

/**
 * A watch over HTTP/1.1: a chunked response that this sink owns to its end.
 *
 * Batches go to the socket as chunks that are ready made and shared by all watchers of a cohort, past the response's own
 * chunking: that is most of what a delivery costs. It is safe while the response has the socket (`response.socket` is
 * null until everything pipelined before it is answered) because node writes through at once then and keeps nothing back;
 * before that, and for HTTP/1.0, the response does its own framing.
 *
 * Bound: `write` answers false while `bufferBytes` or more wait, so at most that and one batch do.
 */
export class Http1Sink implements FrameSink {
  readonly #response: ServerResponse;
  readonly #socket: Socket;
  readonly #events: SinkEvents;
  readonly #window: SendWindow;
  readonly #chunked: boolean;
  /** The response has its socket, and keeps it to its end: what is written to the socket comes next. */
  #direct = false;
  #ended = false;

  /** The head is written already, with `Transfer-Encoding: chunked` if `chunked`, and flushed. */
  constructor(response: ServerResponse, events: SinkEvents, bufferBytes: number, chunked: boolean) {
    this.#response = response;
    this.#socket = response.req.socket;
    this.#events = events;
    this.#window = new SendWindow(bufferBytes, () => events.drained());
    this.#chunked = chunked;
    response.on('error', this.#onClose);
    this.#socket.on('close', this.#onClose);
  }

  write(batch: FrameBatch): boolean {
    if (this.#ended || !this.#socket.writable) return true;
    this.#direct ||= this.#chunked && this.#hasSocket;
    return this.#direct ? this.#writeChunk(batch.chunk) : this.#writeBody(batch.body);
  }

  #writeChunk(chunk: Buffer): boolean {
    const socket = this.#socket;
    socket.write(chunk, this.#window.admit(socket.writableLength + chunk.length));
    return !this.#window.filled(socket.writableLength);
  }

  #writeBody(body: Buffer): boolean {
    const response = this.#response;
    response.write(body, this.#window.admit(response.writableLength + body.length));
    return !this.#window.filled(response.writableLength);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#release();
    this.#response.end();
  }

  get #hasSocket(): boolean {
    return this.#response.socket !== null;
  }

  readonly #onClose = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    this.#release();
    this.#events.close('client');
  };

  /** The socket outlives the response: it may carry the next request. */
  #release(): void {
    this.#socket.off('close', this.#onClose);
  }
}

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FrameBatch, FrameSink } from '../../dispatch/frame-sink.ts';
import type { SinkEvents } from './sink-events.ts';

/**
 * A watch over HTTP/1.1: a chunked response that this sink owns to its end.
 *
 * Batches go to the socket as chunks that are ready made and shared by all watchers of a cohort, past the response's own
 * chunking: that is most of what a delivery costs. It is safe while the response has the socket (`response.socket` is
 * null until everything pipelined before it is answered) because node writes through at once then and keeps nothing back;
 * before that, and for HTTP/1.0, the response does its own framing.
 *
 * Bound: `write` answers false while `bufferBytes` or more wait in the socket, so at most that and one batch do.
 */
export class Http1Sink implements FrameSink {
  readonly #response: ServerResponse;
  readonly #socket: Socket;
  readonly #events: SinkEvents;
  readonly #bufferBytes: number;
  readonly #chunked: boolean;
  /** The response has its socket, and keeps it to its end: what is written to the socket comes next. */
  #direct = false;
  #blocked = false;
  #ended = false;

  /** The head is written already, with `Transfer-Encoding: chunked` if `chunked`, and flushed. */
  constructor(response: ServerResponse, events: SinkEvents, bufferBytes: number, chunked: boolean) {
    this.#response = response;
    this.#socket = response.req.socket;
    this.#events = events;
    this.#bufferBytes = bufferBytes;
    this.#chunked = chunked;
    response.on('drain', this.#onDrain);
    response.on('error', this.#onClose);
    this.#socket.on('drain', this.#onDrain);
    this.#socket.on('close', this.#onClose);
  }

  write(batch: FrameBatch): boolean {
    if (this.#ended || !this.#socket.writable) return true;
    this.#direct ||= this.#chunked && this.#hasSocket;
    const free = this.#direct ? this.#socket.write(batch.chunk) : this.#response.write(batch.body);
    if (free) return true;
    this.#blocked = this.#response.writableLength >= this.#bufferBytes;
    return !this.#blocked;
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

  /** Of the response or of its socket. Before the response has that, what drains there is somebody else's. */
  readonly #onDrain = (): void => {
    if (!this.#blocked || this.#ended || !this.#hasSocket) return;
    this.#blocked = false;
    this.#events.drained();
  };

  readonly #onClose = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    this.#release();
    this.#events.close('client');
  };

  /** The socket outlives the response: it may carry the next request. */
  #release(): void {
    this.#socket.off('drain', this.#onDrain);
    this.#socket.off('close', this.#onClose);
  }
}

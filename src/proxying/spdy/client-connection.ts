import type { Duplex } from 'node:stream';
import { FrameReader, SpdyError } from './frame-reader.ts';
import {
  controlTypes,
  dataHead,
  finFlag,
  goAwayFrame,
  pingFrame,
  rstStreamFrame,
  type StreamHeaders,
  synStreamFrame,
} from './frames.ts';
import { StoredHeaders } from './stored-headers.ts';

/** What becomes of a stream that this side opened. */
export interface StreamListener {
  data(bytes: Buffer): void;
  /** Nothing more comes: the other side ended the stream, reset it, or is gone. Called once. */
  end(): void;
}

export interface ClientStream {
  /** False: what was written waits for the connection's `drained`. */
  write(bytes: Buffer): boolean;
  /** Nothing more will be written. Idempotent. */
  end(): void;
}

export interface ConnectionListener {
  /** What had to wait has been taken. */
  drained(): void;
  /** Called once. undefined: it ended as it should, or was closed from here. */
  closed(error: Error | undefined): void;
}

const cancelled = 5;

/**
 * The client's side of SPDY/3.1 over a connection that has been upgraded to it. Streams share the connection and have no flow
 * control of their own, as in the original: who does not want more of one stops all.
 */
export class SpdyClientConnection {
  readonly #socket: Duplex;
  readonly #listener: ConnectionListener;
  readonly #streams = new Map<number, StreamListener>();
  readonly #headers = new StoredHeaders();
  #nextId = 1;
  #closed = false;

  constructor(socket: Duplex, head: Buffer, listener: ConnectionListener) {
    this.#socket = socket;
    this.#listener = listener;
    const reader = new FrameReader({
      data: (id, bytes, fin) => this.#data(id, bytes, fin),
      control: (type, flags, body) => this.#control(type, flags, body),
    });
    const take = (chunk: Buffer): void => {
      try {
        reader.take(chunk);
      } catch (error) {
        if (!(error instanceof SpdyError)) throw error;
        this.#over(error);
        socket.destroy();
      }
    };
    socket.on('data', take);
    socket.on('drain', () => listener.drained());
    socket.on('error', (error) => this.#over(error));
    socket.on('end', () => {
      this.#over(undefined);
      socket.destroy();
    });
    socket.on('close', () => this.#over(undefined));
    if (head.length > 0) take(head);
  }

  open(headers: StreamHeaders, listener: StreamListener): ClientStream {
    const id = this.#nextId;
    this.#nextId += 2;
    this.#streams.set(id, listener);
    this.#socket.write(synStreamFrame(id, this.#headers.block(headers)));
    let ended = false;
    return {
      write: (bytes) => {
        if (ended || this.#closed) return true;
        return this.#socket.write(Buffer.concat([dataHead(id, bytes.length, false), bytes]));
      },
      end: () => {
        if (ended || this.#closed) return;
        ended = true;
        this.#socket.write(dataHead(id, 0, true));
      },
    };
  }

  /** Reads on, or not, of all streams. */
  pause(paused: boolean): void {
    if (paused) this.#socket.pause();
    else this.#socket.resume();
  }

  /** Says so and closes the connection. Idempotent. */
  close(): void {
    if (this.#closed) return;
    // Whoever does not take what was written before is not told.
    if (this.#socket.writableLength === 0) this.#socket.end(goAwayFrame(0), () => this.#socket.destroy());
    else this.#socket.destroy();
    this.#over(undefined);
  }

  #data(id: number, bytes: Buffer, fin: boolean): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    if (bytes.length > 0) stream.data(bytes);
    if (fin) this.#end(id);
  }

  #control(type: number, flags: number, body: Buffer): void {
    const id = body.length >= 4 ? body.readUInt32BE(0) & 0x7fffffff : 0;
    switch (type) {
      case controlTypes.ping:
        this.#socket.write(pingFrame(id));
        break;
      case controlTypes.synStream:
        // The other side opens none.
        this.#socket.write(rstStreamFrame(id, cancelled));
        break;
      case controlTypes.synReply:
      case controlTypes.headers:
        if ((flags & finFlag) !== 0) this.#end(id);
        break;
      case controlTypes.rstStream:
        this.#end(id);
        break;
    }
  }

  #end(id: number): void {
    const stream = this.#streams.get(id);
    this.#streams.delete(id);
    stream?.end();
  }

  #over(error: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.closed(error);
    for (const id of this.#streams.keys()) this.#end(id);
  }
}

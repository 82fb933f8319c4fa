import type { Duplex } from 'node:stream';
import { constants, createInflate } from 'node:zlib';
import { FrameReader } from '../../src/proxying/spdy/frame-reader.ts';
import { controlTypes, dataHead, finFlag, pingFrame, synReplyFrame } from '../../src/proxying/spdy/frames.ts';
import { StoredHeaders } from '../../src/proxying/spdy/stored-headers.ts';
import { spdyDictionary } from './spdy-dictionary.ts';

/** A stream that a client opened. */
export class ServerStream {
  readonly headers: Readonly<Record<string, string>>;
  /** Told of what comes, and by undefined that nothing more does. What came before is told at once. */
  #listener: ((bytes: Buffer | undefined) => void) | undefined;
  readonly #early: (Buffer | undefined)[] = [];
  readonly #send: (bytes: Buffer, fin: boolean) => boolean;

  constructor(headers: Readonly<Record<string, string>>, send: (bytes: Buffer, fin: boolean) => boolean) {
    this.headers = headers;
    this.#send = send;
  }

  onData(listener: (bytes: Buffer | undefined) => void): void {
    this.#listener = listener;
    for (const bytes of this.#early.splice(0)) listener(bytes);
  }

  take(bytes: Buffer | undefined): void {
    if (this.#listener === undefined) this.#early.push(bytes);
    else this.#listener(bytes);
  }

  /** False: the connection is full. */
  write(text: string | Buffer): boolean {
    return this.#send(Buffer.from(text), false);
  }

  end(text: string | Buffer = ''): void {
    this.#send(Buffer.from(text), true);
  }
}

/** The server's side of SPDY/3.1, as a kubelet has it. */
export class SpdyServerConnection {
  readonly socket: Duplex;
  readonly #streams = new Map<number, ServerStream>();
  readonly #replies = new StoredHeaders();
  readonly #inflate = createInflate({ dictionary: spdyDictionary, finishFlush: constants.Z_SYNC_FLUSH });
  /** Frames are seen to one after the other: headers take their time to be read. */
  #turn = Promise.resolve();

  constructor(socket: Duplex, head: Buffer, opened: (stream: ServerStream) => void) {
    this.socket = socket;
    const reader = new FrameReader({
      data: (id, bytes, fin) => this.#then(() => this.#data(id, bytes, fin)),
      control: (type, flags, body) => this.#then(() => this.#control(type, flags, body, opened)),
    });
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => reader.take(chunk));
    if (head.length > 0) reader.take(head);
  }

  #then(task: () => void | Promise<void>): void {
    this.#turn = this.#turn.then(task);
  }

  #data(id: number, bytes: Buffer, fin: boolean): void {
    const stream = this.#streams.get(id);
    if (bytes.length > 0) stream?.take(bytes);
    if (fin) stream?.take(undefined);
  }

  async #control(type: number, flags: number, body: Buffer, opened: (stream: ServerStream) => void): Promise<void> {
    if (type === controlTypes.ping) this.socket.write(pingFrame(body.readUInt32BE(0)));
    if (type !== controlTypes.synStream) return;
    const id = body.readUInt32BE(0);
    const headers = await this.#headersOf(body.subarray(10));
    const stream = new ServerStream(headers, (bytes, fin) =>
      this.socket.write(Buffer.concat([dataHead(id, bytes.length, fin), bytes])),
    );
    this.#streams.set(id, stream);
    this.socket.write(synReplyFrame(id, this.#replies.block({})));
    opened(stream);
    if ((flags & finFlag) !== 0) stream.take(undefined);
  }

  async #headersOf(block: Buffer): Promise<Record<string, string>> {
    await new Promise<void>((resolve, reject) => {
      this.#inflate.write(block, (error) => (error == null ? resolve() : reject(error)));
    });
    const bytes = this.#inflate.read() as Buffer;
    let at = 4;
    const text = (): string => {
      const length = bytes.readUInt32BE(at);
      at += 4 + length;
      return bytes.toString('utf8', at - length, at);
    };
    const pairs = Array.from({ length: bytes.readUInt32BE(0) }, () => [text(), text()]);
    return Object.fromEntries(pairs) as Record<string, string>;
  }
}

import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { isTls, type Target } from '../target.ts';
import { Dechunker } from './dechunker.ts';
import { MarkerScanner } from './marker.ts';

export type WatchEvents = {
  /** One event of the watch, by the sequence number its object carries. */
  event: (sequence: number) => void;
  /** What the body brought, after the events in it. */
  body?: (part: Buffer) => void;
  /** The stream is over: cleanly, or with what broke it. */
  ended: (error: Error | undefined) => void;
};

export type OpenWatch = {
  readonly bytes: number;
  /** Stops reading: what a client does that hangs. */
  pause(): void;
  resume(): void;
  close(): void;
};

/** Streams one HTTP/2 connection carries: kube-apiserver's own default limit. */
const streamsPerSession = 100;
/** What may wait on one session before Node refuses streams: the bursts of all of them. */
const sessionMegabytes = 1000;

/**
 * Opens watches cheaply: over raw sockets for HTTP/1.1, on shared sessions for HTTP/2, and without parsing an event,
 * so that the client is not what is measured.
 */
export class WatchClient {
  readonly #target: Target;
  readonly #url: URL;
  readonly #context: SecureContext | undefined;
  /** All sockets read into it, one at a time: allocating for each read would be half of what a delivery costs here. */
  readonly #readBuffer = Buffer.allocUnsafeSlow(64 * 1024);
  #sessions: { session: ClientHttp2Session; streams: number }[] = [];

  constructor(target: Target) {
    this.#target = target;
    this.#url = new URL(target.url);
    if (isTls(target)) this.#context = createSecureContext(target.ca === undefined ? {} : { ca: target.ca });
  }

  /** Resolves once the answer's headers have come with status 200. */
  open(path: string, events: WatchEvents): Promise<OpenWatch> {
    return this.#target.protocol === 'http2' ? this.#openHttp2(path, events) : this.#openHttp1(path, events);
  }

  close(): void {
    for (const { session } of this.#sessions) session.destroy();
    this.#sessions = [];
  }

  /** `read` gets bytes that are its own only until it returns. */
  #connect(read: (bytes: Buffer) => void): Socket {
    const port = Number(this.#url.port);
    const host = this.#url.hostname;
    const callback = (count: number, buffer: Uint8Array) => {
      read(Buffer.from(buffer.buffer, buffer.byteOffset, count));
      return true;
    };
    const options = { port, host, noDelay: true, onread: { buffer: this.#readBuffer, callback } };
    if (this.#context === undefined) return connectTcp(options);
    const rejectUnauthorized = this.#target.ca !== undefined;
    const tls = { ...options, secureContext: this.#context, rejectUnauthorized, ALPNProtocols: ['http/1.1'] };
    return connectTls(tls);
  }

  #openHttp1(path: string, events: WatchEvents): Promise<OpenWatch> {
    return new Promise((resolve, reject) => {
      const scanner = new MarkerScanner();
      const dechunker = new Dechunker();
      let head: Buffer | undefined = Buffer.alloc(0);
      let bytes = 0;
      let over = false;
      const end = (error: Error | undefined) => {
        if (over) return;
        over = true;
        socket.destroy();
        reject(error ?? new Error('the connection was closed before it answered'));
        events.ended(error);
      };
      const watch = {
        get bytes() {
          return bytes;
        },
        pause: () => socket.pause(),
        resume: () => socket.resume(),
        close() {
          over = true;
          socket.destroy();
        },
      };
      const payload = (part: Buffer) => {
        scanner.scan(part, events.event);
        events.body?.(part);
      };
      const body = (read: Buffer) => {
        bytes += read.length;
        dechunker.push(read, payload);
        if (dechunker.ended) end(undefined);
      };
      const socket = this.#connect((read) => {
        if (over) return;
        if (head === undefined) return body(read);
        head = Buffer.concat([head, read]);
        const at = head.indexOf('\r\n\r\n');
        if (at === -1) return;
        const status = head.toString('latin1', 9, 12);
        const rest = head.subarray(at + 4);
        head = undefined;
        if (status !== '200') return end(new Error(`watch ${path}: ${status} ${rest.toString('utf8', 0, 300)}`));
        resolve(watch);
        if (rest.length > 0) body(rest);
      });
      socket.on('error', end);
      socket.on('close', () => end(dechunker.ended ? undefined : new Error(`watch ${path}: the connection was cut`)));
      const authorization = this.#target.token === undefined ? '' : `Authorization: Bearer ${this.#target.token}\r\n`;
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: ${this.#url.host}\r\nAccept: application/json\r\n${authorization}\r\n`,
      );
    });
  }

  #session(): ClientHttp2Session {
    const free = this.#sessions.find(({ session, streams }) => streams < streamsPerSession && !session.closed);
    if (free !== undefined) {
      free.streams += 1;
      return free.session;
    }
    const trust = this.#target.ca === undefined ? { rejectUnauthorized: false } : { ca: this.#target.ca };
    const session = connectHttp2(this.#target.url, {
      ...trust,
      maxSessionMemory: sessionMegabytes,
      settings: { initialWindowSize: 1 << 20 },
    });
    session.on('error', () => session.destroy());
    this.#sessions.push({ session, streams: 1 });
    return session;
  }

  #openHttp2(path: string, events: WatchEvents): Promise<OpenWatch> {
    return new Promise((resolve, reject) => {
      const authorization = this.#target.token === undefined ? {} : { authorization: `Bearer ${this.#target.token}` };
      const stream = this.#session().request({ ':path': path, accept: 'application/json', ...authorization });
      const scanner = new MarkerScanner();
      let bytes = 0;
      let over = false;
      const end = (error: Error | undefined) => {
        if (over) return;
        over = true;
        reject(error ?? new Error('the stream was closed before it answered'));
        events.ended(error);
      };
      const watch = {
        get bytes() {
          return bytes;
        },
        pause: () => void stream.pause(),
        resume: () => void stream.resume(),
        close() {
          over = true;
          stream.close();
        },
      };
      stream.on('response', (headers) => {
        if (headers[':status'] === 200) resolve(watch);
        else end(new Error(`watch ${path}: ${headers[':status']}`));
      });
      stream.on('data', (read: Buffer) => {
        bytes += read.length;
        scanner.scan(read, events.event);
        events.body?.(read);
      });
      stream.on('end', () => end(undefined));
      stream.on('error', end);
      stream.on('close', () => end(new Error(`watch ${path}: the stream was cut`)));
    });
  }
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '../base/logger.ts';
import type { Port } from '../config/option-type.ts';
import { serveRequests } from './offered-upgrades.ts';
import type { ServingCertificate } from './tls/serving-certificate.ts';

export type AnyRequest = IncomingMessage | Http2ServerRequest;
export type AnyResponse = ServerResponse | Http2ServerResponse;

/** What a listener does with what arrives. None may throw; `request` and `upgrade` own the answer. */
export interface RequestSink {
  request(request: AnyRequest, response: AnyResponse): void;
  /** Whether this request's offer to become another protocol is accepted; an ordinary request if not. */
  takesUpgrade(request: IncomingMessage): boolean;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface ListenerOptions {
  readonly address: string;
  /** Never 0 here: a listener that is off is not made. */
  readonly port: Port;
  /** undefined: HTTP/1.1 without TLS. */
  readonly certificate: ServingCertificate | undefined;
  /** PEM: whom certificates of clients are checked by. Absent or empty: clients are not asked for any. */
  readonly clientAuthorities?: string;
  readonly maxHeaderBytes: number;
  /** How long a client may take to send a request with its body. Answers have no such limit: a watch lives for hours. */
  readonly requestTimeoutMs: number;
  readonly maxStreamsPerConnection: number;
  readonly sink: RequestSink;
  readonly logger: Logger;
}

/** How long a client may take over its headers; kube-apiserver's ReadHeaderTimeout. */
const headersTimeoutMs = 32_000;
/** How long a connection without a request is kept; kube-apiserver's IdleTimeout. Above what clients keep theirs for. */
const idleTimeoutMs = 90_000;
/** How often the two limits above are looked at. */
const connectionsCheckMs = 5_000;
/** Silence after which TCP asks whether the peer is still there: a dead client's watches end with it. */
const tcpKeepAliveMs = 180_000;
/** What a client may send on one HTTP/2 stream before it must wait; kube-apiserver's. The connection gets this for each stream. */
const streamWindowBytes = 256 * 1024;
/** Node ends an HTTP/2 connection whose queued data pass this: a hundred watches with full buffers stay far below. */
const maxSessionMemoryMiB = 64;

const tcp = { noDelay: true, keepAlive: true, keepAliveInitialDelay: tcpKeepAliveMs };

/**
 * One port: HTTP/1.1, or with a certificate HTTP/2 and HTTP/1.1 as the client prefers. Clients that send their request
 * a byte at a time, or connect and say nothing, are cut off; an answer may take for ever.
 */
export class Listener {
  readonly #server: Server | Http2SecureServer;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Map<ServerHttp2Session, { streams: number }>();
  readonly #secure: boolean;
  readonly #address: string;
  readonly #clientCa: { readonly ca?: string };
  #closed: Promise<void> | undefined;

  private constructor(options: ListenerOptions) {
    const { certificate, sink } = options;
    this.#secure = certificate !== undefined;
    this.#address = options.address;
    this.#clientCa = clientCaOf(options);
    this.#server = certificate === undefined ? plainServer(options) : this.#secureServer(options, certificate);
    const sockets = this.#sockets;
    // One function for all connections: there may be tens of thousands.
    function forget(this: Socket): void {
      sockets.delete(this);
    }
    this.#server.on('connection', (socket: Socket) => {
      if (sockets.has(socket)) return;
      sockets.add(socket);
      socket.on('close', forget);
    });
    serveRequests(this.#server, sink);
  }

  /** @throws {Error} when the address or port cannot be had. */
  static async open(options: ListenerOptions): Promise<Listener> {
    const listener = new Listener(options);
    const server = listener.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port === 'any' ? 0 : options.port, options.address, () => {
        server.off('error', reject);
        resolve();
      });
    });
    server.on('error', (error) => options.logger.error('listener failed', { error }));
    return listener;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    const host = this.#address.includes(':') ? `[${this.#address}]` : this.#address;
    return `${this.#secure ? 'https' : 'http'}://${host}:${this.port}`;
  }

  /** From the next handshake on. */
  useCertificate({ certificate, privateKey }: ServingCertificate): void {
    if ('setSecureContext' in this.#server)
      this.#server.setSecureContext({ cert: certificate, key: privateKey, ...this.#clientCa });
  }

  /** Takes no more connections, tells the open ones to go when they are done, and closes those that are idle. Idempotent. */
  stop(): void {
    if (this.#closed !== undefined) return;
    this.#closed = new Promise((resolve) => this.#server.close(() => resolve()));
    for (const session of this.#sessions.keys()) session.close();
    this.closeIdle();
  }

  /** Closes the HTTP/1.1 connections that wait for a next request. */
  closeIdle(): void {
    if ('closeIdleConnections' in this.#server) this.#server.closeIdleConnections();
  }

  /** Cuts off whoever is still connected, then resolves when nothing is open any more. Idempotent. */
  async close(): Promise<void> {
    this.stop();
    for (const session of this.#sessions.keys()) session.destroy();
    for (const socket of this.#sockets) socket.destroy();
    await this.#closed;
  }

  #secureServer(options: ListenerOptions, { certificate, privateKey }: ServingCertificate): Http2SecureServer {
    const { maxStreamsPerConnection, logger } = options;
    const server = createSecureServer({
      ...tcp,
      allowHTTP1: true,
      cert: certificate,
      key: privateKey,
      minVersion: 'TLSv1.2',
      // Who shows none, or a wrong one, is let in as far as that: what it is worth is decided for each request.
      ...(this.#clientCa.ca !== undefined && { ...this.#clientCa, requestCert: true, rejectUnauthorized: false }),
      handshakeTimeout: headersTimeoutMs,
      maxSessionMemory: maxSessionMemoryMiB,
      settings: {
        maxConcurrentStreams: maxStreamsPerConnection,
        initialWindowSize: streamWindowBytes,
        maxHeaderListSize: options.maxHeaderBytes,
      },
    });
    // Its HTTP/1.1 half reads these from the server object, though its own options know nothing of them.
    Object.assign(server, http1Limits(options));
    server.on('session', (session) => this.#keepSession(session, maxStreamsPerConnection, logger));
    server.on('sessionError', (error: Error) => logger.debug('HTTP/2 connection failed', { error }));
    server.on('tlsClientError', (error: Error) => logger.debug('TLS handshake failed', { error }));
    return server;
  }

  #keepSession(session: ServerHttp2Session, maxStreams: number, logger: Logger): void {
    const state = { streams: 0 };
    this.#sessions.set(session, state);
    session.once('close', () => this.#sessions.delete(session));
    session.on('error', (error) => logger.debug('HTTP/2 connection failed', { error }));
    session.setLocalWindowSize(Math.min(streamWindowBytes * maxStreams, 2 ** 31 - 1));
    session.on('stream', (stream) => {
      state.streams += 1;
      stream.once('close', () => (state.streams -= 1));
    });
    // A connection that carries only quiet watches is silent too, and stays.
    session.setTimeout(idleTimeoutMs, () => {
      if (state.streams === 0) session.close();
    });
  }
}

const clientCaOf = ({ clientAuthorities = '' }: ListenerOptions): { readonly ca?: string } =>
  clientAuthorities === '' ? {} : { ca: clientAuthorities };

const http1Limits = (options: ListenerOptions) => ({
  maxHeaderSize: options.maxHeaderBytes,
  // Headers beyond a number are dropped without a word, whatever they say; their bytes are bounded already.
  maxHeadersCount: 0,
  headersTimeout: Math.min(headersTimeoutMs, options.requestTimeoutMs),
  requestTimeout: options.requestTimeoutMs,
  keepAliveTimeout: idleTimeoutMs,
  connectionsCheckingInterval: Math.min(connectionsCheckMs, options.requestTimeoutMs),
});

function plainServer(options: ListenerOptions): Server {
  const limits = http1Limits(options);
  // The number of headers is no option.
  return Object.assign(createServer({ ...tcp, ...limits }), limits);
}

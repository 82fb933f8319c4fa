import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type KeyPair, makeCertificates } from './certificates.ts';
import { type ServerStream, SpdyServerConnection } from './spdy-server.ts';

/** An exec or an attach as its command sees it. */
export interface KubeletCommand {
  /** `/exec/default/web/main?command=sh&input=1` */
  readonly url: string;
  readonly stdin: ServerStream | undefined;
  readonly stdout: ServerStream | undefined;
  readonly stderr: ServerStream | undefined;
  readonly resize: ServerStream | undefined;
  readonly connection: SpdyServerConnection;
  /** Ends all that was said, and then the command. */
  readonly exit: (code: number) => void;
}

export type KubeletHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** A small kubelet on loopback, over TLS with a certificate of its own authority: answers as its test says. */
export class TestKubelet {
  /** What was asked of it, in order: `GET /containerLogs/default/web/main?follow=true`. */
  readonly asked: string[] = [];
  /** PEM: what its certificate is checked by. */
  readonly authority: string;
  /** What answers requests that ask for no other protocol. */
  answer: KubeletHandler = (_request, response) => response.writeHead(404).end('404 page not found\n');
  /** What a command does. */
  command: (command: KubeletCommand) => void = ({ exit }) => exit(0);
  /** What listens at a port of a pod. */
  listening: (port: number, data: ServerStream, error: ServerStream) => void = (_port, data) => data.end();
  /** Hears offers of another protocol and says nothing; told of each. */
  deaf: ((socket: Duplex) => void) | undefined;
  /** What is answered to offers of another protocol, in the place of accepting them. */
  refusal = '';
  /** What was offered, with what each of them said of protocols: `SPDY/3.1 v4.channel.k8s.io`. */
  readonly offered: string[] = [];
  /** The streams' protocol that is chosen, of those that are offered. */
  protocol = 'v4.channel.k8s.io';
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor({ cert, key }: KeyPair, authority: string, client?: string) {
    this.authority = authority;
    this.#server = createServer({
      cert,
      key,
      ...(client === undefined ? {} : { ca: client, requestCert: true, rejectUnauthorized: true }),
    });
    this.#server.on('secureConnection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.asked.push(`${request.method} ${request.url}`);
      const { upgrade = '' } = request.headers;
      const versions = request.headers['x-stream-protocol-version'] ?? request.headers['sec-websocket-protocol'] ?? '';
      this.offered.push(`${upgrade} ${String(versions)}`);
      if (this.deaf !== undefined) {
        socket.resume();
        this.deaf(socket);
      } else if (this.refusal !== '') socket.end(this.refusal);
      else if (upgrade === 'SPDY/3.1') this.#accept(request, socket, head);
      else this.webSocket(request, socket, head);
    });
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.asked.push(`${request.method} ${request.url}`);
      this.answer(request, response);
    });
  }

  /** `clients`: those that may ask show a certificate of its authority. */
  static async open({ clients = false } = {}): Promise<TestKubelet & { readonly client: KeyPair }> {
    const { ca, server, client } = await makeCertificates();
    const kubelet = new TestKubelet(server, ca, clients ? ca : undefined);
    kubelet.#server.listen(0, '127.0.0.1');
    await once(kubelet.#server, 'listening');
    return Object.assign(kubelet, { client });
  }

  /** What becomes of an offer that is not SPDY. */
  webSocket = (_request: IncomingMessage, socket: Duplex, _head: Buffer): void => void socket.destroy();

  #accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { url = '' } = request;
    const forward = url.startsWith('/portForward/');
    const protocol = forward ? 'portforward.k8s.io' : this.protocol;
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: SPDY/3.1'];
    socket.write(`${[...lines, `X-Stream-Protocol-Version: ${protocol}`].join('\r\n')}\r\n\r\n`);
    const streams = new Map<string, ServerStream>();
    const query = new URLSearchParams(url.slice(url.indexOf('?')));
    const wanted = [
      'error',
      ...(query.has('input') ? ['stdin'] : []),
      ...(query.has('output') ? ['stdout'] : []),
      ...(query.has('error') && !query.has('tty') ? ['stderr'] : []),
      ...(query.has('tty') ? ['resize'] : []),
    ];
    const connection: SpdyServerConnection = new SpdyServerConnection(socket, head, (stream) => {
      const { streamtype = '', port = '', requestid = '' } = stream.headers;
      if (forward) {
        const other = streams.get(requestid);
        if (other === undefined) streams.set(requestid, stream);
        else this.listening(Number(port), stream, other);
        return;
      }
      streams.set(streamtype, stream);
      if (streams.size === wanted.length) this.#run(url, streams, connection);
    });
  }

  #run(url: string, streams: ReadonlyMap<string, ServerStream>, connection: SpdyServerConnection): void {
    const [stdin, stdout, stderr, resize] = ['stdin', 'stdout', 'stderr', 'resize'].map((name) => streams.get(name));
    const exit = (code: number): void => {
      stdout?.end();
      stderr?.end();
      const status =
        code === 0
          ? { metadata: {}, status: 'Success' }
          : {
              metadata: {},
              status: 'Failure',
              reason: 'NonZeroExitCode',
              message: `command terminated with exit code ${code}`,
              details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
            };
      const says = /^v[45]/.test(this.protocol) ? JSON.stringify(status) : code === 0 ? '' : `exit code ${code}`;
      streams.get('error')?.end(says);
    };
    this.command({ url, stdin, stdout, stderr, resize, connection, exit });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Resolves when all of its connections have been closed by somebody else. */
  async abandoned(): Promise<void> {
    for (const socket of this.#sockets) await once(socket, 'close');
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

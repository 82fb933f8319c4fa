import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type KeyPair, makeCertificates } from './certificates.ts';

export type KubeletHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** A small kubelet on loopback, over TLS with a certificate of its own authority: answers as its test says. */
export class TestKubelet {
  /** What was asked of it, in order: `GET /containerLogs/default/web/main?follow=true`. */
  readonly asked: string[] = [];
  /** PEM: what its certificate is checked by. */
  readonly authority: string;
  /** What answers requests that ask for no other protocol. */
  answer: KubeletHandler = (_request, response) => response.writeHead(404).end('404 page not found\n');
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

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ScriptedObject {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly resourceVersion: string };
  readonly [field: string]: unknown;
}

/** One request, which waits for the test to answer it. */
export class Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly #response: ServerResponse;
  #streams = false;

  constructor(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '', 'http://scripted');
    this.method = request.method ?? '';
    this.path = url.pathname;
    this.query = url.searchParams;
    this.#response = response;
  }

  /** Resolves when the client has gone, or the answer is complete. */
  get closed(): Promise<void> {
    return new Promise((resolve) => this.#response.once('close', resolve));
  }

  json(body: unknown, code = 200, headers: Record<string, string> = {}): void {
    this.#response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  refuse(code: number, reason: string, details: object = {}): void {
    this.json({ kind: 'Status', status: 'Failure', message: `refused: ${reason}`, reason, code, details }, code);
  }

  text(code: number, text: string): void {
    this.#response.writeHead(code).end(text);
  }

  /** Events of a watch, each in a write of its own; the answer stays open. */
  events(...events: (readonly [string, unknown])[]): this {
    if (!this.#streams) this.#response.writeHead(200, { 'content-type': 'application/json' });
    this.#streams = true;
    for (const [type, object] of events) this.#response.write(`${JSON.stringify({ type, object })}\n`);
    return this;
  }

  /** Bytes of a watch as they are. */
  raw(text: string | Buffer): this {
    this.events();
    this.#response.write(text);
    return this;
  }

  end(): void {
    this.#response.end();
  }

  /** In the middle of whatever was sent. */
  cut(): void {
    this.#response.destroy();
  }
}

/** An API server that says what the test lets it say, to one request after the other. */
export class ScriptedApi {
  readonly url: string;
  readonly #server: Server;
  readonly #come: Exchange[] = [];
  readonly #wanted: ((exchange: Exchange) => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      const exchange = new Exchange(request, response);
      const wanted = this.#wanted.shift();
      if (wanted === undefined) this.#come.push(exchange);
      else wanted(exchange);
    });
  }

  static async open(): Promise<ScriptedApi> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ScriptedApi(server);
  }

  /** The next request, as soon as it comes. */
  next(): Promise<Exchange> {
    const come = this.#come.shift();
    if (come !== undefined) return Promise.resolve(come);
    return new Promise((resolve) => this.#wanted.push(resolve));
  }

  /** Requests that came and were not taken. */
  get waiting(): number {
    return this.#come.length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export const scripted = (name: string, resourceVersion: number, more: object = {}): ScriptedObject => ({
  metadata: { name, namespace: 'default', resourceVersion: String(resourceVersion) },
  ...more,
});

export const bookmark = (resourceVersion: number, isEndOfState = false): readonly [string, object] => [
  'BOOKMARK',
  {
    metadata: {
      resourceVersion: String(resourceVersion),
      ...(isEndOfState && { annotations: { 'k8s.io/initial-events-end': 'true' } }),
    },
  },
];

import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Logger } from '../base/logger.ts';
import type { Bindings } from '../endpoints/bindings.ts';
import type { AnyRequest, AnyResponse, RequestSink } from './listener.ts';

type Fetch = (request: Request, bindings: Bindings) => Response | Promise<Response>;

/** What the app answers with when it has written to the socket by itself. One object for all requests: never changed. */
export const alreadySent: Response = RESPONSE_ALREADY_SENT;

/**
 * Between node's servers and the app: turns what arrives into a Request, and counts what is under way, so that a shutdown
 * can wait for it. A request is under way until its connection or stream is closed or its answer is complete.
 */
export class Requests implements RequestSink {
  readonly #fetch: Fetch;
  readonly #logger: Logger;
  readonly #listener: ReturnType<typeof getRequestListener>;
  #underWay = 0;
  #idle: (() => void)[] = [];

  constructor(fetch: Fetch, logger: Logger) {
    this.#fetch = fetch;
    this.#logger = logger;
    this.#listener = getRequestListener((request, bindings) => fetch(request, bindings));
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Resolves when nothing is under way; at once if nothing is. */
  idle(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  request(request: AnyRequest, response: AnyResponse): void {
    this.#underWay += 1;
    response.on('close', this.#leave);
    void this.#listener(request, response);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#underWay += 1;
    socket.on('close', this.#leave);
    socket.on('error', (error) => this.#logger.debug('upgraded connection failed', { error }));
    void this.#answerUpgrade(request, socket, head);
  }

  readonly #leave = (): void => {
    this.#underWay -= 1;
    if (this.#underWay > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  };

  /** The app takes the connection over, or refuses with an ordinary answer, after which the connection is closed. */
  async #answerUpgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      const answer = await this.#fetch(requestOf(incoming), { incoming, upgrade: { socket, head } });
      if (answer === alreadySent) return;
      const response = new ServerResponse(incoming);
      response.shouldKeepAlive = false;
      response.assignSocket(socket as Socket);
      const body = Buffer.from(await answer.arrayBuffer());
      const headers = { ...Object.fromEntries(answer.headers), 'content-length': body.length };
      response.writeHead(answer.status, headers);
      response.end(body, () => socket.end());
    } catch (error) {
      this.#logger.error('an upgrade was not answered', { error });
      socket.destroy();
    }
  }
}

function requestOf({ method = 'GET', url = '/', headers, rawHeaders }: IncomingMessage): Request {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  }
  return new Request(new URL(url, `http://${headers.host ?? 'localhost'}`), { method, headers: pairs });
}

import { type IncomingMessage, ServerResponse } from 'node:http';
import { Http2ServerRequest } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Logger } from '../base/logger.ts';
import { asksToConnect } from '../endpoints/asks-to-connect.ts';
import type { Bindings } from '../endpoints/bindings.ts';
import { RequestLine } from '../endpoints/request-line.ts';
import { asksForWebSocket } from '../endpoints/watch/upgrade.ts';
import type { AnyRequest, AnyResponse, RequestSink } from './listener.ts';
import { presentedCertificate } from './tls/presented-certificate.ts';

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
  readonly #asksForCertificates: boolean;
  #underWay = 0;
  #idle: (() => void)[] = [];

  /** `asksForCertificates`: clients may show who they are when they connect. */
  constructor(fetch: Fetch, logger: Logger, asksForCertificates = false) {
    this.#fetch = fetch;
    this.#logger = logger;
    this.#asksForCertificates = asksForCertificates;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Resolves when nothing is under way; at once if nothing is. */
  idle(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  request(incoming: AnyRequest, outgoing: AnyResponse): void {
    this.#underWay += 1;
    outgoing.on('close', this.#leave);
    const line = lineOf(incoming);
    showReadable(incoming);
    const fetch = incoming.method === 'HEAD' ? this.#fetchHead : this.#fetch;
    const answer = getRequestListener((request, bindings) =>
      fetch(request, { ...bindings, line, ...this.#shownBy(incoming) }),
    );
    void answer(incoming, outgoing);
  }

  takesUpgrade(incoming: IncomingMessage): boolean {
    const line = lineOf(incoming);
    return asksForWebSocket(line, incoming.headers) || asksToConnect(line, incoming.headers);
  }

  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#underWay += 1;
    socket.on('close', this.#leave);
    socket.on('error', (error) => this.#logger.debug('upgraded connection failed', { error }));
    void this.#answerUpgrade(incoming, socket, head);
  }

  /** Hono answers a HEAD by a copy of the answer, in which what says that all has been written is not found again. */
  readonly #fetchHead: Fetch = async (request, bindings) => {
    const answer = await this.#fetch(request, bindings);
    return bindings.outgoing?.headersSent === true ? alreadySent : answer;
  };

  readonly #leave = (): void => {
    this.#underWay -= 1;
    if (this.#underWay > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  };

  #shownBy(incoming: AnyRequest): Pick<Bindings, 'certificate'> {
    return this.#asksForCertificates ? { certificate: () => presentedCertificate(incoming) } : {};
  }

  /** The app takes the connection over, or refuses with an ordinary answer, after which the connection is closed. */
  async #answerUpgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      const bindings = { line: lineOf(incoming), incoming, upgrade: { socket, head }, ...this.#shownBy(incoming) };
      const answer = await this.#fetch(requestOf(incoming), bindings);
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

function lineOf(incoming: AnyRequest): RequestLine {
  const { method = '', url = '' } = incoming;
  if (incoming instanceof Http2ServerRequest) return new RequestLine(method, url, incoming.authority);
  const problem = hasOneHost(incoming) ? undefined : 'too many Host headers';
  return new RequestLine(method, url, incoming.headers.host, problem);
}

/** Or none. Node hands out the first and drops the others. */
function hasOneHost({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts <= 1;
}

/**
 * The adapter makes a URL of what it is given, and answers by itself, with nothing, what it cannot make one of. What was
 * asked for is read before, and the adapter is shown what it can always read.
 */
function showReadable(incoming: AnyRequest): void {
  incoming.url = '/';
  if (incoming instanceof Http2ServerRequest)
    Object.assign(incoming.headers, { ':authority': 'localhost', ':scheme': 'https' });
  else incoming.headers.host = 'localhost';
}

/** Method and URL are those of any request: what was asked for is in the request line. */
function requestOf({ rawHeaders }: IncomingMessage): Request {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  }
  return new Request('http://localhost/', { headers: pairs });
}

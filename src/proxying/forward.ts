import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { type Duplex, pipeline, type Readable } from 'node:stream';
import { createDeflateRaw, createGunzip, createGzip, createInflateRaw } from 'node:zlib';
import { authorityOf, type Destination } from './destination.ts';
import { answerHeaders, requestHeaders } from './forwarded-headers.ts';
import { HtmlLinks } from './html-links.ts';
import { type LinkRewriting, rewrittenLink } from './link-rewriting.ts';

export interface Forwarding {
  readonly incoming: IncomingMessage | Http2ServerRequest;
  readonly outgoing: ServerResponse | Http2ServerResponse;
  readonly destination: Destination;
  readonly method: string;
  /** What the client calls this server. */
  readonly host: string;
  /** Beside those that the client sent. */
  readonly moreHeaders: Readonly<Record<string, string>>;
  /** Beside those of the answer. */
  readonly answerHeaders: Readonly<Record<string, string>>;
  /** Absent: links of answers stay as they are. */
  readonly links?: LinkRewriting;
}

/**
 * Sends a request on and its answer back, each as it comes and no faster than it is taken. Resolves when the answer has begun;
 * an answer that breaks off after that cuts the client off. When the client goes, the request ends.
 * Rejects with the system's error when there is no answer.
 */
export async function forward(forwarding: Forwarding): Promise<void> {
  const { incoming, outgoing, destination, method } = forwarding;
  const chunked = hasBodyOfUnknownLength(incoming);
  const headers = requestHeaders({
    headers: incoming.rawHeaders,
    host: forwarding.host === '' ? authorityOf(destination) : forwarding.host,
    clientAddress: incoming.socket?.remoteAddress,
    chunked,
    more: forwarding.moreHeaders,
  });
  // Node would announce a body in pieces, of which there are none.
  if (!chunked && incoming.headers['content-length'] === undefined && !bodiless.has(method)) {
    headers.push('Content-Length', '0');
  }
  const request = destination.transport.request(destination, { method, headers });
  const leave = (): void => void request.destroy();
  // Whoever sees to a request listens for its end, and what follows does so for each step that its answer passes.
  outgoing.setMaxListeners(maxListeners);
  outgoing.once('close', leave);
  if (outgoing.destroyed) leave();
  sendBody(incoming, request, chunked);
  const answer = await answerTo(request);
  sendAnswer(answer, forwarding);
}

const maxListeners = 24;

const bodiless = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE']);

function hasBodyOfUnknownLength(incoming: Forwarding['incoming']): boolean {
  if (incoming.headers['content-length'] !== undefined) return false;
  if (incoming.headers['transfer-encoding'] !== undefined) return true;
  return 'stream' in incoming && !incoming.stream.endAfterHeaders;
}

function sendBody(incoming: Readable & Forwarding['incoming'], request: ClientRequest, chunked: boolean): void {
  if (!chunked && (incoming.headers['content-length'] ?? '0') === '0') {
    request.end();
    return;
  }
  incoming.pipe(request);
  incoming.once('error', () => request.destroy());
  // Nobody takes the rest of it: the client may as well know.
  request.once('close', () => incoming.unpipe(request));
}

function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.once('response', resolve);
    request.once('upgrade', ({ headers }, socket) => {
      socket.destroy();
      reject(new Error(`backend tried to switch protocol "${headers.upgrade ?? ''}" when "" was requested`));
    });
  });
}

function sendAnswer(answer: IncomingMessage, { incoming, outgoing, links, ...forwarding }: Forwarding): void {
  const headers = answerHeaders(answer.rawHeaders);
  const [location] = headers['location'] ?? [];
  if (links !== undefined && location !== undefined) headers['location'] = [rewrittenLink(location, links)];
  const steps = links === undefined || location !== undefined ? [] : stepsOf(headers, links);
  if (steps.length > 0) delete headers['content-length'];
  const common = Object.entries(forwarding.answerHeaders).map(([name, value]): [string, string[]] => {
    const own = headers[name.toLowerCase()] ?? [];
    return [name.toLowerCase(), [value, ...own]];
  });
  outgoing.writeHead(answer.statusCode ?? 502, { ...headers, ...Object.fromEntries(common) });
  pipeline([answer, ...steps, outgoing], () => {
    // The client still sends what nobody takes any more: its connection is of no further use.
    if (!incoming.complete) leave(incoming);
  });
}

function leave(incoming: Forwarding['incoming']): void {
  if ('stream' in incoming) incoming.stream.close();
  else incoming.socket.destroySoon();
}

/** What an answer passes on its way: its links are only to be seen in plain text. */
function stepsOf(headers: Record<string, string[]>, links: LinkRewriting): Duplex[] {
  const [type = ''] = headers['content-type'] ?? [];
  if (type.split(';', 1)[0]?.trim() !== 'text/html') return [];
  const html = new HtmlLinks((link) => rewrittenLink(link, links));
  const [encoding = ''] = headers['content-encoding'] ?? [];
  if (encoding === '') return [html];
  if (encoding === 'gzip') return [createGunzip(), html, createGzip()];
  if (encoding === 'deflate') return [createInflateRaw(), html, createDeflateRaw()];
  return [];
}

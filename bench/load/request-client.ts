import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { isTls, type Target } from '../target.ts';
import { MarkerScanner } from './marker.ts';

export type Reply = {
  readonly status: number;
  readonly bytes: number;
  /** How many objects the body holds, by their markers. */
  readonly objects: number;
  /** The whole body, if it was asked for or is an error. */
  readonly text: string;
  /** The header of this name, in milliseconds: when to ask again. */
  readonly retryAfterMs: number | undefined;
};

type Ask = {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly keep?: boolean;
  readonly accept?: string | undefined;
  /** Of the body; absent: JSON. */
  readonly contentType?: string | undefined;
};

/**
 * Requests over kept-alive connections, at most `concurrency` of them. Bodies are counted, not kept. A request rejects when
 * nothing has come for `patienceMs`.
 */
export class RequestClient {
  readonly #target: Target;
  readonly #patienceMs: number;
  readonly #agent: HttpAgent;
  readonly #session: ClientHttp2Session | undefined;

  constructor(target: Target, concurrency: number, patienceMs: number) {
    this.#target = target;
    this.#patienceMs = patienceMs;
    const pool = { keepAlive: true, maxSockets: concurrency, timeout: patienceMs };
    const trust = target.ca === undefined ? { rejectUnauthorized: false } : { ca: target.ca };
    this.#agent = isTls(target) ? new HttpsAgent({ ...pool, ...trust }) : new HttpAgent(pool);
    if (target.protocol === 'http2') {
      this.#session = connectHttp2(target.url, {
        ...trust,
        // In megabytes: several whole lists may wait here to be counted.
        maxSessionMemory: 1000,
        settings: { initialWindowSize: 8 << 20 },
      });
      // Only once connected: before, the session has no handle to set it on.
      this.#session.once('connect', (session) => session.setLocalWindowSize(32 << 20));
    }
  }

  send(ask: Ask): Promise<Reply> {
    const headers: Record<string, string> = { accept: ask.accept ?? 'application/json' };
    if (ask.body !== undefined) headers['content-type'] = ask.contentType ?? 'application/json';
    if (this.#target.token !== undefined) headers['authorization'] = `Bearer ${this.#target.token}`;
    return this.#session === undefined ? this.#sendHttp1(ask, headers) : this.#sendHttp2(this.#session, ask, headers);
  }

  close(): void {
    this.#agent.destroy();
    this.#session?.destroy();
  }

  #sendHttp1(ask: Ask, headers: Record<string, string>): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.#target.url);
      const options = { hostname, port, path: ask.path, method: ask.method, headers, agent: this.#agent };
      if (ask.body !== undefined) headers['content-length'] = String(Buffer.byteLength(ask.body));
      const request = isTls(this.#target) ? httpsRequest(options) : httpRequest(options);
      request.on('response', (response) => {
        const { statusCode = 0, headers } = response;
        read(response, { status: statusCode, retryAfter: headers['retry-after'] }, ask).then(resolve, reject);
      });
      request.on('timeout', () => request.destroy(this.#unanswered(ask)));
      request.on('error', reject);
      request.end(ask.body);
    });
  }

  #sendHttp2(session: ClientHttp2Session, ask: Ask, headers: Record<string, string>): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const stream = session.request({ ...headers, ':path': ask.path, ':method': ask.method });
      stream.on('response', ({ ':status': status = 0, 'retry-after': retryAfter }) => {
        read(stream, { status, retryAfter }, ask).then(resolve, reject);
      });
      stream.setTimeout(this.#patienceMs, () => stream.destroy(this.#unanswered(ask)));
      stream.on('error', reject);
      stream.end(ask.body);
    });
  }

  #unanswered({ method, path }: Ask): Error {
    return new Error(`${method} ${path}: nothing came for ${this.#patienceMs} ms`);
  }
}

type Head = { readonly status: number; readonly retryAfter: string | undefined };

function read(body: Readable, { status, retryAfter }: Head, ask: Ask): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const scanner = new MarkerScanner();
    const keep = ask.keep === true || status >= 400;
    const parts: Buffer[] = [];
    let bytes = 0;
    let objects = 0;
    body.on('data', (part: Buffer) => {
      bytes += part.length;
      scanner.scan(part, () => objects++);
      if (keep) parts.push(part);
    });
    const retryAfterMs = retryAfter === undefined ? undefined : Number(retryAfter) * 1000;
    body.on('end', () =>
      resolve({ status, bytes, objects, text: Buffer.concat(parts).toString('utf8'), retryAfterMs }),
    );
    body.on('error', reject);
  });
}

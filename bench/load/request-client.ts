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
};

type Ask = { readonly method: string; readonly path: string; readonly body?: string; readonly keep?: boolean };

/** Requests over kept-alive connections, at most `concurrency` of them. Bodies are counted, not kept. */
export class RequestClient {
  readonly #target: Target;
  readonly #agent: HttpAgent;
  readonly #session: ClientHttp2Session | undefined;

  constructor(target: Target, concurrency: number) {
    this.#target = target;
    const pool = { keepAlive: true, maxSockets: concurrency };
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
    const headers: Record<string, string> = { accept: 'application/json' };
    if (ask.body !== undefined) headers['content-type'] = 'application/json';
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
        read(response, response.statusCode ?? 0, ask).then(resolve, reject);
      });
      request.on('error', reject);
      request.end(ask.body);
    });
  }

  #sendHttp2(session: ClientHttp2Session, ask: Ask, headers: Record<string, string>): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const stream = session.request({ ...headers, ':path': ask.path, ':method': ask.method });
      stream.on('response', ({ ':status': status = 0 }) => {
        read(stream, status, ask).then(resolve, reject);
      });
      stream.on('error', reject);
      stream.end(ask.body);
    });
  }
}

function read(body: Readable, status: number, ask: Ask): Promise<Reply> {
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
    body.on('end', () => resolve({ status, bytes, objects, text: Buffer.concat(parts).toString('utf8') }));
    body.on('error', reject);
  });
}

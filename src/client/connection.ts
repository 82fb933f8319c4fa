import { Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import { type FailureStatus, ResponseError } from './response-error.ts';

export interface ConnectionOptions {
  /** `http://127.0.0.1:8080`, `https://…` */
  readonly url: string;
  /** PEM by which the server's certificate is checked. Default: what Node trusts. */
  readonly ca?: string | undefined;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string | undefined;
  /** PEM of a client certificate, and its key. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** How the server knows the program in its logs and in managedFields. Default: crowsnest-client. */
  readonly userAgent?: string | undefined;
  /** Told of what a server says beside its answer: a deprecated version, a field that is not known. */
  readonly onWarning?: ((text: string) => void) | undefined;
}

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From `/`, with its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
}

/** HTTP to one server: connections that are kept, and answers that are errors as such. */
export class Connection {
  readonly #url: URL;
  readonly #agent: Agent;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #onWarning: ((text: string) => void) | undefined;
  readonly #closing = new AbortController();

  /** @throws {TypeError} when the url is none */
  constructor({ url, ca, cert, key, token, userAgent = 'crowsnest-client', onWarning }: ConnectionOptions) {
    this.#url = new URL(url);
    const tls = {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
    };
    this.#agent =
      this.#url.protocol === 'https:' ? new TlsAgent({ keepAlive: true, ...tls }) : new Agent({ keepAlive: true });
    this.#headers = {
      accept: 'application/json',
      'user-agent': userAgent,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    this.#onWarning = onWarning;
  }

  /** Aborted by `close`. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /** Breaks off what is under way, and lets go of the connections. Idempotent. */
  close(): void {
    this.#closing.abort(new Error('the client was closed'));
    this.#agent.destroy();
  }

  /**
   * The answer's JSON; undefined for an empty one.
   * @throws {ResponseError} when the server refuses
   */
  async json(call: HttpCall): Promise<unknown> {
    const text = await textOf(await this.open(call));
    return text === '' ? undefined : JSON.parse(text);
  }

  /**
   * An answer whose body is still to come, with the encoding utf8.
   * @throws {ResponseError} when the server refuses
   */
  async open(call: HttpCall): Promise<IncomingMessage> {
    const answer = await this.#send(call, true);
    for (const warning of warningsIn(answer.headers)) this.#onWarning?.(warning);
    const { statusCode = 0 } = answer;
    if (statusCode >= 200 && statusCode < 300) return answer;
    throw refusal(statusCode, await textOf(answer), answer.headers);
  }

  /** `again`: a kept connection may have been closed just then by the server; what only reads is sent once more. */
  #send(call: HttpCall, again: boolean): Promise<IncomingMessage> {
    const { method, path, body, contentType = 'application/json', signal } = call;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const send = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const reason = () => signal?.reason ?? this.closed.reason;
      if (signal?.aborted || this.closed.aborted) return reject(reason());
      const request = send(new URL(path, this.#url), {
        agent: this.#agent,
        method,
        headers: {
          ...this.#headers,
          ...(text !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(text) }),
        },
      });
      const abort = () => request.destroy(reason());
      for (const each of [signal, this.closed]) each?.addEventListener('abort', abort);
      request.once('close', () => {
        for (const each of [signal, this.closed]) each?.removeEventListener('abort', abort);
      });
      request.once('response', (answer) => resolve(answer.setEncoding('utf8')));
      request.on('error', (error: NodeJS.ErrnoException) => {
        const stale = request.reusedSocket && error.code === 'ECONNRESET' && method === 'GET';
        if (stale && again) resolve(this.#send(call, false));
        else reject(error);
      });
      request.end(text);
    });
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of answer) text += piece as string;
  return text;
}

function refusal(code: number, text: string, headers: IncomingHttpHeaders): ResponseError {
  const seconds = Number(headers['retry-after']);
  const retryAfterMs = seconds > 0 ? seconds * 1000 : undefined;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return new ResponseError(code, text, retryAfterMs);
  }
  const isStatus = typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'Status';
  return new ResponseError(code, isStatus ? (body as FailureStatus) : text, retryAfterMs);
}

/** `299 - "text"`, with `\` before quotes. */
function warningsIn(headers: IncomingHttpHeaders): readonly string[] {
  const all = headers['warning'] as string | readonly string[] | undefined;
  if (all === undefined) return [];
  return [...String(all).matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replaceAll(/\\(.)/g, '$1'),
  );
}

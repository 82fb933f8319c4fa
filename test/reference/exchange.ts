import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { parse } from 'yaml';
import { opened } from '../support/protobuf-answers.ts';

/** One request, told so that two servers can be sent the same. */
export interface Request {
  readonly method: string;
  /** With its query; sent as it stands. */
  readonly path: string;
  readonly accept?: string | undefined;
  readonly contentType?: string | undefined;
  /** Sent as JSON, unless it is text. */
  readonly body?: unknown;
}

/** What a client sees of an answer, as far as it is compared. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** As JSON where it is JSON, else text. Absent when there is none. */
  readonly body?: unknown;
}

/** What an API server says beside the body. Dates, lengths and identifiers of requests tell nothing. */
const comparedHeaders = ['content-type', 'warning', 'allow', 'location', 'retry-after', 'cache-control'];

/** No answer of an API server to these requests takes so long. */
const timeoutMs = 30_000;

/** A server to put questions to, on connections of its own. */
export class Exchange {
  readonly #base: URL;
  readonly #token: string | undefined;
  readonly #agent: HttpAgent;
  readonly #request: typeof httpRequest;

  /** Certificates are not checked: it is for servers on loopback. */
  constructor(url: string, token?: string) {
    this.#base = new URL(url);
    this.#token = token;
    const secure = this.#base.protocol === 'https:';
    this.#agent = secure
      ? new HttpsAgent({ keepAlive: true, rejectUnauthorized: false })
      : new HttpAgent({ keepAlive: true });
    this.#request = secure ? httpsRequest : httpRequest;
  }

  /** @throws when there is no whole answer. */
  ask({ method, path, accept = 'application/json', contentType, body }: Request): Promise<Answer> {
    const bytes = body === undefined ? undefined : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const type = contentType ?? (bytes === undefined ? undefined : 'application/json');
    return new Promise((resolve, reject) => {
      const request = this.#request(
        {
          host: this.#base.hostname,
          port: this.#base.port,
          agent: this.#agent,
          method,
          path,
          timeout: timeoutMs,
          headers: {
            'user-agent': 'reference/v1',
            ...(accept === '' ? {} : { accept }),
            ...(type === undefined || type === '' ? {} : { 'content-type': type }),
            ...(bytes === undefined ? {} : { 'content-length': bytes.length }),
            ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const headers: Record<string, string> = {};
            for (const name of comparedHeaders) {
              const value = response.headers[name];
              if (value !== undefined) headers[name] = String(value);
            }
            const bytes = Buffer.concat(chunks);
            const told = bytes.length === 0 ? {} : { body: parsed(bytes, headers['content-type'] ?? '') };
            resolve({ status: response.statusCode ?? 0, headers, ...told });
          });
        },
      );
      request.on('timeout', () => request.destroy(new Error(`no answer to ${method} ${path} in ${timeoutMs} ms`)));
      request.on('error', reject);
      request.end(bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function parsed(bytes: Buffer, contentType: string): unknown {
  // Times and uids within would have to be found first: what is compared is what it is.
  if (contentType === 'application/vnd.kubernetes.protobuf') return { protobuf: kindIn(bytes) };
  const text = bytes.toString('utf8');
  if (contentType === 'application/yaml') return { yaml: parse(text) as unknown };
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function kindIn(bytes: Buffer): string {
  const { apiVersion, kind } = opened(bytes);
  return `${apiVersion} ${kind}`;
}

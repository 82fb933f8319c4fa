import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { Clock } from '../base/clock.ts';
import { goQuote } from '../machinery/go-quote.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import { jsonTypeName } from '../machinery/json/json-type-name.ts';
import { JsonSyntaxError, parseJson } from '../machinery/json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../machinery/json-value.ts';
import {
  type WebhookAddress,
  WebhookCallError,
  type WebhookCaller,
  type WebhookService,
} from '../machinery/webhook-call.ts';
import { authorityOf } from './destination.ts';
import { dialErrorText } from './dial-error.ts';

/** An address that a service stands for. */
export interface ResolvedService {
  readonly host: string;
  readonly port: number;
}

export interface WebhookClientOptions {
  readonly clock: Clock;
  /** Where a service is reached now. Rejects with an Error that says why it is not. */
  readonly resolve: (service: WebhookService) => Promise<ResolvedService>;
  readonly userAgent: string;
}

/** No answer is longer: reviews have a patch, conversions the objects of a page. */
const maxAnswerBytes = 64 * 1024 * 1024;
/** Of authorities; what was not used for longest goes. */
const maxAgents = 100;
/** To one webhook at a time: more wait, within their time. */
const maxConnections = 100;

interface Target {
  readonly host: string;
  readonly port: number;
  /** What messages name it by: `https://hook.example:9443/validate`. */
  readonly url: URL;
  /** As whom it must show itself. */
  readonly servername: string;
}

/** Calls webhooks over TLS, on connections that are kept. What they answer is bounded, in time and in size. */
export class WebhookClient implements WebhookCaller {
  readonly #options: WebhookClientOptions;
  /** By authority, the one that was used last at the end. */
  readonly #agents = new Map<string, Agent>();

  constructor(options: WebhookClientOptions) {
    this.#options = options;
  }

  async post(address: WebhookAddress, body: JsonObject, timeoutMs: number): Promise<JsonObject> {
    const shown = urlOf(address);
    shown.searchParams.set('timeout', `${Math.ceil(timeoutMs / 1000)}s`);
    try {
      const answer = await this.#send(await this.#targetOf(address, shown), address.authority, body, timeoutMs);
      return objectOf(answer);
    } catch (error) {
      if (error instanceof WebhookCallError) throw error;
      const why = error instanceof Error ? error : new Error(String(error));
      throw new WebhookCallError(`Post ${goQuote(shown.href)}: ${dialErrorText(why, shown.host)}`, { cause: error });
    }
  }

  /** Closes what is kept. A call that is under way goes on. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  async #targetOf({ service }: WebhookAddress, url: URL): Promise<Target> {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (service === undefined) return { host, port: Number(url.port || 443), url, servername: host };
    return { ...(await this.#options.resolve(service)), url, servername: host };
  }

  /** A connection that was kept may be closed by the other side just then: nothing was read on it, so it is asked anew. */
  async #send(target: Target, authority: string, body: JsonObject, timeoutMs: number): Promise<Answer> {
    const bytes = Buffer.from(encodeJson(body));
    try {
      return await this.#sendOnce(target, authority, bytes, timeoutMs);
    } catch (error) {
      if (!(error instanceof StaleConnectionError)) throw error;
      return this.#sendOnce(target, authority, bytes, timeoutMs);
    }
  }

  #sendOnce(target: Target, authority: string, bytes: Buffer, timeoutMs: number): Promise<Answer> {
    const { url, host, port, servername } = target;
    return new Promise((resolve, reject) => {
      const request = httpsRequest({
        method: 'POST',
        host,
        port,
        path: `${url.pathname}${url.search}`,
        // An address is nobody's name.
        servername: /^[\d.]+$|:/.test(servername) ? '' : servername,
        headers: {
          Host: url.host,
          'Content-Type': 'application/json',
          Accept: 'application/json, */*',
          'User-Agent': this.#options.userAgent,
          'Content-Length': bytes.length,
        },
        agent: this.#agentFor(authority),
      });
      let why = 'unexpected EOF';
      const cancel = this.#options.clock.after(timeoutMs, () => {
        why = 'context deadline exceeded';
        request.destroy(new Error(why));
      });
      request.once('close', cancel);
      request.once('error', (error: NodeJS.ErrnoException) => {
        const isStale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        reject(isStale ? new StaleConnectionError() : error);
      });
      request.once('response', (response) => {
        void readAnswer(response).then(resolve, (error: unknown) => {
          reject(error instanceof WebhookCallError ? error : new WebhookCallError(brokenOff(why), { cause: error }));
        });
      });
      request.end(bytes);
    });
  }

  #agentFor(authority: string): Agent {
    const known = this.#agents.get(authority);
    const agent =
      known ??
      new Agent({
        keepAlive: true,
        maxSockets: maxConnections,
        maxFreeSockets: 4,
        ...(authority !== '' && { ca: authority }),
      });
    this.#agents.delete(authority);
    this.#agents.set(authority, agent);
    if (this.#agents.size > maxAgents) {
      const [oldest = ''] = this.#agents.keys();
      this.#agents.get(oldest)?.destroy();
      this.#agents.delete(oldest);
    }
    return agent;
  }
}

class StaleConnectionError extends Error {}

interface Answer {
  readonly code: number;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** @throws {WebhookCallError} when it is not one */
function urlOf({ url, service }: WebhookAddress): URL {
  if (service !== undefined) {
    const host = authorityOf({ host: `${service.name}.${service.namespace}.svc`, port: service.port });
    return new URL(`https://${host}${service.path || '/'}`);
  }
  if (!URL.canParse(url)) throw new WebhookCallError(`Unparsable URL: parse ${goQuote(url)}: invalid URI for request`);
  const parsed = new URL(url);
  if (parsed.protocol === 'https:') return parsed;
  throw new WebhookCallError(`webhook clientConfig url must be https, not ${parsed.protocol.slice(0, -1)}`);
}

/** Of an answer that had begun. */
const brokenOff = (why: string): string =>
  `unexpected error when reading response body. Please retry. Original error: ${why}`;

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxAnswerBytes) {
      response.destroy();
      throw new WebhookCallError(`the answer is longer than ${maxAnswerBytes} bytes`);
    }
    chunks.push(chunk);
  }
  const contentType = response.headers['content-type'] ?? '';
  return { code: response.statusCode ?? 0, contentType, bytes: Buffer.concat(chunks) };
}

const typeStruct =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** @throws {WebhookCallError} in the words of client-go */
function objectOf({ code, contentType, bytes }: Answer): JsonObject {
  if (code < 200 || code >= 300) throw new WebhookCallError(refusalText(code));
  if (bytes.length === 0) {
    throw new WebhookCallError(`0-length response with status code: ${code} and content type: ${contentType}`);
  }
  let value: JsonValue = '';
  try {
    ({ value } = parseJson(bytes));
  } catch (error) {
    // What is no JSON is YAML to the original, and mostly a string.
    if (!(error instanceof JsonSyntaxError)) throw error;
  }
  if (isJsonObject(value)) return value;
  const why = `json: cannot unmarshal ${jsonTypeName(value)} into Go value of type ${typeStruct}`;
  throw new WebhookCallError(`couldn't get version/kind; json parse error: ${why}`);
}

const reasons: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};

/** As client-go tells of an answer that is none. */
const refusalText = (code: number): string =>
  reasons[code] ??
  (code >= 500
    ? 'an error on the server ("unknown") has prevented the request from succeeding'
    : `the server responded with the status code ${code} but did not return more information`);

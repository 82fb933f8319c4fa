import type { CallOptions } from '@grpc/grpc-js';
import type { Etcd3, IDuplexStream, IResponseHeader, IWatchRequest, IWatchResponse } from 'etcd3';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { noRevision, parseRevision, type Revision } from '../../base/revision.ts';
import { callOptions, type Endpoint, makeEndpoints } from './endpoint.ts';
import { type Answer, closedFailure, type Failure, failureOf } from './failure.ts';
import { type EtcdMetrics, type EtcdOperation, etcdMetrics } from './metrics.ts';
import { type EtcdOptions, etcdDefaults } from './options.ts';
import { TokenSource } from './token-source.ts';

export type RawWatch = IDuplexStream<IWatchRequest, IWatchResponse>;

export interface Request {
  readonly operation: EtcdOperation;
  /** The key or keys it is about, for messages. */
  readonly about: string;
}

type Send<T> = (client: Etcd3, options: CallOptions) => Promise<T>;

interface Answered {
  readonly header: IResponseHeader;
}

/** The wait before the n-th further attempt: doubling from this, to this, each ± half. */
const backoff = { firstMs: 25, longestMs: 1_000 };

/**
 * The members of one cluster, of which one at a time is used: all requests go to the current one until it fails, then
 * to the next. Owns their channels; `close` releases them and must come last.
 */
export class Connection {
  readonly endpoints: readonly Endpoint[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: EtcdMetrics;
  readonly requestTimeoutMs: number;
  readonly #random: () => number;
  readonly #tokens: TokenSource | undefined;
  #current: number;
  #seen = noRevision;
  #closed = false;

  constructor(options: EtcdOptions) {
    this.endpoints = makeEndpoints(options.servers, options.tls);
    this.clock = options.clock;
    this.logger = options.logger;
    this.metrics = etcdMetrics(options.meter);
    this.requestTimeoutMs = options.requestTimeoutMs ?? etcdDefaults.requestTimeoutMs;
    this.#random = options.random;
    // Replicas spread over the members.
    this.#current = Math.floor(options.random() * this.endpoints.length);
    const { auth } = options;
    if (auth !== undefined) this.#tokens = new TokenSource(() => this.#authenticate(auth.username, auth.password));
  }

  get current(): Endpoint {
    const endpoint = this.endpoints[this.#current];
    if (endpoint === undefined) throw new RangeError('no endpoint is current');
    return endpoint;
  }

  /** The highest revision that any answer has told: what is sent now will get a higher one. */
  get seen(): Revision {
    return this.#seen;
  }

  get hasCredentials(): boolean {
    return this.#tokens !== undefined;
  }

  /** Remembers a revision that the store is known to have reached. */
  observe(revision: Revision): void {
    if (revision > this.#seen) this.#seen = revision;
  }

  /** Later requests go to another member, unless they do already. */
  avoid(endpoint: Endpoint): void {
    if (this.endpoints.length < 2 || endpoint !== this.current) return;
    this.#current = (this.#current + 1) % this.endpoints.length;
    this.logger.warn('etcd member does not answer, using another', { member: endpoint.url, next: this.current.url });
  }

  /** One attempt with the current member; a second one only when the first was refused for a stale token. */
  async attempt<T extends Answered>(request: Request, send: Send<T>): Promise<Answer<T>> {
    for (let renewed = false; ; renewed = true) {
      const endpoint = this.current;
      const token = await this.token();
      if ('failure' in token) return token;
      const headers = { requireLeader: true, token: token.value };
      const answer = await this.#send(request, endpoint, send, callOptions(headers, this.#deadline()));
      if ('value' in answer) return answer;
      if (answer.failure.renew === 'token' && this.#tokens !== undefined && !renewed) {
        this.#tokens.forget(token.value);
        continue;
      }
      if (answer.failure.retry && answer.failure.renew === undefined) this.avoid(endpoint);
      return answer;
    }
  }

  /** For requests that may be sent any number of times: until one is answered, refused, or time is up. */
  async retry<T extends Answered>(request: Request, send: Send<T>): Promise<Answer<T>> {
    const started = this.clock.now();
    for (let attempt = 0; ; attempt++) {
      const answer = await this.attempt(request, send);
      if ('value' in answer || !answer.failure.retry) return answer;
      if (this.clock.now() - started >= this.requestTimeoutMs) return answer;
      // Another member may answer at once.
      if (attempt + 1 >= this.endpoints.length) await this.pause(attempt);
    }
  }

  /** One status request to one member, whichever is current. */
  status(endpoint: Endpoint): Promise<Answer<{ readonly header: IResponseHeader; readonly version: string }>> {
    const request: Request = { operation: 'status', about: endpoint.url };
    const options = callOptions({ requireLeader: false, token: undefined }, this.#deadline());
    return this.#send(request, endpoint, (client, options) => client.maintenance.status(options), options);
  }

  /** A new watch stream with the current member, and the token it was opened with. The caller cancels it. */
  async openStream(): Promise<Answer<{ stream: RawWatch; endpoint: Endpoint; token: string | undefined }>> {
    const token = await this.token();
    if ('failure' in token) return token;
    const endpoint = this.current;
    if (this.#closed) return { failure: closedFailure() };
    try {
      const options = callOptions({ requireLeader: true, token: token.value });
      const stream = await endpoint.client.watchClient.watch(options);
      return { value: { stream, endpoint, token: token.value } };
    } catch (error) {
      return { failure: failureOf(error, `watch with ${endpoint.url}`) };
    }
  }

  async token(): Promise<Answer<string | undefined>> {
    if (this.#closed) return { failure: closedFailure() };
    return (await this.#tokens?.get()) ?? { value: undefined };
  }

  /** `token` was refused: the next request gets a new one. */
  forgetToken(token: string | undefined): void {
    this.#tokens?.forget(token);
  }

  pause(attempt: number): Promise<void> {
    const ms = Math.min(backoff.longestMs, backoff.firstMs * 2 ** attempt) * (0.5 + this.#random());
    return new Promise((resolve) => this.clock.after(ms, resolve));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { client } of this.endpoints) client.close();
  }

  #deadline(): number {
    return this.clock.wallTime() + this.requestTimeoutMs;
  }

  async #send<T extends Answered>(
    request: Request,
    endpoint: Endpoint,
    send: Send<T>,
    options: CallOptions,
  ): Promise<Answer<T>> {
    if (this.#closed) return { failure: closedFailure() };
    const started = this.clock.now();
    let failure: Failure | undefined;
    try {
      const value = await send(endpoint.client, options);
      this.observe(parseRevision(value.header.revision));
      return { value };
    } catch (error) {
      failure = failureOf(error, `${request.operation} of ${request.about} with ${endpoint.url}`);
      return { failure };
    } finally {
      this.metrics.request(request.operation, this.clock.now() - started, failure !== undefined);
    }
  }

  async #authenticate(name: string, password: string): Promise<Answer<string | undefined>> {
    const endpoint = this.current;
    const request: Request = { operation: 'authenticate', about: name };
    const options = callOptions({ requireLeader: true, token: undefined }, this.#deadline());
    const answer = await this.#send(request, endpoint, (c, o) => c.auth.authenticate({ name, password }, o), options);
    if ('value' in answer) return { value: answer.value.token };
    if (answer.failure.error.message.includes('authentication is not enabled')) return { value: undefined };
    if (answer.failure.retry) this.avoid(endpoint);
    return answer;
  }
}

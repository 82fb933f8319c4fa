import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { authorityOf, type Destination, targetOf } from './destination.ts';

/** All PEM. */
export interface TransportTls {
  /** By whom the other side's certificate is checked. undefined: it is not checked at all. */
  readonly authority?: string | undefined;
  /** What this side shows. */
  readonly certificate?: string | undefined;
  readonly privateKey?: string | undefined;
}

export interface TransportOptions {
  readonly tls: TransportTls;
  /** How long a connection may take to come about, with its TLS handshake. */
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
}

/** Names and values in turn, in their order and as often as they are there: `['Host', 'a', 'Cookie', 'b']`. */
export type RawHeaders = readonly string[];

export interface SentRequest {
  readonly method: string;
  readonly headers: RawHeaders;
}

/** The largest head of an answer. */
const maxHeaderBytes = 256 * 1024;

/** TCP asks after this silence whether the other side is still there. */
const keepAliveMs = 30_000;

/**
 * Connections to one kind of destination. Each request has a connection of its own, which ends with it: what is asked here
 * lasts long, and a request that fails on a connection somebody else used before could not be told from one that was carried
 * out.
 */
export class Transport {
  readonly #options: TransportOptions;
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#http = new HttpAgent({ keepAlive: false });
    this.#https = new HttpsAgent({ keepAlive: false, maxCachedSessions: 100, ...this.#tls() });
  }

  /**
   * Begins a request; its caller listens to what becomes of it and ends it. Fails by the request's `error` when no connection
   * comes about in time.
   */
  request(destination: Destination, { method, headers }: SentRequest): ClientRequest {
    const secure = destination.scheme === 'https';
    const request = (secure ? httpsRequest : httpRequest)({
      host: destination.host,
      port: destination.port ?? (secure ? 443 : 80),
      method,
      path: targetOf(destination),
      headers: [...headers],
      setHost: false,
      maxHeaderSize: maxHeaderBytes,
      agent: secure ? this.#https : this.#http,
      ...serverName(destination.host),
      ...(destination.address === undefined ? {} : { lookup: always(destination.address) }),
    });
    request.once('socket', (socket) => this.#boundConnecting(request, socket, destination));
    return request;
  }

  #boundConnecting(request: ClientRequest, socket: Socket, destination: Destination): void {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveMs);
    const cancel = this.#options.clock.after(this.#options.connectTimeoutMs, () => {
      request.destroy(
        Object.assign(new Error(`dial tcp ${authorityOf(destination)}: i/o timeout`), { code: 'ETIMEDOUT' }),
      );
    });
    socket.once(destination.scheme === 'https' ? 'secureConnect' : 'connect', cancel);
    socket.once('close', cancel);
  }

  #tls() {
    const { authority, certificate, privateKey } = this.#options.tls;
    return {
      rejectUnauthorized: authority !== undefined,
      ...(authority === undefined ? {} : { ca: authority }),
      ...(certificate === undefined ? {} : { cert: certificate }),
      ...(privateKey === undefined ? {} : { key: privateKey }),
    };
  }
}

/** A look-up that is over already. */
const always = (address: string): LookupFunction => {
  const family = isIP(address);
  return (_host, options, done) => {
    if (options.all === true) done(null, [{ address, family }]);
    else done(null, address, family);
  };
};

/** Addresses are nobody's server name. */
const serverName = (host: string) => (/^[\d.]+$|:/.test(host) ? { servername: '' } : {});

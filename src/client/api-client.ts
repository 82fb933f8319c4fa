import { type Clock, holdingClock } from '../base/clock.ts';
import type { ApiKind } from './api-kind.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { KindClient } from './kind-client.ts';
import type { WatchTiming } from './watch-request.ts';

export interface ApiClientOptions extends ConnectionOptions {
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** In [0, 1). Default: Math.random. */
  readonly random?: () => number;
  /** How long watches and informers wait before they ask a server again: 100 ms, then ever longer, to 30 s. */
  readonly firstRetryMs?: number;
  readonly maxRetryMs?: number;
}

/** A client of one API server. Whatever it has opened ends with it. */
export class ApiClient {
  readonly #connection: Connection;
  readonly #timing: WatchTiming;

  /** @throws {TypeError} when the url is none */
  constructor(options: ApiClientOptions) {
    const { clock = holdingClock, random = Math.random, firstRetryMs = 100, maxRetryMs = 30_000 } = options;
    this.#connection = new Connection(options);
    this.#timing = { clock, random, firstRetryMs, maxRetryMs };
  }

  /** Objects of one kind: of all namespaces where they are listed and watched, else of `default`. */
  client<Read, Write>(kind: ApiKind<Read, Write>): KindClient<Read, Write> {
    return new KindClient(kind, { connection: this.#connection, timing: this.#timing, namespace: undefined });
  }

  /** Stops watches and informers, and breaks off what is under way. Idempotent. */
  close(): void {
    this.#connection.close();
  }
}

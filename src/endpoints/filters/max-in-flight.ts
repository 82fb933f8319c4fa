import { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { MiddlewareHandler } from 'hono';
import type { Counter, Gauge } from '../../base/meter.ts';
import { tooManyRequests } from '../../machinery/status-errors.ts';
import type { ApiRequest } from '../api-request.ts';
import type { AppDeps, AppEnv } from '../app-deps.ts';
import type { EndpointMetrics } from '../metrics.ts';
import { isConnect, isLongRunning } from './long-running.ts';

type Stream = Duplex | ServerResponse | Http2ServerResponse;

/** What kube-apiserver asks refused clients to wait. */
const retryAfterSeconds = 1;
const reads = new Set(['get', 'list']);

/** How many of one kind are in progress, and how many may be. */
class Bound {
  readonly #limit: number;
  readonly #current: Gauge;
  readonly #dropped: Counter;
  #count = 0;

  /** `limit` 0: as many as come. */
  constructor(limit: number, { current, dropped }: { readonly current: Gauge; readonly dropped: Counter }) {
    this.#limit = limit;
    this.#current = current;
    this.#dropped = dropped;
  }

  /** @throws {ApiError} 429 */
  enter(): void {
    if (this.#limit > 0 && this.#count >= this.#limit) {
      this.#dropped.add(1);
      throw tooManyRequests('Too many requests, please try again later.', retryAfterSeconds);
    }
    this.#current.set(++this.#count);
  }

  leave(): void {
    this.#current.set(--this.#count);
  }
}

/**
 * Bounds what is in progress: reads, writes, open watches and what is answered elsewhere, each by their own. Requests about no resource (health,
 * discovery, metrics) are not counted: they must answer when nothing else does.
 */
export function maxInFlight({ limits, alreadySent }: AppDeps, metrics: EndpointMetrics): MiddlewareHandler<AppEnv> {
  const read = new Bound(limits.maxReadsInFlight, metrics.readOnly);
  const write = new Bound(limits.maxWritesInFlight, metrics.mutating);
  const watches = new Bound(limits.maxWatches, metrics.watch);
  const connects = new Bound(limits.maxConnects, metrics.connect);
  return async (c, next) => {
    const request = c.get('request');
    const { info } = request;
    if (!info.isResource) return next();
    const long = isLongRunning(info);
    const bound = isConnect(info) ? connects : long ? watches : reads.has(info.verb) ? read : write;
    bound.enter();
    let handedOver = false;
    try {
      await next();
      handedOver = long && c.res === alreadySent;
    } finally {
      if (!handedOver) bound.leave();
    }
    if (handedOver) afterConnection(request, () => bound.leave());
  };
}

/** Calls `fn` once when the stream that was handed over is over. */
function afterConnection({ bindings: { outgoing, upgrade } }: ApiRequest, fn: () => void): void {
  const streams = streamsOf(upgrade?.socket ?? outgoing);
  let isOver = false;
  const over = () => {
    // The end of a connection is told to its response from within: both may be under way at once.
    if (isOver) return;
    isOver = true;
    for (const stream of streams) stream.off('close', over);
    fn();
  };
  if (streams.length === 0 || streams.some(({ closed, destroyed }) => closed || destroyed)) fn();
  else for (const stream of streams) stream.on('close', over);
}

/** A response that waits behind another on its connection does not hear of the connection's end: that is listened to as well. */
function streamsOf(stream: Stream | undefined): readonly Stream[] {
  if (stream === undefined) return [];
  return stream instanceof ServerResponse ? [stream, stream.req.socket] : [stream];
}

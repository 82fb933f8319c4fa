import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** `up` is from the client to the server, `down` back. */
export type Direction = 'up' | 'down';

interface Lane {
  /** Bytes are held back, not lost. */
  stalled: boolean;
  /** Each chunk is passed on this much later. */
  delayMs: number;
  /** All connections are cut when this many more bytes have passed; undefined: never. */
  cutAfter: number | undefined;
}

/**
 * A loopback TCP proxy that misbehaves on request. Settings hold for all connections, present and to come.
 * Nothing is read into memory without a bound: a held direction stops reading from its source.
 */
export class TcpProxy {
  readonly #server: Server;
  readonly #target: { host: string; port: number };
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #lanes: Record<Direction, Lane> = {
    up: { stalled: false, delayMs: 0, cutAfter: undefined },
    down: { stalled: false, delayMs: 0, cutAfter: undefined },
  };
  readonly #passed: Record<Direction, number> = { up: 0, down: 0 };
  #waiting: { direction: Direction; bytes: number; resolve: () => void }[] = [];
  #cuts: (() => void)[] = [];
  #refusing = false;

  private constructor(server: Server, target: { host: string; port: number }) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (client) => this.#accept(client));
  }

  /** A proxy to `target`, a URL such as `http://127.0.0.1:2379`, or a port. */
  static async start(target: string | number): Promise<TcpProxy> {
    const url = typeof target === 'number' ? undefined : new URL(target);
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, { host: url?.hostname ?? '127.0.0.1', port: Number(url?.port ?? target) });
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy is closed');
    return address.port;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Bytes passed so far. */
  passed(direction: Direction): number {
    return this.#passed[direction];
  }

  /** Resolves when `bytes` more have passed. */
  whenPassed(direction: Direction, bytes: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ direction, bytes: this.#passed[direction] + bytes, resolve });
    });
  }

  /** Destroys all connections now; new ones are accepted. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#pairs.clear();
    for (const resolve of this.#cuts.splice(0)) resolve();
  }

  /** Resolves at the next {@link cut}, asked for or by {@link cutAfter}. */
  whenCut(): Promise<void> {
    return new Promise((resolve) => this.#cuts.push(resolve));
  }

  /** Cuts everything once, when `bytes` more have passed in that direction; the bytes beyond are lost. */
  cutAfter(direction: Direction, bytes: number): void {
    this.#lanes[direction].cutAfter = bytes;
  }

  /** Holds a direction's bytes back until {@link flow}; a {@link cut} loses them. */
  stall(direction: Direction): void {
    this.#lanes[direction].stalled = true;
    for (const [client, server] of this.#pairs) (direction === 'up' ? client : server).pause();
  }

  flow(direction: Direction): void {
    this.#lanes[direction].stalled = false;
    for (const [client, server] of this.#pairs) (direction === 'up' ? client : server).resume();
  }

  delay(direction: Direction, ms: number): void {
    this.#lanes[direction].delayMs = ms;
  }

  /** While true, new connections are closed at once. */
  refuse(refusing: boolean): void {
    this.#refusing = refusing;
  }

  async close(): Promise<void> {
    this.cut();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    if (this.#refusing) {
      client.destroy();
      return;
    }
    const server = connect({ ...this.#target, allowHalfOpen: true });
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    this.#pipe('up', pair, client, server);
    this.#pipe('down', pair, server, client);
  }

  #pipe(direction: Direction, pair: readonly [Socket, Socket], from: Socket, to: Socket): void {
    const lane = this.#lanes[direction];
    const drop = () => {
      this.#pairs.delete(pair);
      from.destroy();
      to.destroy();
    };
    const pass = (chunk: Buffer) => {
      const allowed = lane.cutAfter === undefined ? chunk : chunk.subarray(0, lane.cutAfter);
      this.#passed[direction] += allowed.length;
      const flowing = to.write(allowed);
      for (const waiter of this.#waiting)
        if (waiter.direction === direction && waiter.bytes <= this.#passed[direction]) waiter.resolve();
      this.#waiting = this.#waiting.filter(({ direction: d, bytes }) => bytes > this.#passed[d]);
      if (lane.cutAfter !== undefined) {
        lane.cutAfter -= allowed.length;
        if (lane.cutAfter <= 0) {
          lane.cutAfter = undefined;
          // The bytes allowed must still arrive: end, then cut.
          to.end(() => this.cut());
          return;
        }
      }
      if (!flowing) {
        from.pause();
        to.once('drain', () => {
          if (!lane.stalled) from.resume();
        });
      }
    };
    from.on('data', (chunk: Buffer) => {
      if (lane.delayMs === 0) pass(chunk);
      else setTimeout(() => to.destroyed || pass(chunk), lane.delayMs);
    });
    from.on('end', () => to.end());
    from.on('error', drop);
    from.on('close', drop);
    if (lane.stalled) from.pause();
  }
}

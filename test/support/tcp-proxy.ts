import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** `up` is from the client to the server, `down` back. */
export type Direction = 'up' | 'down';

interface Lane {
  /** Bytes are read and held back. */
  stalled: boolean;
  held: { readonly from: Socket; readonly chunk: Buffer; readonly pass: (chunk: Buffer) => void }[];
  /** Bytes held since the lane was last stalled. */
  heldBytes: number;
  /** Each chunk is passed on this much later. */
  delayMs: number;
  /** All connections are cut when this many more bytes have passed; undefined: never. */
  cutAfter: number | undefined;
}

/** A stalled direction stops reading here. */
const mostHeld = 1024 * 1024;

const newLane = (): Lane => ({ stalled: false, held: [], heldBytes: 0, delayMs: 0, cutAfter: undefined });

/** A loopback TCP proxy that misbehaves on request. Settings hold for all connections, present and to come. */
export class TcpProxy {
  readonly #server: Server;
  readonly #target: { host: string; port: number };
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #lanes: Record<Direction, Lane> = { up: newLane(), down: newLane() };
  readonly #passed: Record<Direction, number> = { up: 0, down: 0 };
  #waiting: { readonly holds: () => boolean; readonly resolve: () => void }[] = [];
  #cuts = 0;
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
    const until = this.#passed[direction] + bytes;
    return this.#when(() => this.#passed[direction] >= until);
  }

  /** Resolves when at least one byte has been held back since {@link stall}. */
  whenHeld(direction: Direction): Promise<void> {
    return this.#when(() => this.#lanes[direction].heldBytes > 0);
  }

  /** Destroys all connections now; new ones are accepted. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#pairs.clear();
    for (const lane of Object.values(this.#lanes)) lane.held = [];
    this.#cuts++;
    this.#wake();
  }

  /** Resolves at the next {@link cut}, asked for or by {@link cutAfter}. */
  whenCut(): Promise<void> {
    const before = this.#cuts;
    return this.#when(() => this.#cuts > before);
  }

  /** Cuts everything once, when `bytes` more have passed in that direction; the bytes beyond are lost. */
  cutAfter(direction: Direction, bytes: number): void {
    this.#lanes[direction].cutAfter = bytes;
  }

  /** Holds a direction's bytes back until {@link flow}; a {@link cut} loses them. */
  stall(direction: Direction): void {
    this.#lanes[direction].stalled = true;
    this.#lanes[direction].heldBytes = 0;
  }

  flow(direction: Direction): void {
    const lane = this.#lanes[direction];
    lane.stalled = false;
    for (const { from, chunk, pass } of lane.held.splice(0)) {
      pass(chunk);
      from.resume();
    }
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
      if (to.writableEnded || to.destroyed) return;
      const allowed = lane.cutAfter === undefined ? chunk : chunk.subarray(0, lane.cutAfter);
      this.#passed[direction] += allowed.length;
      const flowing = to.write(allowed);
      this.#wake();
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
        to.once('drain', () => from.resume());
      }
    };
    from.on('data', (chunk: Buffer) => {
      if (lane.stalled) {
        lane.held.push({ from, chunk, pass });
        lane.heldBytes += chunk.length;
        if (lane.heldBytes > mostHeld) from.pause();
        this.#wake();
      } else if (lane.delayMs === 0) pass(chunk);
      else setTimeout(() => pass(chunk), lane.delayMs);
    });
    from.on('end', () => to.end());
    from.on('error', drop);
    from.on('close', drop);
  }

  #when(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ holds, resolve }));
  }

  #wake(): void {
    const held = this.#waiting.filter(({ holds }) => holds());
    this.#waiting = this.#waiting.filter((waiting) => !held.includes(waiting));
    for (const { resolve } of held) resolve();
  }
}

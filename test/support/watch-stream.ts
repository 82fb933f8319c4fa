import { request as httpRequest, type IncomingMessage } from 'node:http';

export type WatchedObject = {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly [field: string]: unknown;
};

export type WatchedEvent = { readonly type: string; readonly object: WatchedObject };

/** No event for this long where one is owed: the test fails with what came instead. */
const patienceMs = 30_000;

/**
 * One watch over plain HTTP/1.1, read frame by frame. Tests wait for events and for the end, never for time.
 */
export class WatchStream {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Everything received so far, also what `next` has handed out. */
  readonly events: WatchedEvent[] = [];
  /** The same, each as it was written, without the newline that ends it. */
  readonly frames: string[] = [];
  /** How the stream ended: undefined while open, true for a proper end of the chunked body. */
  endedCleanly: boolean | undefined;
  readonly #response: IncomingMessage;
  #taken = 0;
  #rest = '';
  #waiters: (() => void)[] = [];

  private constructor(response: IncomingMessage) {
    this.#response = response;
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop() ?? '';
      this.frames.push(...lines);
      for (const line of lines) this.events.push(JSON.parse(line) as WatchedEvent);
      this.#wake();
    });
    const over = (cleanly: boolean) => {
      this.endedCleanly ??= cleanly;
      this.#wake();
    };
    response.on('end', () => over(response.complete));
    response.on('error', () => over(false));
    response.on('close', () => over(response.complete));
  }

  /** Resolves when the headers have come, whatever the status. */
  static open(url: string, headers: Record<string, string> = {}): Promise<WatchStream> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(url, { agent: false, headers });
      request.on('response', (response) => resolve(new WatchStream(response)));
      request.on('error', reject);
      request.end();
    });
  }

  /** What came behind the last newline: a frame that is not whole. */
  get unended(): string {
    return this.#rest;
  }

  /** The next event, or undefined once the stream has ended. @throws {Error} when neither comes. */
  async next(): Promise<WatchedEvent | undefined> {
    await this.#until(() => this.events.length > this.#taken || this.endedCleanly !== undefined, 'an event');
    const event = this.events[this.#taken];
    if (event !== undefined) this.#taken += 1;
    return event;
  }

  /** The next `count` events. @throws {Error} when the stream ends before. */
  async take(count: number): Promise<WatchedEvent[]> {
    const taken: WatchedEvent[] = [];
    while (taken.length < count) {
      const event = await this.next();
      if (event === undefined) throw new Error(`the watch ended after ${taken.length} of ${count} events`);
      taken.push(event);
    }
    return taken;
  }

  /** Resolves once `enough` holds of all events received. */
  async until(enough: (events: readonly WatchedEvent[]) => boolean): Promise<void> {
    await this.#until(() => enough(this.events), 'what the test waits for');
  }

  /** Resolves with whether the end was clean. */
  async end(): Promise<boolean> {
    await this.#until(() => this.endedCleanly !== undefined, 'the end of the stream');
    return this.endedCleanly === true;
  }

  /** The body of a refusal. */
  async text(): Promise<string> {
    await this.end();
    return this.#rest + this.events.map((event) => JSON.stringify(event)).join('\n');
  }

  pause(): void {
    this.#response.pause();
  }

  resume(): void {
    this.#response.resume();
  }

  close(): void {
    this.#response.destroy();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter();
  }

  async #until(holds: () => boolean, what: string): Promise<void> {
    const patience = AbortSignal.timeout(patienceMs);
    const wake = () => this.#wake();
    patience.addEventListener('abort', wake);
    while (!holds() && !patience.aborted) await new Promise<void>((resolve) => this.#waiters.push(resolve));
    patience.removeEventListener('abort', wake);
    if (!holds()) throw new Error(`waited for ${what}; got ${JSON.stringify(this.events.slice(-3))}`);
  }
}

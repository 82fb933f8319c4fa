import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Change, WatchRecord } from '../model/guarantees.ts';

interface RawEvent {
  readonly type: string;
  readonly object: {
    readonly code?: number;
    readonly message?: string;
    readonly metadata: {
      readonly name: string;
      readonly namespace: string;
      readonly resourceVersion: string;
      readonly annotations?: Record<string, string>;
    };
  };
}

export interface WatchRequest {
  /** `/api/v1/pods`; what is watched is its last segment. */
  readonly path: string;
  /** Selectors and the like; `watch` and `resourceVersion` are added. */
  readonly query?: Readonly<Record<string, string>>;
  /** Begin with the state and the bookmark that ends it, rather than after a revision. */
  readonly withState?: boolean;
}

/** How one connection ended; `refused` is an ERROR event or a status other than 200. */
export type ConnectionEnd = 'clean' | 'cut' | `refused ${number}`;

/** No news for this long where some are owed: the test fails with what is missing. */
const patienceMs = 30_000;

const initialEventsEnd = 'k8s.io/initial-events-end';

/**
 * One watch as a client has it, over as many connections as it takes: a record to be judged by the guarantees, and the
 * state that its events lead to. It goes on where it was only when told to, by {@link connect}.
 */
export class WatchClient {
  readonly request: WatchRequest;
  /** Every event but bookmarks, in the order of arrival, of all connections. `what` is the type and the object's mark. */
  readonly changes: Change[] = [];
  readonly bookmarks: { readonly after: number; readonly revision: number }[] = [];
  /** The objects that came before the bookmark that ends the state: `key` → `revision mark`. */
  readonly initial = new Map<string, string>();
  /** What the events lead to: `key` → `revision mark`. */
  readonly state = new Map<string, string>();
  /** Events that make no sense after those before: additions of what is there, changes of what is not, going back. */
  readonly faults: string[] = [];
  readonly ends: ConnectionEnd[] = [];
  /** Everything up to here has been told; what a client resumes from. */
  last = 0;
  /** Everything in `changes` is above it. */
  from = 0;
  readonly #resource: string;
  #stateComplete: boolean;
  #response: IncomingMessage | undefined;
  #parts: Buffer[] = [];
  #waiting: { readonly holds: () => boolean; readonly resolve: () => void }[] = [];

  constructor(request: WatchRequest) {
    this.request = request;
    this.#resource = request.path.split('/').at(-1) ?? '';
    this.#stateComplete = request.withState !== true;
  }

  /** As the guarantees want it. One event each is a batch of its own: the API promises no more. */
  get record(): WatchRecord {
    return { from: this.from, batches: this.changes.map((change) => [change]), bookmarks: this.bookmarks };
  }

  get open(): boolean {
    return this.#response !== undefined;
  }

  /** Begins after `revision`, where `known` is what the client has already: `key` → `revision mark`. */
  begin(revision: number, known: ReadonlyMap<string, string>): void {
    this.from = revision;
    this.last = revision;
    for (const [key, version] of known) this.state.set(key, version);
  }

  /** Opens a connection to a server that goes on where the last one was; resolves with the status. */
  async connect(url: string): Promise<number> {
    if (this.open) throw new Error('connected already');
    const { path, query = {}, withState = false } = this.request;
    const parameters = new URLSearchParams({ ...query, watch: 'true' });
    if (withState && !this.#stateComplete) {
      parameters.set('sendInitialEvents', 'true');
      parameters.set('resourceVersionMatch', 'NotOlderThan');
      parameters.set('allowWatchBookmarks', 'true');
    } else parameters.set('resourceVersion', `${this.last}`);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpRequest(`${url}${path}?${String(parameters)}`, { agent: false });
      request.once('response', resolve);
      request.once('error', reject);
      request.end();
    });
    this.#response = response;
    this.#parts = [];
    let over = false;
    const end = (how: ConnectionEnd) => {
      if (over) return;
      over = true;
      if (this.#response === response) this.#response = undefined;
      this.ends.push(how);
      this.#wake();
    };
    const { statusCode = 0 } = response;
    if (statusCode !== 200) end(`refused ${statusCode}`);
    response.on('data', (chunk: Buffer) => {
      this.#split(chunk, (code) => end(`refused ${code}`));
      this.#wake();
    });
    response.on('end', () => end(response.complete ? 'clean' : 'cut'));
    response.on('error', () => end('cut'));
    response.on('close', () => end(response.complete ? 'clean' : 'cut'));
    return statusCode;
  }

  /** Connects again whenever the server ends the watch, until `signal` says that this is enough. Rejects on a refusal. */
  async follow(url: string, signal: AbortSignal): Promise<void> {
    const stop = () => this.close();
    signal.addEventListener('abort', stop, { once: true });
    while (!signal.aborted) {
      if ((await this.connect(url)) !== 200) throw new Error(`${this.#name} is ${this.ends.at(-1)}`);
      await this.ended();
    }
    signal.removeEventListener('abort', stop);
  }

  /** Reads nothing more until {@link resume}: the connection fills up. */
  pause(): void {
    this.#response?.pause();
  }

  resume(): void {
    this.#response?.resume();
  }

  close(): void {
    this.#response?.destroy();
  }

  /** Resolves when so many changes have come. @throws {Error} when the connection ends, or too long nothing comes. */
  async reached(count: number): Promise<void> {
    const ends = this.ends.length;
    await this.until(() => this.changes.length >= count || this.ends.length > ends, `${count} changes`);
    if (this.changes.length < count) throw new Error(`${this.#name} ended with ${this.ends.at(-1)}`);
  }

  /** Resolves when the state has come, and the bookmark behind it. */
  stateReceived(): Promise<void> {
    return this.until(() => this.#stateComplete, 'the end of the state');
  }

  /** Resolves with how the present connection ends. */
  async ended(): Promise<ConnectionEnd | undefined> {
    await this.until(() => !this.open, 'the end');
    return this.ends.at(-1);
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    if (holds()) return;
    let timer: NodeJS.Timeout | undefined;
    const impatient = new Promise<never>((_, reject) => {
      const told = () => `${this.changes.length} changes up to ${this.last}, ends ${this.ends.join()}`;
      timer = setTimeout(() => reject(new Error(`${this.#name} waited for ${what}; had ${told()}`)), patienceMs);
    });
    try {
      await Promise.race([new Promise<void>((resolve) => this.#waiting.push({ holds, resolve })), impatient]);
    } finally {
      clearTimeout(timer);
    }
  }

  get #name(): string {
    return `watch of ${this.request.path} ${JSON.stringify(this.request.query ?? {})}`;
  }

  #split(chunk: Buffer, refused: (code: number) => void): void {
    let start = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, start)) {
      this.#parts.push(chunk.subarray(start, at));
      const line = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
      this.#parts = [];
      start = at + 1;
      this.#take(JSON.parse(String(line)) as RawEvent, refused);
    }
    if (start < chunk.length) this.#parts.push(chunk.subarray(start));
  }

  #take({ type, object }: RawEvent, refused: (code: number) => void): void {
    if (type === 'ERROR') {
      refused(object.code ?? 0);
      return;
    }
    const { name, namespace, resourceVersion, annotations = {} } = object.metadata;
    const revision = Number(resourceVersion);
    if (type === 'BOOKMARK') {
      if (!this.#stateComplete && annotations[initialEventsEnd] === 'true') {
        this.#stateComplete = true;
        this.from = revision;
        for (const [key, version] of this.initial) this.state.set(key, version);
      } else this.bookmarks.push({ after: this.changes.length, revision });
      this.last = revision;
      return;
    }
    const key = `${this.#resource}/${namespace}/${name}`;
    const version = `${revision} ${annotations['mark'] ?? ''}`;
    if (!this.#stateComplete) {
      if (type !== 'ADDED' || this.initial.has(key)) this.faults.push(`${type} ${key} ${version} in the state`);
      this.initial.set(key, version);
      return;
    }
    const known = this.state.get(key);
    const sensible = (type === 'ADDED') === (known === undefined);
    if (!sensible) this.faults.push(`${type} ${key} ${version}, known ${known}`);
    if (revision < this.last) this.faults.push(`${type} ${key} ${version} after ${this.last}`);
    if (type === 'DELETED') this.state.delete(key);
    else this.state.set(key, version);
    this.changes.push({ revision, key, what: `${type} ${annotations['mark'] ?? ''}` });
    this.last = revision;
  }

  #wake(): void {
    if (this.#waiting.length === 0) return;
    const held = this.#waiting.filter(({ holds }) => holds());
    this.#waiting = this.#waiting.filter((waiting) => !held.includes(waiting));
    for (const { resolve } of held) resolve();
  }
}

import { type WatchedObject, WatchStream } from './watch-stream.ts';

/** How one watch of the reflector came to its end. */
export type WatchOver = 'ended' | 'expired';

/**
 * What a client-go informer of 1.35 and later does, in short: one request for the state and all that comes after it;
 * when it ends, another from the last revision it was told; when that has expired, everything anew.
 */
export class ReflectorClient {
  /** What it holds: name → resourceVersion. */
  readonly store = new Map<string, string>();
  /** The queries it has sent, in order. */
  readonly requests: string[] = [];
  /** Of the last event or bookmark. '' before the first state, and when that has expired. */
  lastRevision = '';
  readonly #collection: string;
  readonly #timeoutSeconds: number;
  #watch: WatchStream | undefined;

  /** `collection`: a URL such as `http://127.0.0.1:8080/api/v1/configmaps`. */
  constructor(collection: string, timeoutSeconds = 500) {
    this.#collection = collection;
    this.#timeoutSeconds = timeoutSeconds;
  }

  get open(): WatchStream {
    if (this.#watch === undefined) throw new Error('no watch is open');
    return this.#watch;
  }

  /** Asks for the state, waits for the bookmark that ends it, and stays with the watch. */
  async watchList(): Promise<void> {
    await this.#request({ resourceVersionMatch: 'NotOlderThan', sendInitialEvents: 'true' });
    const state = new Map<string, string>();
    for (;;) {
      const event = await this.open.next();
      if (event === undefined) throw new Error('the watch ended before its state was complete');
      const { name, resourceVersion, annotations } = event.object.metadata;
      if (event.type === 'ADDED') state.set(name, resourceVersion);
      else if (event.type === 'BOOKMARK' && annotations?.['k8s.io/initial-events-end'] === 'true') {
        this.store.clear();
        for (const [key, version] of state) this.store.set(key, version);
        this.lastRevision = resourceVersion;
        return;
      } else throw new Error(`${event.type} before the state was complete`);
    }
  }

  /** Opens the next watch: from where the last one came to, or from the state. */
  async reconnect(): Promise<void> {
    if (this.lastRevision === '') await this.watchList();
    else await this.#request({ resourceVersion: this.lastRevision });
  }

  /** Takes one event; resolves with the end, if that is what came. */
  async step(): Promise<WatchOver | undefined> {
    const event = await this.open.next();
    if (event === undefined) return 'ended';
    if (event.type === 'ERROR') {
      const { code, reason } = event.object as unknown as { code: number; reason: string };
      if (code !== 410 || reason !== 'Expired') throw new Error(`ERROR ${code} ${reason}`);
      this.lastRevision = '';
      return 'expired';
    }
    this.#apply(event.type, event.object);
    return undefined;
  }

  /** Takes events until `holds`. @throws {Error} when the watch ends first. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      const over = await this.step();
      if (over !== undefined) throw new Error(`the watch ${over} first`);
    }
  }

  close(): void {
    this.#watch?.close();
  }

  #apply(type: string, { metadata: { name, resourceVersion } }: WatchedObject): void {
    if (Number(resourceVersion) <= Number(this.lastRevision) && type !== 'BOOKMARK')
      throw new Error(`${type} ${name} goes back from ${this.lastRevision} to ${resourceVersion}`);
    if (type === 'DELETED') this.store.delete(name);
    else if (type !== 'BOOKMARK') this.store.set(name, resourceVersion);
    this.lastRevision = resourceVersion;
  }

  /** In the order in which client-go's encoder writes them: by name. */
  async #request(more: Readonly<Record<string, string>>): Promise<void> {
    const query = new URLSearchParams({
      allowWatchBookmarks: 'true',
      watch: 'true',
      timeoutSeconds: `${this.#timeoutSeconds}`,
      ...more,
    });
    query.sort();
    this.requests.push(String(query));
    this.#watch = await WatchStream.open(`${this.#collection}?${String(query)}`);
    if (this.#watch.status !== 200) throw new Error(`${this.#watch.status}: ${await this.#watch.text()}`);
  }
}

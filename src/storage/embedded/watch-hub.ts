import { asRevision, type Revision } from '../../base/revision.ts';
import { StorageError } from '../errors.ts';
import { prefixEnd } from '../keys.ts';
import type { KeyEvent, StorageWatch, WatchSink } from '../storage.ts';
import { unpackEvents } from './key-values.ts';
import type { Asking } from './worker-link.ts';

/**
 *   replaying → live
 *        ↘       ↓
 *          ended        (terminal)
 *
 * A watch is live when it has been given everything up to the hub's revision. Only then do new revisions reach it.
 */
type State = 'replaying' | 'live' | 'ended';

/** All watches of a store, and how far the store is as they know it. */
export class WatchHub {
  readonly #link: Asking;
  readonly #watches = new Set<EmbeddedWatch>();
  #revision: Revision;

  constructor(link: Asking, revision: Revision) {
    this.#link = link;
    this.#revision = revision;
  }

  /** The revision of the last transaction known to have been committed. */
  get revision(): Revision {
    return this.#revision;
  }

  watch(prefix: string, after: Revision, sink: WatchSink): StorageWatch {
    const watch = new EmbeddedWatch(this.#link, this, prefix, after, sink);
    this.#watches.add(watch);
    watch.start();
    return watch;
  }

  /** The next revision has been committed: `events` are made only if somebody listens. */
  publish(revision: Revision, events: () => readonly KeyEvent[]): void {
    this.#revision = revision;
    let made: readonly KeyEvent[] | undefined;
    for (const watch of this.#watches) {
      if (watch.isLive) watch.offer(revision, (made ??= events()));
    }
  }

  forget(watch: EmbeddedWatch): void {
    this.#watches.delete(watch);
  }

  endAll(error?: Error): void {
    for (const watch of this.#watches) watch.finish(error);
  }
}

class EmbeddedWatch implements StorageWatch {
  readonly #link: Asking;
  readonly #hub: WatchHub;
  readonly #prefix: string;
  readonly #sink: WatchSink;
  /** Everything up to here has been delivered, or was never asked for. */
  #after: Revision;
  #state: State = 'replaying';
  #progressWanted = false;

  constructor(link: Asking, hub: WatchHub, prefix: string, after: Revision, sink: WatchSink) {
    this.#link = link;
    this.#hub = hub;
    this.#prefix = prefix;
    this.#after = after;
    this.#sink = sink;
  }

  get isLive(): boolean {
    return this.#state === 'live';
  }

  start(): void {
    if (this.#after >= this.#hub.revision) this.#state = 'live';
    else this.#replay();
  }

  requestProgress(): void {
    if (this.#progressWanted || this.#state === 'ended') return;
    this.#progressWanted = true;
    queueMicrotask(() => this.#progress());
  }

  close(): void {
    this.finish();
  }

  /** Idempotent. No event comes after this, and the sink's `end` when whoever runs now is done. */
  finish(error?: Error): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#hub.forget(this);
    queueMicrotask(() => this.#sink.end(error));
  }

  offer(revision: Revision, events: readonly KeyEvent[]): void {
    if (revision <= this.#after) return;
    this.#after = revision;
    const wanted = events.every((event) => this.#wants(event)) ? events : events.filter((event) => this.#wants(event));
    if (wanted.length > 0) this.#sink.events(revision, wanted);
    this.#progress();
  }

  /**
   * One page at a time, each asked for when the last has been delivered. The answer that has reached the store's
   * revision comes after every commit up to it and before every later one, so from there on nothing is missed.
   */
  #replay(): void {
    const [start, end] = [this.#prefix, prefixEnd(this.#prefix)];
    this.#link.send<'history'>(
      { kind: 'history', start, end, after: this.#after },
      [],
      ({ reached, revision, page }) => {
        unpackEvents(page, (at, events) => {
          if (this.#state === 'replaying') this.#sink.events(at, events);
        });
        if (this.#state !== 'replaying') return;
        this.#after = asRevision(Math.max(this.#after, reached));
        if (reached < revision) return this.#replay();
        this.#state = 'live';
        this.#progress();
      },
      (error: StorageError) => this.finish(error),
    );
  }

  #progress(): void {
    const { revision } = this.#hub;
    if (!this.#progressWanted || this.#state !== 'live' || revision < this.#after) return;
    this.#progressWanted = false;
    this.#sink.progress(revision);
  }

  #wants(event: KeyEvent): boolean {
    return (event.type === 'put' ? event.kv.key : event.key).startsWith(this.#prefix);
  }
}

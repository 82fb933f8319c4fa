import type { KeyEvent, StorageWatch, WatchSink } from '../storage/storage.ts';

/** What is held while the list is read: calls of the sink, and bytes of values. One more, and the watch is given up. */
export const heldAtMost = { calls: 1_000, bytes: 4 * 1024 * 1024 } as const;

/**
 * The watch that goes on from a list, opened while the list is still being read: etcd looks only ten times a second for
 * watches that begin in its past, and this wait is over, or shorter, when the list is there. What is told meanwhile is
 * held. One that ends early, or has too much to hold, is given up: its reader then opens another, and nothing is lost.
 */
export class EarlyWatch {
  #watch: StorageWatch | undefined;
  #sink: WatchSink | undefined;
  #held: ((sink: WatchSink) => void)[] = [];
  #heldBytes = 0;

  constructor(open: (sink: WatchSink) => StorageWatch) {
    this.#watch = open({
      events: (revision, events) => this.#tell((sink) => sink.events(revision, events), bytesOf(events)),
      progress: (revision) => this.#tell((sink) => sink.progress(revision), 0),
      end: (error) => {
        this.#giveUp();
        this.#sink?.end(error);
      },
    });
  }

  /** Undefined once it was given up. */
  get watch(): StorageWatch | undefined {
    return this.#watch;
  }

  /** Tells `sink` what is held, and whatever comes from now on. Once, and not after it was given up. */
  flowInto(sink: WatchSink): void {
    const held = this.#held;
    this.#held = [];
    this.#sink = sink;
    for (const tell of held) tell(sink);
  }

  close(): void {
    this.#watch?.close();
    this.#giveUp();
  }

  #tell(tell: (sink: WatchSink) => void, bytes: number): void {
    if (this.#sink !== undefined) {
      tell(this.#sink);
      return;
    }
    if (this.#watch === undefined) return;
    this.#held.push(tell);
    this.#heldBytes += bytes;
    if (this.#held.length > heldAtMost.calls || this.#heldBytes > heldAtMost.bytes) this.close();
  }

  #giveUp(): void {
    this.#watch = undefined;
    this.#held = [];
  }
}

const bytesOf = (events: readonly KeyEvent[]): number =>
  events.reduce((sum, event) => sum + (event.type === 'put' ? event.kv.value.length : 0), 0);

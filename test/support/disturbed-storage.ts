import type { Storage, WatchSink } from '../../src/storage/storage.ts';

/** A storage with some of it replaced. */
export const except = (storage: Storage, replaced: Partial<Storage>): Storage =>
  new Proxy(storage, {
    get(target, name) {
      const found: unknown = name in replaced ? replaced[name as keyof Storage] : target[name as keyof Storage];
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });

/** A valve in a storage's watches: while it is closed nothing comes out of them, and then all of it, in order. */
export class WatchValve {
  #closed = false;
  #held: (() => void)[] = [];

  /** The storage behind the valve: reads and writes go on as they do. */
  readonly behind = (storage: Storage): Storage => {
    const pass = (call: () => void): void => {
      if (this.#closed) this.#held.push(call);
      else call();
    };
    const valved = (sink: WatchSink): WatchSink => ({
      events: (revision, events) => pass(() => sink.events(revision, events)),
      progress: (revision) => pass(() => sink.progress(revision)),
      end: (error) => pass(() => sink.end(error)),
    });
    return except(storage, { watch: (prefix, after, sink) => storage.watch(prefix, after, valved(sink)) });
  };

  close(): void {
    this.#closed = true;
  }

  open(): void {
    this.#closed = false;
    for (const call of this.#held.splice(0)) call();
  }
}

import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { asRevision, type Revision } from '../../src/base/revision.ts';
import { openEtcd } from '../../src/storage/etcd3/open-etcd.ts';
import type { EtcdOptions } from '../../src/storage/etcd3/options.ts';
import type { KeyEvent, Storage, StorageWatch } from '../../src/storage/storage.ts';

/** A storage on these servers, silent, never compacting by itself; anything can be set otherwise. */
export const openTestEtcd = (
  servers: string | readonly string[],
  options: Partial<EtcdOptions> = {},
): Promise<Storage> =>
  openEtcd({
    servers: typeof servers === 'string' ? [servers] : servers,
    prefix: '/test/',
    clock: realClock,
    logger: silentLogger,
    random: Math.random,
    compactionIntervalMs: 0,
    ...options,
  });

/** What one event did, in the form a test compares: `revision key value` or `revision key -`; long values by their length. */
const lineOf = (event: KeyEvent): string => {
  if (event.type === 'delete') return `${event.modRevision} ${event.key} -`;
  const { key, modRevision, value } = event.kv;
  return `${modRevision} ${key} ${value.length > 100 ? value.length : value.toString()}`;
};

/**
 * A watch that goes on for ever: begins again after the last revision whenever it ends for any reason but `compacted`.
 * What a reflector does, without its patience.
 */
export class ResumingWatch {
  /** One line for each event: see {@link lineOf}. */
  readonly lines: string[] = [];
  /** Events to each revision, in order. */
  readonly sizes: number[] = [];
  /** Why each attempt ended; `undefined`: without error. */
  readonly ends: (Error | undefined)[] = [];
  /** Revisions or progress that went back: must stay empty. */
  readonly faults: string[] = [];
  readonly progress: number[] = [];
  readonly #storage: Storage;
  readonly #prefix: string;
  #last: Revision;
  #watch: StorageWatch;
  #closed = false;
  #waiting: { holds: () => boolean; resolve: () => void }[] = [];

  constructor(storage: Storage, prefix: string, after: Revision) {
    this.#storage = storage;
    this.#prefix = prefix;
    this.#last = after;
    this.#watch = this.#start();
  }

  get last(): Revision {
    return this.#last;
  }

  /** Resolves when `holds`; a test that waits in vain fails by its own timeout. */
  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ holds, resolve }));
  }

  reached(revision: number): Promise<void> {
    return this.until(() => this.#last >= revision);
  }

  requestProgress(): void {
    this.#watch.requestProgress();
  }

  close(): void {
    this.#closed = true;
    this.#watch.close();
  }

  #start(): StorageWatch {
    let over = false;
    const news = (what: string, revision: Revision, least: number) => {
      if (over || revision < least)
        this.faults.push(`${what} ${revision} after ${this.#last}${over ? ' and end' : ''}`);
    };
    return this.#storage.watch(this.#prefix, this.#last, {
      events: (revision, events) => {
        news('events', revision, this.#last + 1);
        this.#last = revision;
        this.sizes.push(events.length);
        this.lines.push(...events.map(lineOf));
        this.#wake();
      },
      progress: (revision) => {
        news('progress', revision, this.#last);
        this.progress.push(revision);
        this.#wake();
      },
      end: (error) => {
        if (over) this.faults.push('a second end');
        over = true;
        this.ends.push(error);
        const compacted = error !== undefined && 'code' in error && error.code === 'compacted';
        // Not at once: a store that is down would be asked without a pause.
        if (!this.#closed && !compacted) setTimeout(() => this.#resume(), 20);
        this.#wake();
      },
    });
  }

  #resume(): void {
    if (!this.#closed) this.#watch = this.#start();
  }

  #wake(): void {
    const held = this.#waiting.filter(({ holds }) => holds());
    this.#waiting = this.#waiting.filter((waiting) => !held.includes(waiting));
    for (const { resolve } of held) resolve();
  }
}

/** All events under `prefix` after `after`, up to and including `until`, which must have some. */
export async function readHistory(storage: Storage, prefix: string, after: number, until: number): Promise<string[]> {
  const watch = new ResumingWatch(storage, prefix, asRevision(after));
  await watch.reached(until);
  watch.close();
  return watch.lines;
}

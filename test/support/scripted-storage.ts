import { asRevision, noRevision, type Revision } from '../../src/base/revision.ts';
import { StorageError } from '../../src/storage/errors.ts';
import type {
  KeyEvent,
  KeyValue,
  RangeOptions,
  RangeResult,
  Storage,
  StorageWatch,
  Transaction,
  TransactionResult,
  WatchSink,
} from '../../src/storage/storage.ts';

interface Commit {
  readonly revision: Revision;
  readonly events: readonly KeyEvent[];
}

/** A put (`[key, value]`) or a deletion (`[key]`). */
export type Write = readonly [key: string, value?: string];

/**
 * A store that is an array of commits, and misbehaves as it is told: what reads and watches answer is computed anew from
 * the array each time. Watches deliver in microtasks, one commit after the other.
 */
export class ScriptedStorage implements Storage {
  canProgress = true;
  readonly commits: Commit[] = [];
  /** How many reads (range, currentRevision) fail next, and with what. */
  failures = 0;
  failure: () => Error = () => new StorageError('unavailable', 'scripted');
  /** New watches begin this many commits too early. */
  repeats = 0;
  ranges: RangeOptions[] = [];
  transactions: Transaction[] = [];
  /** What a `range` waits for before it reads, and before it answers with what it read. */
  beforeRead: (options: RangeOptions) => Promise<void> | undefined = () => undefined;
  beforeAnswer: (options: RangeOptions) => Promise<void> | undefined = () => undefined;
  #compacted: Revision = noRevision;
  #revision: Revision;
  readonly #watches = new Set<ScriptedWatch>();

  constructor(revision = 1) {
    this.#revision = asRevision(revision);
  }

  get revision(): Revision {
    return this.#revision;
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  /** One commit. Deletions of what is not there are left out; nothing happens when nothing is left. */
  write(...writes: readonly Write[]): Revision {
    const revision = asRevision(this.#revision + 1);
    const before = this.#stateAt(this.#revision);
    const events: KeyEvent[] = [];
    for (const [key, value] of writes) {
      const known = before.get(key);
      if (value === undefined) {
        if (known !== undefined) events.push({ type: 'delete', key, modRevision: revision });
        continue;
      }
      const createRevision = known?.createRevision ?? revision;
      events.push({ type: 'put', kv: { key, value: Buffer.from(value), createRevision, modRevision: revision } });
    }
    if (events.length === 0) return this.#revision;
    this.#revision = revision;
    this.commits.push({ revision, events });
    for (const watch of this.#watches) watch.wake();
    return revision;
  }

  /** Lets the revision pass without a commit that anybody under the prefix sees. */
  pass(count = 1): Revision {
    this.#revision = asRevision(this.#revision + count);
    return this.#revision;
  }

  /** Ranges are not read, but for those that begin where a prefix does: of a list, all pages but the first. */
  holdBackPages(): Gate {
    const gate = new Gate();
    this.beforeRead = ({ start }) => (start.endsWith('/') ? undefined : gate.passed);
    return gate;
  }

  /** The watches that are open say nothing more, and do not end. New ones speak. */
  silence(): void {
    for (const watch of this.#watches) watch.silent = true;
  }

  /** Ends all watches. */
  cut(error?: Error): void {
    for (const watch of this.#watches) watch.finish(error);
  }

  /** As if restored from a backup. */
  rewind(revision: number): void {
    this.#revision = asRevision(revision);
    while ((this.commits.at(-1)?.revision ?? 0) > revision) this.commits.pop();
  }

  itemsAt(revision: Revision = this.#revision): KeyValue[] {
    return [...this.#stateAt(revision).values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  currentRevision(): Promise<Revision> {
    return this.#answer(() => this.#revision);
  }

  get(key: string): Promise<{ kv: KeyValue | undefined; revision: Revision }> {
    return this.#answer(() => ({ kv: this.#stateAt(this.#revision).get(key), revision: this.#revision }));
  }

  async range(options: RangeOptions): Promise<RangeResult> {
    this.ranges.push(options);
    await this.beforeRead(options);
    const result = await this.#answer(() => {
      const revision = options.revision ?? this.#revision;
      if (revision < this.#compacted) throw new StorageError('compacted', 'scripted');
      const all = this.itemsAt(revision).filter(({ key }) => key >= options.start && key < options.end);
      const items = options.limit === undefined ? all : all.slice(0, options.limit);
      return { items, more: items.length < all.length, count: all.length, revision };
    });
    await this.beforeAnswer(options);
    return result;
  }

  transact(transaction: Transaction): Promise<TransactionResult> {
    return this.#answer(() => {
      this.transactions.push(transaction);
      const writes = transaction.operations.map(
        (operation): Write =>
          operation.type === 'put' ? [operation.key, operation.value.toString()] : [operation.key],
      );
      return { succeeded: true, revision: this.write(...writes) };
    });
  }

  watch(prefix: string, after: Revision, sink: WatchSink): StorageWatch {
    const watch = new ScriptedWatch(this, prefix, after, sink, () => this.#watches.delete(watch));
    this.#watches.add(watch);
    watch.begin(after < this.#compacted - 1, this.repeats);
    return watch;
  }

  compact(revision: Revision): Promise<void> {
    this.#compacted = asRevision(Math.max(this.#compacted, revision));
    return Promise.resolve();
  }

  compactRevision(): Promise<Revision> {
    return Promise.resolve(this.#compacted);
  }

  close(): Promise<void> {
    this.cut();
    return Promise.resolve();
  }

  #stateAt(revision: Revision): Map<string, KeyValue> {
    const state = new Map<string, KeyValue>();
    for (const commit of this.commits) {
      if (commit.revision > revision) break;
      for (const event of commit.events) {
        if (event.type === 'put') state.set(event.kv.key, event.kv);
        else state.delete(event.key);
      }
    }
    return state;
  }

  async #answer<T>(answer: () => T): Promise<T> {
    await Promise.resolve();
    if (this.failures > 0) {
      this.failures--;
      throw this.failure();
    }
    return answer();
  }
}

class ScriptedWatch implements StorageWatch {
  readonly #storage: ScriptedStorage;
  readonly #prefix: string;
  readonly #sink: WatchSink;
  readonly #gone: () => void;
  #next: number;
  #open = true;
  #scheduled = false;
  #progressWanted = false;
  #ended = false;
  silent = false;

  constructor(storage: ScriptedStorage, prefix: string, after: Revision, sink: WatchSink, gone: () => void) {
    this.#storage = storage;
    this.#prefix = prefix;
    this.#sink = sink;
    this.#gone = gone;
    const next = storage.commits.findIndex(({ revision }) => revision > after);
    this.#next = next === -1 ? storage.commits.length : next;
  }

  begin(compacted: boolean, repeats: number): void {
    this.#next = Math.max(0, this.#next - repeats);
    if (compacted) queueMicrotask(() => this.finish(new StorageError('compacted', 'scripted')));
    else this.wake();
  }

  wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#deliver());
  }

  requestProgress(): void {
    if (!this.#storage.canProgress) return;
    this.#progressWanted = true;
    this.wake();
  }

  close(): void {
    queueMicrotask(() => this.finish(undefined));
    this.#open = false;
  }

  finish(error: Error | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#open = false;
    this.#gone();
    this.#sink.end(error);
  }

  #deliver(): void {
    this.#scheduled = false;
    if (!this.#open || this.silent) return;
    const commit = this.#storage.commits[this.#next];
    if (commit !== undefined) {
      this.#next++;
      const keyOf = (event: KeyEvent) => (event.type === 'put' ? event.kv.key : event.key);
      const events = commit.events.filter((event) => keyOf(event).startsWith(this.#prefix));
      if (events.length > 0) this.#sink.events(commit.revision, events);
      this.wake();
    } else if (this.#progressWanted) {
      this.#progressWanted = false;
      this.#sink.progress(this.#storage.revision);
    }
  }
}

/** Lets everything that needs no time happen: microtasks, and one turn of the event loop. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets `count` turns of the event loop go by. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await settled();
}

/** Something to wait for, until it is opened. */
export class Gate {
  readonly passed: Promise<void>;
  #open = () => {};

  constructor() {
    this.passed = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#open();
  }
}

import { parseRevision, type Revision } from '../../base/revision.ts';
import { StorageError } from '../errors.ts';
import type {
  KeyValue,
  RangeOptions,
  RangeResult,
  Storage,
  StorageWatch,
  Transaction,
  TransactionResult,
  WatchSink,
} from '../storage.ts';
import { EtcdCompactor } from './compactor.ts';
import { Connection } from './connection.ts';
import { closedFailure, failureOf, valueOf, withCompactRevision } from './failure.ts';
import { keyBytes, keyValueOf, prefixBytes, rangeBytes } from './key-value.ts';
import { LeasePool } from './lease-pool.ts';
import { type EtcdOptions, etcdDefaults } from './options.ts';
import { rangeOf, readKey } from './range-requests.ts';
import { Transactor } from './transactor.ts';
import { VersionGate } from './version-gate.ts';
import { EtcdWatch } from './watch.ts';

/** Storage on an etcd cluster: see `openEtcd`. Owns the connection. */
export class EtcdStorage implements Storage {
  readonly #connection: Connection;
  readonly #gate: VersionGate;
  readonly #compactor: EtcdCompactor;
  readonly #transactor: Transactor;
  /** Asked for by the smallest read there is. */
  readonly #probe: Buffer;
  readonly #watches = new Set<StorageWatch>();
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(connection: Connection, gate: VersionGate, options: EtcdOptions) {
    this.#connection = connection;
    this.#gate = gate;
    this.#compactor = new EtcdCompactor(connection, options.compactionIntervalMs ?? etcdDefaults.compactionIntervalMs);
    this.#transactor = new Transactor(
      connection,
      gate,
      new LeasePool(connection),
      options.resolveTimeoutMs ?? etcdDefaults.resolveTimeoutMs,
    );
    this.#probe = options.prefix === '' ? Buffer.of(0) : keyBytes(options.prefix);
    this.#compactor.start();
  }

  get canProgress(): boolean {
    return this.#gate.canProgress;
  }

  currentRevision(): Promise<Revision> {
    return this.#run('current revision', async () => {
      const request = { key: this.#probe, count_only: true };
      const { header } = valueOf(await rangeOf(this.#connection, request, 'the current revision'));
      return parseRevision(header.revision);
    });
  }

  get(key: string): Promise<{ readonly kv: KeyValue | undefined; readonly revision: Revision }> {
    return this.#run(key, async () => valueOf(await readKey(this.#connection, key)));
  }

  range({ start, end, limit = 0, revision, keysOnly = false }: RangeOptions): Promise<RangeResult> {
    const about = `${start} to ${end}`;
    return this.#run(about, async () => {
      const at = revision === undefined ? {} : { revision: String(revision) };
      const answer = await rangeOf(
        this.#connection,
        { ...rangeBytes(start, end), limit, ...(keysOnly ? { keys_only: true } : {}), ...at },
        about,
      );
      if ('failure' in answer) throw withCompactRevision(answer.failure, revision ?? 0, this.#compactor.known);
      const { kvs, more, count, header } = answer.value;
      return {
        items: kvs.map(keyValueOf),
        more,
        count: Number(count),
        revision: revision ?? parseRevision(header.revision),
      };
    });
  }

  transact(transaction: Transaction): Promise<TransactionResult> {
    return this.#run('transaction', () => this.#transactor.run(transaction));
  }

  watch(prefix: string, after: Revision, sink: WatchSink): StorageWatch {
    if (this.#closing !== undefined) {
      queueMicrotask(() => sink.end(closedFailure().error));
      return { requestProgress() {}, close() {} };
    }
    const range = { ...prefixBytes(prefix), about: prefix };
    const watch = new EtcdWatch(this.#connection, this.#gate, range, after, sink, {
      compacted: (revision) => this.#compactor.learn(revision),
      ended: (ended) => this.#watches.delete(ended),
    });
    this.#watches.add(watch);
    watch.start();
    return watch;
  }

  compact(revision: Revision): Promise<void> {
    return this.#run(`compaction to ${revision}`, async () => {
      const answer = await this.#connection.retry(
        { operation: 'compact', about: String(revision) },
        (client, options) => client.kv.compact({ revision: String(revision) }, options),
      );
      if ('failure' in answer && answer.failure.error.code !== 'compacted') throw answer.failure.error;
      this.#compactor.learn(revision);
    });
  }

  compactRevision(): Promise<Revision> {
    return this.#run('compact revision', () => this.#compactor.ask());
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const watch of this.#watches) watch.close();
    await Promise.all([this.#compactor.stop(), ...this.#running]);
    this.#connection.close();
  }

  /** Everything public passes here: refused after `close`, awaited by it, and failing with nothing but StorageErrors. */
  #run<T>(about: string, work: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(closedFailure().error);
    const result = work().catch((error: unknown) => {
      throw error instanceof StorageError ? error : failureOf(error, about).error;
    });
    const settled = Promise.allSettled([result]);
    this.#running.add(settled);
    void settled.then(() => this.#running.delete(settled));
    return result;
  }
}

import type { ITxnResponse } from 'etcd3';
import { noRevision, parseRevision, type Revision } from '../../base/revision.ts';
import type { Connection } from './connection.ts';
import { keyBytes } from './key-value.ts';
import { firstOf, readKey } from './range-requests.ts';

/** Kubernetes' own, at the root of the key space: all API servers on one etcd agree through it. */
export const compactRevisionKey = 'compact_rev_key';

/**
 * Compacts what is older than one interval, as kube-apiserver does and together with it. The key's version counts
 * compactions: whoever raises it from the version it saw an interval ago compacts, to the revision it saw then, and
 * leaves that in the value; the others take note. So history is kept for one to two intervals, whoever comes and goes.
 *
 * Also remembers how far the store is compacted, from whatever told it.
 */
export class EtcdCompactor {
  readonly #connection: Connection;
  readonly #intervalMs: number;
  #known = noRevision;
  /** The key's version, and the store's revision, one interval ago. */
  #version = '0';
  #revision = noRevision;
  #stop = () => {};
  #running: Promise<void> | undefined;

  constructor(connection: Connection, intervalMs: number) {
    this.#connection = connection;
    this.#intervalMs = intervalMs;
  }

  /** The highest compaction that has been told, without asking. */
  get known(): Revision {
    return this.#known;
  }

  learn(revision: Revision): void {
    if (revision > this.#known) this.#known = revision;
  }

  /** Nothing happens before the first interval is over. Does nothing when the interval is 0. */
  start(): void {
    if (this.#intervalMs === 0) return;
    this.#stop = this.#connection.clock.after(this.#intervalMs, () => {
      this.#running = this.#round();
    });
  }

  /** Resolves when a round under way is over. */
  async stop(): Promise<void> {
    this.#stop();
    this.#stop = () => {};
    await this.#running;
    this.#stop();
  }

  /** Asks the store's key, and takes it for what is known when it is higher. @throws {StorageError} */
  async ask(): Promise<Revision> {
    const answer = await readKey(this.#connection, compactRevisionKey);
    if ('failure' in answer) throw answer.failure.error;
    this.#note(answer.value.kv?.value);
    return this.#known;
  }

  async #round(): Promise<void> {
    const { logger } = this.#connection;
    const target = this.#revision;
    const answer = await this.#connection.attempt({ operation: 'txn', about: compactRevisionKey }, (client, options) =>
      client.kv.txn(this.#claim(target), options),
    );
    if ('failure' in answer) {
      logger.warn('compaction not attempted', { revision: target, error: answer.failure.error.message });
    } else {
      this.#revision = parseRevision(answer.value.header.revision);
      if (answer.value.succeeded) await this.#compact(target);
      else this.#defer(answer.value);
    }
    this.start();
  }

  #claim(target: Revision) {
    const key = keyBytes(compactRevisionKey);
    return {
      compare: [{ target: 'Version' as const, result: 'Equal' as const, key, version: this.#version }],
      success: [{ request_put: { key, value: Buffer.from(String(target)) } }],
      failure: [{ request_range: { key } }],
    };
  }

  async #compact(target: Revision): Promise<void> {
    this.#version = String(Number(this.#version) + 1);
    if (target === noRevision) return;
    const { logger } = this.#connection;
    const answer = await this.#connection.retry({ operation: 'compact', about: String(target) }, (client, options) =>
      client.kv.compact({ revision: String(target) }, options),
    );
    if ('failure' in answer && answer.failure.error.code !== 'compacted') {
      logger.warn('compaction failed', { revision: target, error: answer.failure.error.message });
      return;
    }
    this.learn(target);
    logger.info('compacted', { revision: target });
  }

  /** Somebody else was here since. */
  #defer({ responses }: ITxnResponse): void {
    const kv = responses[0]?.response_range.kvs[0];
    this.#version = kv?.version ?? '0';
    this.#note(responses[0] === undefined ? undefined : firstOf(responses[0])?.value);
  }

  #note(value: Buffer | undefined): void {
    const text = value?.toString('utf8') ?? '';
    if (/^\d{1,15}$/.test(text)) this.learn(parseRevision(text));
  }
}

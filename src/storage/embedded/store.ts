import { asRevision, type Revision } from '../../base/revision.ts';
import { StorageError } from '../errors.ts';
import { Compaction } from './compaction.ts';
import type { Exchanges, Opened } from './messages.ts';
import { prepareDatabase } from './schema.ts';
import { type Database, loadSqlite, resultCode, resultCodes } from './sqlite.ts';
import { Reads } from './stored-ranges.ts';
import { Writes } from './writes.ts';

type Asked<K extends keyof Exchanges> = Exchanges[K]['request'];
type Answer<K extends keyof Exchanges> = Exchanges[K]['reply'];

/** One database, opened for this process alone. Synchronous: it is the whole work of the worker. */
export class Store {
  readonly #db: Database;
  readonly #reads: Reads;
  readonly #writes: Writes;
  readonly #compaction: Compaction;

  /** @throws {StorageError} `denied` or `corrupt`, see {@link prepareDatabase}; or SQLite's error. */
  constructor(path: string) {
    const { DatabaseSync } = loadSqlite();
    this.#db = new DatabaseSync(path, { timeout: 0 });
    try {
      prepareDatabase(this.#db, path);
      this.#reads = new Reads(this.#db);
      this.#writes = new Writes(this.#db, this.#reads);
      this.#compaction = new Compaction(this.#db);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  state(): Omit<Opened, 'kind'> {
    const { compacted, unswept } = this.#compaction;
    return { revision: this.#writes.revision, compacted, unswept, nextExpiry: this.#writes.nextExpiry() };
  }

  transact({ batch, now }: Asked<'transact'>): Answer<'transact'> {
    const { outcomes, timed } = this.#writes.transact(batch, now);
    return timed ? { outcomes, nextExpiry: this.#writes.nextExpiry() } : { outcomes };
  }

  expire({ now }: Asked<'expire'>): Answer<'expire'> {
    return { outcomes: this.#writes.expire(now), nextExpiry: this.#writes.nextExpiry() };
  }

  get({ key }: Asked<'get'>): Answer<'get'> {
    return { revision: this.#writes.revision, page: this.#reads.get(key) };
  }

  /** @throws {StorageError} `compacted`, `future-revision` */
  range(request: Asked<'range'>): Answer<'range'> {
    const { revision } = request;
    this.#refuseFuture(revision);
    if (revision !== 0 && revision < this.#compaction.compacted) throw this.#compacted(revision);
    return this.#reads.range(request, this.#writes.revision);
  }

  /** @throws {StorageError} `compacted` */
  history(request: Asked<'history'>): Answer<'history'> {
    const { after } = request;
    const { revision } = this.#writes;
    if (after + 1 < this.#compaction.compacted) throw this.#compacted(asRevision(after + 1));
    if (after >= revision) return { reached: after, revision, page: this.#reads.nothing() };
    return this.#reads.history(request, revision);
  }

  /** @throws {StorageError} `future-revision` */
  compact({ revision }: Asked<'compact'>): Answer<'compact'> {
    this.#refuseFuture(revision);
    this.#compaction.compact(revision);
    return { compacted: this.#compaction.compacted };
  }

  sweep(): Answer<'sweep'> {
    this.#compaction.sweep();
    return { more: this.#compaction.unswept };
  }

  /** Versions kept: what compaction brings down. */
  rowCount(): number {
    return this.#reads.rowCount();
  }

  close(): void {
    this.#db.close();
  }

  /** Nothing was written and the next request may well succeed. Of any other error nobody can say so. */
  isHarmless(error: unknown): boolean {
    return error instanceof StorageError || resultCode(error) === resultCodes.full;
  }

  #refuseFuture(revision: Revision): void {
    const current = this.#writes.revision;
    if (revision > current) throw new StorageError('future-revision', `revision ${revision} of ${current}`);
  }

  #compacted(revision: Revision): StorageError {
    const { compacted } = this.#compaction;
    const message = `revision ${revision}, history begins at ${compacted}`;
    return new StorageError('compacted', message, { compactRevision: compacted });
  }
}

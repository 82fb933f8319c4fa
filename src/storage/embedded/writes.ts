import { asRevision, type Revision } from '../../base/revision.ts';
import type { Operation, Transaction } from '../storage.ts';
import { unpackBatch } from './batch.ts';
import { Commit } from './commit.ts';
import { packKeyValue } from './key-values.ts';
import { type Packed, Packer } from './packed.ts';
import { revisionOf, sequenceOf } from './schema.ts';
import type { Database, Statement } from './sqlite.ts';
import type { Reads } from './stored-ranges.ts';

/** A key that there is now; absent from the table when there is none. */
type Current = { readonly sequence: number; readonly created: number };

/** Keys deleted in one go when their time is up: a moment's work, so that nobody waits long behind it. */
const maxExpiredAtOnce = 256;

/** The writing half of the store, in the worker. Every method commits before it returns, or throws and changes nothing. */
export class Writes {
  readonly #reads: Reads;
  readonly #commit: Commit;
  readonly #find: Statement;
  readonly #log: Statement;
  readonly #set: Statement;
  readonly #unset: Statement;
  readonly #due: Statement;
  readonly #nextExpiry: Statement;
  #revision: Revision;

  constructor(db: Database, reads: Reads) {
    const rows = (sql: string): Statement => {
      const statement = db.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    };
    this.#reads = reads;
    this.#commit = new Commit(db);
    this.#find = rows('SELECT sequence, created FROM current WHERE key = ?');
    this.#log = db.prepare('INSERT INTO log (sequence, key, created, previous, value) VALUES (?, ?, ?, ?, ?)');
    this.#set = db.prepare('INSERT OR REPLACE INTO current (key, sequence, created, expires) VALUES (?, ?, ?, ?)');
    this.#unset = db.prepare('DELETE FROM current WHERE key = ?');
    this.#due = rows(`SELECT key FROM current WHERE expires <= ? ORDER BY expires, key LIMIT ${maxExpiredAtOnce}`);
    this.#nextExpiry = rows('SELECT min(expires) FROM current WHERE expires IS NOT NULL');
    const [last] = rows('SELECT max(sequence) FROM log').get() as [number | null];
    // A store without writes is at 1, as etcd's is: 0 is never a revision that something can be read at.
    this.#revision = asRevision(last === null ? 1 : revisionOf(last));
  }

  get revision(): Revision {
    return this.#revision;
  }

  /** Wall time in milliseconds; null when no key expires. */
  nextExpiry(): number | null {
    return (this.#nextExpiry.get() as [number | null])[0];
  }

  /** A batch is one commit, and each transaction in it has a revision of its own. */
  transact(batch: Packed, now: number): { outcomes: Packed; timed: boolean } {
    const transactions = unpackBatch(batch);
    const timed = transactions.some(({ operations }) =>
      operations.some((operation) => operation.type === 'put' && operation.ttlSeconds !== undefined),
    );
    const outcomes = this.#committed((into) => {
      for (const transaction of transactions) this.#apply(transaction, now, into);
    });
    return { outcomes, timed };
  }

  /** Deletes some of the keys that expire by `now`; each takes a revision, as if its own client had deleted it. */
  expire(now: number): Packed {
    return this.#committed((into) => {
      for (const [key] of this.#due.all(now) as [string][]) {
        const revision = asRevision(this.#revision + 1);
        this.#operate({ type: 'delete', key }, this.#current(key), revision, 0, now);
        this.#revision = revision;
        into.string(key);
        into.number(revision);
      }
    });
  }

  /** Runs `work` in one SQLite transaction. */
  #committed(work: (into: Packer) => void): Packed {
    const before = this.#revision;
    const packer = new Packer();
    try {
      this.#commit.run(() => work(packer));
    } catch (error) {
      this.#revision = before;
      throw error;
    }
    return packer.finish();
  }

  #apply({ compare, operations }: Transaction, now: number, into: Packer): void {
    const found = new Map<string, Current | undefined>();
    const current = (key: string): Current | undefined => {
      if (!found.has(key)) found.set(key, this.#current(key));
      return found.get(key);
    };
    const holds = compare.every(({ key, modRevision }) => revisionOf(current(key)?.sequence ?? 0) === modRevision);
    into.number(holds ? 1 : 0);
    if (!holds) {
      into.number(this.#revision);
      for (const { key } of compare) packKeyValue(into, this.#reads.latest(key));
      return;
    }
    const changes = operations.some(({ type, key }) => type === 'put' || current(key) !== undefined);
    if (changes) this.#revision = asRevision(this.#revision + 1);
    into.number(this.#revision);
    for (const [index, operation] of operations.entries()) {
      into.number(this.#operate(operation, current(operation.key), this.#revision, index, now));
    }
  }

  /** @returns the create revision of what is there now, or of what was deleted; 0 when there was nothing to delete. */
  #operate(operation: Operation, current: Current | undefined, revision: Revision, index: number, now: number): number {
    const sequence = sequenceOf(revision, index);
    const previous = current?.sequence ?? null;
    if (operation.type === 'delete') {
      if (current === undefined) return 0;
      this.#log.run(sequence, operation.key, 0, previous, null);
      this.#unset.run(operation.key);
      return current.created;
    }
    const created = current?.created ?? revision;
    const expires = operation.ttlSeconds === undefined ? null : now + operation.ttlSeconds * 1000;
    this.#log.run(sequence, operation.key, created, previous, operation.value);
    this.#set.run(operation.key, sequence, created, expires);
    return created;
  }

  #current(key: string): Current | undefined {
    const row = this.#find.get(key) as [number, number] | undefined;
    return row === undefined ? undefined : { sequence: row[0], created: row[1] };
  }
}

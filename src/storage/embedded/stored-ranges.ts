import { asRevision, type Revision } from '../../base/revision.ts';
import { packKeyValue, packRow, type Row } from './key-values.ts';
import type { Exchanges } from './messages.ts';
import { type Packed, Packer } from './packed.ts';
import { revisionOf, sequenceOf } from './schema.ts';
import type { Database, Statement } from './sqlite.ts';

type Stored = [sequence: number, key: string, created: number, value: Uint8Array | null];

/** A page ends after the item that fills it: memory per answer is this and one value more. */
const maxPageBytes = 4 * 1024 * 1024;

/** Changes in one page of history. */
const maxHistoryEvents = 1_000;

/** Revisions looked at for one page of history, matching or not, so that a watch of little is not a scan of everything. */
const maxHistoryRevisions = 20_000;

/**
 * No key holds a NUL, but a bound may, "the key after this one" being this one and a NUL. The bindings end a string at
 * a NUL; among keys without any, what comes before or after the first byte above NUL is the same.
 */
const bound = (key: string): string => {
  const nul = key.indexOf('\0');
  return nul === -1 ? key : `${key.slice(0, nul)}\u0001`;
};

const rowOf = ([sequence, key, created, value]: Stored): Row => [key, revisionOf(sequence), created, value];

/** The reading half of the store, in the worker. Whether a revision can be asked for is the caller's to know. */
export class Reads {
  readonly #latest: Statement;
  readonly #range: Statement;
  readonly #keys: Statement;
  readonly #count: Statement;
  readonly #rangeAt: Statement;
  readonly #keysAt: Statement;
  readonly #countAt: Statement;
  readonly #history: Statement;
  readonly #rows: Statement;

  constructor(db: Database) {
    const rows = (sql: string): Statement => {
      const statement = db.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    };
    const inRange = 'key >= ? AND key < ?';
    // max() makes SQLite take the other columns from the row that has it: sqlite.org/lang_select.html#bareagg.
    const newest = `SELECT key, max(sequence) AS sequence, created FROM log INDEXED BY log_by_key
      WHERE ${inRange} AND sequence < ? GROUP BY key HAVING created > 0`;
    const latest = 'SELECT log.sequence, log.key, log.created, log.value FROM current CROSS JOIN log USING (sequence)';
    this.#latest = rows(`${latest} WHERE current.key = ?`);
    this.#range = rows(`${latest} WHERE current.key >= ? AND current.key < ? ORDER BY current.key LIMIT ?`);
    this.#keys = rows(`SELECT sequence, key, created, x'' FROM current WHERE ${inRange} ORDER BY key LIMIT ?`);
    this.#count = rows(`SELECT count(*) FROM current WHERE ${inRange}`);
    this.#rangeAt = rows(`SELECT log.sequence, log.key, log.created, log.value
      FROM (${newest} ORDER BY key LIMIT ?) AS newest CROSS JOIN log USING (sequence) ORDER BY newest.key`);
    this.#keysAt = rows(`SELECT sequence, key, created, x'' FROM (${newest} ORDER BY key LIMIT ?)`);
    this.#countAt = rows(`SELECT count(*) FROM (${newest})`);
    this.#rows = rows('SELECT count(*) FROM log');
    this.#history = rows(
      `SELECT sequence, key, created, value FROM log WHERE sequence >= ? AND sequence < ? AND ${inRange} ORDER BY sequence`,
    );
  }

  latest(key: string): Row | undefined {
    const row = this.#latest.get(key) as Stored | undefined;
    return row === undefined ? undefined : rowOf(row);
  }

  /** One key as a page: what `takeKeyValue` reads. */
  get(key: string): Packed {
    const packer = new Packer();
    packKeyValue(packer, this.latest(key));
    return packer.finish();
  }

  rowCount(): number {
    return (this.#rows.get() as [number])[0];
  }

  nothing(): Packed {
    return new Packer().finish();
  }

  range(request: Exchanges['range']['request'], current: Revision): Exchanges['range']['reply'] {
    const start = bound(request.start);
    const end = bound(request.end);
    const { limit, revision, counted, keysOnly } = request;
    const isLatest = revision === 0 || revision === current;
    const before = sequenceOf(revision + 1);
    const found = isLatest
      ? (keysOnly ? this.#keys : this.#range).iterate(start, end, limit + 1)
      : (keysOnly ? this.#keysAt : this.#rangeAt).iterate(start, end, before, limit + 1);
    const packer = new Packer();
    let items = 0;
    let more = false;
    for (const row of found as IterableIterator<Stored>) {
      more = items === limit || packer.size >= maxPageBytes;
      if (more) break;
      packRow(packer, rowOf(row));
      items += 1;
    }
    const counts = () => (isLatest ? this.#count.get(start, end) : this.#countAt.get(start, end, before)) as [number];
    return {
      revision: isLatest ? current : revision,
      page: packer.finish(),
      more,
      count: counted ? (more ? counts()[0] : items) : -1,
    };
  }

  history({ start, end, after }: Exchanges['history']['request'], current: Revision): Exchanges['history']['reply'] {
    const from = sequenceOf(after + 1);
    const until = Math.min(current, after + maxHistoryRevisions);
    const rows = this.#history.iterate(from, sequenceOf(until + 1), start, end) as IterableIterator<Stored>;
    const packer = new Packer();
    let events = 0;
    let last = after as number;
    let reached = until;
    for (const row of rows) {
      const revision = revisionOf(row[0]);
      // Only ever between two revisions: a revision's changes stay together.
      if (revision !== last && (events >= maxHistoryEvents || packer.size >= maxPageBytes)) {
        reached = last;
        break;
      }
      packRow(packer, rowOf(row));
      events += 1;
      last = revision;
    }
    return { reached: asRevision(reached), revision: current, page: packer.finish() };
  }
}

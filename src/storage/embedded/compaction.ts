import { asRevision, type Revision } from '../../base/revision.ts';
import { Commit } from './commit.ts';
import { sequenceOf } from './schema.ts';
import type { Database, Statement } from './sqlite.ts';

/** Rows looked at in one go: some ten milliseconds, which every waiting request pays. */
const maxSweptAtOnce = 1_000;

type Row = [sequence: number, created: number, previous: number | null];

/** What history no longer reaches, in the worker: first nobody may ask for it, then it is deleted, little by little. */
export class Compaction {
  readonly #commit: Commit;
  readonly #record: Statement;
  readonly #rows: Statement;
  readonly #delete: Statement;
  #compacted: Revision;
  #swept: number;

  constructor(db: Database) {
    const fact = (name: string): number => {
      const row = db.prepare('SELECT value FROM facts WHERE name = ?').get(name) as { value: number };
      return row.value;
    };
    this.#commit = new Commit(db);
    this.#record = db.prepare('UPDATE facts SET value = ?2 WHERE name = ?1');
    this.#rows = db.prepare(
      `SELECT sequence, created, previous FROM log WHERE sequence >= ? AND sequence < ? ORDER BY sequence LIMIT ${maxSweptAtOnce}`,
    );
    this.#rows.setReturnArrays(true);
    this.#delete = db.prepare('DELETE FROM log WHERE sequence = ?');
    this.#compacted = asRevision(fact('compacted'));
    this.#swept = fact('swept');
  }

  /** 0 when nothing was ever compacted. */
  get compacted(): Revision {
    return this.#compacted;
  }

  /** There is something to {@link sweep}. */
  get unswept(): boolean {
    return this.#swept < sequenceOf(this.#compacted);
  }

  /** `revision` is not in the future. */
  compact(revision: Revision): void {
    if (revision <= this.#compacted) return;
    this.#record.run('compacted', revision);
    this.#compacted = revision;
  }

  /**
   * Deletes what was replaced by a version up to and including the compacted revision, and deletions before it. A
   * deletion *at* it stays until the next time: a watch may begin there.
   */
  sweep(): void {
    if (!this.unswept) return;
    const first = sequenceOf(this.#compacted);
    const rows = this.#rows.all(this.#swept, sequenceOf(this.#compacted + 1)) as Row[];
    const last = rows.at(-1);
    const swept = last === undefined || rows.length < maxSweptAtOnce ? first : Math.min(first, last[0] + 1);
    this.#commit.run(() => {
      for (const [sequence, created, previous] of rows) {
        if (previous !== null) this.#delete.run(previous);
        if (created === 0 && sequence < first) this.#delete.run(sequence);
      }
      this.#record.run('swept', swept);
    });
    this.#swept = swept;
  }
}

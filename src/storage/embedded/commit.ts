import type { Database, Statement } from './sqlite.ts';

/** Runs work in one SQLite transaction each. */
export class Commit {
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
  }

  /** All of `work` is on the disk when this returns; when it throws, none of it is visible. */
  run<T>(work: () => T): T {
    this.#begin.run();
    try {
      const result = work();
      this.#commit.run();
      return result;
    } catch (error) {
      // SQLite rolls back by itself on some errors, a full disk among them.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}

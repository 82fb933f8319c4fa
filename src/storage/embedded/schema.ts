import { StorageError } from '../errors.ts';
import { maxOperations } from './limits.ts';
import { type Database, resultCode, resultCodes } from './sqlite.ts';

/** "crow": tells our files from other programs' (sqlite.org/pragma.html#pragma_application_id). */
const applicationId = 0x63_72_6f_77;
const schemaVersion = 1;

/**
 * `log` holds every version of every key that history still reaches, and the latest for ever. Its rowid is the place of
 * the change in all of history, see {@link sequenceOf}; `created` is 0 and `value` null for a deletion; `previous` is
 * the sequence of the version that this one replaced, so that compaction finds its work by reading what is new and not what is old.
 * `current` holds the keys there are now. Values stay out of it: a WITHOUT ROWID table is slow with large rows.
 * `facts`: `compacted`, the compaction revision, and `swept`, the sequence up to which its work is done.
 */
const tables = `
  CREATE TABLE log (
    sequence INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    created INTEGER NOT NULL,
    previous INTEGER,
    value BLOB
  );
  CREATE INDEX log_by_key ON log (key, sequence, created);
  CREATE TABLE current (
    key TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER
  ) WITHOUT ROWID;
  CREATE INDEX current_by_expiry ON current (expires) WHERE expires IS NOT NULL;
  CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO facts VALUES ('compacted', 0), ('swept', 0);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

/** Where the `index`-th operation of a revision stands in history. */
export const sequenceOf = (revision: number, index = 0): number => revision * maxOperations + index;

/** The revision that a sequence belongs to. */
export const revisionOf = (sequence: number): number => Math.floor(sequence / maxOperations);

/**
 * Takes the database for this process alone until it is closed or the process ends, however it ends, and sees to its
 * schema. `path` is for messages.
 * @throws {StorageError} `denied` when another process has it, `corrupt` when it is not one of ours.
 */
export function prepareDatabase(db: Database, path: string): void {
  try {
    // Before anything is read: then the lock is a plain file lock, held on, and WAL needs no shared memory.
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    const found = foundIn(db);
    if (found.applicationId !== applicationId && (found.applicationId !== 0 || found.tables > 0)) {
      throw new StorageError('corrupt', `${path} is a database of another program`);
    }
    if (found.applicationId === applicationId && found.version !== schemaVersion) {
      const versions = `its schema is version ${found.version}, this program knows version ${schemaVersion}`;
      throw new StorageError('corrupt', `${path} was written by another version of this program: ${versions}`);
    }
    // FULL: an acknowledged write is on the disk, not merely with the system. A WAL of about 8 MiB. The page cache is left
    // at 2 MiB: the first list fills it, however large, and nothing else gains by more, the system having the file too.
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA fullfsync = ON;
      PRAGMA wal_autocheckpoint = 2000;
      PRAGMA journal_size_limit = 67108864;
      BEGIN IMMEDIATE;
      ${found.applicationId === 0 ? tables : ''}
      COMMIT;
    `);
  } catch (error) {
    throw refusalOf(error, path);
  }
}

/** @returns an error with a message for the person who starts the server. */
export function refusalOf(error: unknown, path: string): unknown {
  switch (resultCode(error)) {
    case resultCodes.busy:
    case resultCodes.locked:
      return new StorageError('denied', `${path} is in use by another process`, { cause: error });
    case resultCodes.notADatabase:
      return new StorageError('corrupt', `${path} is not a database`, { cause: error });
    case resultCodes.corrupt:
      return new StorageError('corrupt', `${path} is damaged: ${(error as Error).message}`, { cause: error });
    case resultCodes.full:
      return new StorageError('unavailable', `no space left for ${path}`, { cause: error });
    case resultCodes.cantOpen:
      return new StorageError('unavailable', `cannot open ${path}: ${(error as Error).message}`, { cause: error });
    default:
      return error;
  }
}

function foundIn(db: Database): { applicationId: number; version: number; tables: number } {
  const number = (sql: string): number => {
    const statement = db.prepare(sql);
    statement.setReturnArrays(true);
    return Number((statement.get() as unknown[])[0]);
  };
  return {
    applicationId: number('PRAGMA application_id'),
    version: number('PRAGMA user_version'),
    tables: number('SELECT count(*) FROM sqlite_schema'),
  };
}

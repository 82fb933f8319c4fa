import { createRequire } from 'node:module';
import type * as Sqlite from '@photostructure/sqlite';

export type Database = Sqlite.DatabaseSyncInstance;
export type Statement = Sqlite.StatementSyncInstance;

/** Older ones can corrupt a database in WAL mode when a checkpoint meets a write: sqlite.org/wal.html, "WAL-reset bug". */
const oldestSound = [3, 51, 3];

/** Node's own SQLite where this Node has one that is sound, else the package with the same API. */
export function loadSqlite(): typeof Sqlite {
  const builtIn: string | undefined = process.versions['sqlite'];
  const require = createRequire(import.meta.url);
  const name = builtIn !== undefined && isSound(builtIn) ? 'node:sqlite' : '@photostructure/sqlite';
  return require(name) as typeof Sqlite;
}

export function isSound(version: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [i, least] of oldestSound.entries()) {
    const part = parts[i] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}

/** SQLite's primary result codes that mean something to us: sqlite.org/rescode.html. */
export const resultCodes = { busy: 5, locked: 6, corrupt: 11, full: 13, cantOpen: 14, notADatabase: 26 } as const;

/** The primary result code of an error thrown by SQLite, else undefined. */
export function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

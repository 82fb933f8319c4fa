import { createRequire } from 'node:module';
import type * as Sqlite from '@photostructure/sqlite';

export type Database = Sqlite.DatabaseSyncInstance;
export type Statement = Sqlite.StatementSyncInstance;

/** Older ones can corrupt a database in WAL mode when a checkpoint meets a write: sqlite.org/wal.html, "WAL-reset bug". */
const oldestSound = [3, 51, 3];

/** Before it, Node calls its SQLite experimental, and says so on stderr whenever it is used. */
const settledSinceNode = 24;

/** Node's own SQLite where it is settled and sound, else the package with the same API. */
export function loadSqlite(): typeof Sqlite {
  const { node, sqlite } = process.versions as { readonly node: string; readonly sqlite?: string };
  const require = createRequire(import.meta.url);
  return require(usesBuiltIn(node, sqlite) ? 'node:sqlite' : '@photostructure/sqlite') as typeof Sqlite;
}

/** By the versions of Node and of the SQLite in it, if there is one. */
export function usesBuiltIn(node: string, sqlite: string | undefined): boolean {
  return sqlite !== undefined && Number.parseInt(node, 10) >= settledSinceNode && isSound(sqlite);
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

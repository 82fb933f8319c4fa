import { describe, expect, test } from 'vitest';
import { Commit } from './commit.ts';
import { refusalOf } from './schema.ts';
import { isSound, loadSqlite, usesBuiltIn } from './sqlite.ts';

function table() {
  const { DatabaseSync } = loadSqlite();
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE numbers (n INTEGER, filling BLOB)');
  const insert = db.prepare('INSERT INTO numbers VALUES (?, ?)');
  const count = () => (db.prepare('SELECT count(*) AS n FROM numbers').get() as { n: number }).n;
  return { db, count, add: (n: number) => insert.run(n, Buffer.alloc(3_000)) };
}

describe('storage/embedded/commit', () => {
  test('what throws leaves nothing behind, and the next commit works', () => {
    const { db, count, add } = table();
    const commit = new Commit(db);
    const failing = () =>
      commit.run(() => {
        add(1);
        throw new Error('no');
      });
    expect(failing).toThrow('no');
    expect([count(), db.isTransaction]).toEqual([0, false]);
    commit.run(() => add(1));
    expect(count()).toBe(1);
    db.close();
  });

  test('a full disk is unavailable, writes nothing, and passes', () => {
    const { db, count, add } = table();
    const commit = new Commit(db);
    db.exec('PRAGMA max_page_count = 20');
    let error: unknown;
    try {
      commit.run(() => Array.from({ length: 100 }, (_, n) => add(n)));
    } catch (thrown) {
      error = thrown;
    }
    expect(refusalOf(error, '/data/store.db')).toMatchObject({
      code: 'unavailable',
      message: 'unavailable: no space left for /data/store.db',
    });
    expect([count(), db.isTransaction]).toEqual([0, false]);
    db.exec('PRAGMA max_page_count = 1000');
    commit.run(() => Array.from({ length: 100 }, (_, n) => add(n)));
    expect(count()).toBe(100);
    db.close();
  });

  test('an SQLite older than 3.51.3 is not trusted', () => {
    const versions = ['3.50.4', '3.51.2', '3.51.3', '3.53.0', '4.0.0', '3.9.99'];
    expect(versions.filter(isSound)).toEqual(['3.51.3', '3.53.0', '4.0.0']);
    const { DatabaseSync } = loadSqlite();
    const db = new DatabaseSync(':memory:');
    const { version } = db.prepare('SELECT sqlite_version() AS version').get() as { version: string };
    expect(isSound(version)).toBe(true);
    db.close();
  });

  test("Node's own SQLite is used where Node stands by it", () => {
    expect(usesBuiltIn('20.19.0', undefined)).toBe(false);
    expect(usesBuiltIn('22.23.3', '3.53.0')).toBe(false);
    expect(usesBuiltIn('24.13.1', '3.51.2')).toBe(false);
    expect(usesBuiltIn('24.21.0', '3.53.0')).toBe(true);
  });
});

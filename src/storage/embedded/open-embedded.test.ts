import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Logger, silentLogger } from '../../base/logger.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { asRevision, noRevision, type Revision } from '../../base/revision.ts';
import { StorageError } from '../errors.ts';
import type { KeyEvent, Storage, WatchSink } from '../storage.ts';
import { type EmbeddedOptions, openEmbedded } from './open-embedded.ts';
import { loadSqlite } from './sqlite.ts';

const put = (key: string, value: string, ttlSeconds?: number) =>
  ({ type: 'put', key, value: Buffer.from(value), ...(ttlSeconds !== undefined && { ttlSeconds }) }) as const;

const write = async (storage: Storage, key: string, value: string, ttlSeconds?: number): Promise<Revision> =>
  (await storage.transact({ compare: [], operations: [put(key, value, ttlSeconds)] })).revision;

/** The changes of a watch as text, and a way to wait for so many of them. */
class Heard implements WatchSink {
  readonly changes: string[] = [];
  readonly ends: (Error | undefined)[] = [];
  #wake: () => void = () => {};

  events(revision: Revision, events: readonly KeyEvent[]): void {
    for (const event of events) {
      const what = event.type === 'put' ? `${event.kv.key}=${event.kv.value.toString()}` : `${event.key} deleted`;
      this.changes.push(`${revision} ${what}`);
    }
    this.#wake();
  }

  progress(): void {}

  end(error?: Error): void {
    this.ends.push(error);
    this.#wake();
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}

describe('storage/embedded', () => {
  let directory: string;
  let clock: ManualClock;
  const opened: Storage[] = [];

  const open = async (options: Partial<EmbeddedOptions> = {}): Promise<Storage> => {
    const storage = await openEmbedded({ directory, clock, logger: silentLogger, compactionIntervalMs: 0, ...options });
    opened.push(storage);
    return storage;
  };
  const refused = async (promise: Promise<unknown>): Promise<StorageError> => {
    const error: unknown = await promise.catch((thrown: unknown) => thrown);
    if (error instanceof StorageError) return error;
    throw new Error(`not refused: ${String(error)}`);
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'crowsnest-'));
    clock = new ManualClock();
  });

  afterEach(async () => {
    for (const storage of opened.splice(0)) await storage.close();
    await rm(directory, { recursive: true });
  });

  describe('open', () => {
    test('a directory that this process has open already is refused, until it is closed', async () => {
      const first = await open();
      const error = await refused(open());
      expect([error.code, error.message]).toEqual([
        'denied',
        `denied: the data directory ${directory} is in use by process ${process.pid}`,
      ]);
      expect(await write(first, '/a', '1')).toBe(2);
      await first.close();
      expect(await (await open()).currentRevision()).toBe(2);
    });

    test('a directory that does not exist is made', async () => {
      directory = join(directory, 'deep', 'er');
      expect(await (await open()).currentRevision()).toBe(1);
      directory = join(directory, '..', '..');
    });

    test('stores in memory are strangers to one another', async () => {
      const stores = await Promise.all([1, 2, 3, 4].map(() => open({ directory: ':memory:' })));
      await Promise.all(stores.map((storage, i) => write(storage, '/a', `${i}`)));
      const values = await Promise.all(stores.map(async (storage) => (await storage.get('/a')).kv?.value.toString()));
      expect(values).toEqual(['0', '1', '2', '3']);
    });

    test('a file that is no database is refused by name', async () => {
      await writeFile(join(directory, 'store.db'), 'these are my notes, please keep them. '.repeat(100));
      const error = await refused(open());
      expect([error.code, error.message]).toEqual([
        'corrupt',
        `corrupt: ${join(directory, 'store.db')} is not a database`,
      ]);
    });

    test('a database of another program, or of another version of this one, is refused and left alone', async () => {
      const path = join(directory, 'store.db');
      const { DatabaseSync } = loadSqlite();
      const foreign = new DatabaseSync(path);
      foreign.exec('CREATE TABLE notes (text); PRAGMA application_id = 7');
      foreign.close();
      expect((await refused(open())).message).toBe(`corrupt: ${path} is a database of another program`);
      const still = new DatabaseSync(path);
      expect(still.prepare('SELECT count(*) AS n FROM notes').get()).toEqual({ n: 0 });
      still.close();

      await rm(path);
      await (await open()).close();
      const newer = new DatabaseSync(path);
      newer.exec('PRAGMA user_version = 99');
      newer.close();
      expect((await refused(open())).message).toMatch(/^corrupt: .*store\.db was written by another version/);
    });

    test('a damaged database is refused as corrupt', async () => {
      const storage = await open();
      for (let i = 0; i < 50; i += 1) await write(storage, `/${i}`, 'x'.repeat(1_000));
      await storage.close();
      const { DatabaseSync } = loadSqlite();
      const db = new DatabaseSync(join(directory, 'store.db'), { defensive: false });
      db.exec("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 99999 WHERE name = 'current'");
      db.close();
      expect((await refused(open())).code).toBe('corrupt');
    });

    test('a directory that cannot be used is refused by name', async () => {
      await writeFile(join(directory, 'file'), '');
      const error = await refused(open({ directory: join(directory, 'file') }));
      expect(error.code).toBe('unavailable');
      expect(error.message).toContain(`cannot open the data directory ${join(directory, 'file')}`);
      await mkdir(join(directory, 'other', 'store.db'), { recursive: true });
      expect((await refused(open({ directory: join(directory, 'other') }))).code).toBe('unavailable');
    });
  });

  describe('restart', () => {
    test('keeps the revision, the values and the history', async () => {
      const before = await open();
      await write(before, '/a', '1');
      await write(before, '/a', '2');
      await before.transact({ compare: [], operations: [{ type: 'delete', key: '/a' }] });
      await before.close();

      const after = await open();
      expect(await after.currentRevision()).toBe(4);
      const old = await after.range({ start: '/', end: '0', revision: asRevision(3) });
      expect(old.items).toEqual([{ key: '/a', value: Buffer.from('2'), createRevision: 2, modRevision: 3 }]);
      const heard = new Heard();
      after.watch('/', noRevision, heard);
      expect(await write(after, '/a', '3')).toBe(5);
      await heard.until(() => heard.changes.length === 4);
      expect(heard.changes).toEqual(['2 /a=1', '3 /a=2', '4 /a deleted', '5 /a=3']);
    });

    test('keeps the compaction revision', async () => {
      const before = await open();
      for (const value of ['1', '2', '3']) await write(before, '/a', value);
      await before.compact(asRevision(3));
      await before.close();
      const after = await open();
      expect(await after.compactRevision()).toBe(3);
      const error = await refused(after.range({ start: '/', end: '0', revision: asRevision(2) }));
      expect([error.code, error.compactRevision]).toEqual(['compacted', 3]);
    });

    test('a time to live goes on, and one that ran out meanwhile is over at once', async () => {
      const before = await open();
      await write(before, '/soon', '1', 10);
      await write(before, '/late', '1', 100);
      await before.close();
      expect(clock.pending).toBe(0);

      clock.advance(20_000);
      const after = await open();
      const heard = new Heard();
      after.watch('/', asRevision(3), heard);
      clock.advance(0);
      await heard.until(() => heard.changes.length === 1);
      expect(heard.changes).toEqual(['4 /soon deleted']);
      expect((await after.get('/late')).kv?.modRevision).toBe(3);
    });
  });

  describe('time', () => {
    test('a key lives to the end of its time, not longer, and dies in a revision of its own', async () => {
      const storage = await open({ directory: ':memory:' });
      const heard = new Heard();
      storage.watch('/', asRevision(1), heard);
      await write(storage, '/a', '1', 5);
      await write(storage, '/b', '1', 5);
      clock.advance(4_999);
      expect((await storage.range({ start: '/', end: '0' })).count).toBe(2);
      clock.advance(1);
      await heard.until(() => heard.changes.length === 4);
      expect(heard.changes.slice(2)).toEqual(['4 /a deleted', '5 /b deleted']);
      expect(await storage.currentRevision()).toBe(5);
      expect(clock.pending).toBe(0);
    });

    test('more keys than expire in one go all expire', async () => {
      const storage = await open({ directory: ':memory:' });
      const heard = new Heard();
      storage.watch('/', asRevision(1), heard);
      for (let i = 0; i < 10; i += 1) {
        const operations = Array.from({ length: 100 }, (_, k) => put(`/${i}/${k}`, '', 5));
        await storage.transact({ compare: [], operations });
      }
      clock.advance(5_000);
      const gone = () => heard.changes.length - 1_000;
      for (let due = 256; due < 1_000; due += 256) {
        await heard.until(() => gone() >= due);
        clock.advance(0);
      }
      await heard.until(() => gone() === 1_000);
      expect(await storage.currentRevision()).toBe(11 + 1_000);
    });

    test('history is cut by itself: it reaches back one interval at least and two at most', async () => {
      const storage = await open({ directory: ':memory:', compactionIntervalMs: 60_000 });
      await write(storage, '/a', '1');
      clock.advance(60_000);
      await write(storage, '/a', '2');
      await write(storage, '/a', '3');
      expect(await storage.compactRevision()).toBe(0);
      clock.advance(60_000);
      await storage.get('/a');
      expect(await storage.compactRevision()).toBe(2);
      clock.advance(60_000);
      await storage.get('/a');
      expect(await storage.compactRevision()).toBe(4);
      expect((await storage.range({ start: '/', end: '0' })).items.map(({ value }) => value.toString())).toEqual(['3']);
    });
  });

  describe('bounds', () => {
    test('writes beyond the queue are refused as unavailable, and those in it are done', async () => {
      const storage = await open({ directory: ':memory:', maxWaitingTransactions: 3 });
      const all = await Promise.allSettled([1, 2, 3, 4, 5].map((i) => write(storage, `/${i}`, 'x')));
      expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected']);
      expect((await refused(Promise.reject((all[3] as PromiseRejectedResult).reason))).code).toBe('unavailable');
      expect(await write(storage, '/6', 'x')).toBe(5);
    });

    test('bytes beyond the queue are refused as unavailable', async () => {
      const storage = await open({ directory: ':memory:', maxWaitingBytes: 2_500 });
      const all = await Promise.allSettled([1, 2, 3].map((i) => write(storage, `/${i}`, 'x'.repeat(1_000))));
      expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    });

    test('reads beyond the bound are refused as unavailable', async () => {
      const storage = await open({ directory: ':memory:', maxWaitingReads: 2 });
      const all = await Promise.allSettled([storage.get('/a'), storage.get('/a'), storage.get('/a')]);
      expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
      expect((await storage.get('/a')).kv).toBeUndefined();
    });

    test('more operations in a transaction than etcd takes are too-large', async () => {
      const storage = await open({ directory: ':memory:' });
      const operations = Array.from({ length: 129 }, (_, i) => put(`/${i}`, 'x'));
      expect((await refused(storage.transact({ compare: [], operations }))).code).toBe('too-large');
      expect((await storage.transact({ compare: [], operations: operations.slice(1) })).revision).toBe(2);
    });
  });

  test('when the worker dies everything waiting fails as dead, watches end, and closing still works', async () => {
    const errors: string[] = [];
    const logger: Logger = { ...silentLogger, error: (message) => errors.push(message), with: () => logger };
    const storage = await open({ logger });
    const heard = new Heard();
    storage.watch('/', asRevision(1), heard);
    // A key that SQLite cannot bind: an error nobody foresaw.
    const poison = refused(storage.get(['/a'] as unknown as string));
    const behind = refused(write(storage, '/a', '1'));
    expect([(await poison).code, (await behind).code]).toEqual(['dead', 'dead']);
    await heard.until(() => heard.ends.length > 0);
    expect(heard.ends).toMatchObject([{ code: 'dead' }]);
    expect((await refused(write(storage, '/a', '1'))).code).toBe('dead');
    expect((await refused(storage.currentRevision())).code).toBe('dead');
    expect(errors).toEqual(['the storage worker died']);
    await storage.close();
    expect((await refused(storage.currentRevision())).code).toBe('closed');
    expect([heard.ends.length, clock.pending]).toEqual([1, 0]);
    expect(await (await open()).currentRevision()).toBe(1);
  });
});

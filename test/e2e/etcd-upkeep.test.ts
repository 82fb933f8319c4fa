import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Clock, realClock } from '../../src/base/clock.ts';
import { asRevision, type Revision } from '../../src/base/revision.ts';
import type { Operation, Storage } from '../../src/storage/storage.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { openTestEtcd, ResumingWatch } from '../support/etcd-storage.ts';

const put = (key: string, value: string, ttlSeconds?: number): Operation => ({
  type: 'put',
  key,
  value: Buffer.from(value),
  ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
});

const intervalMs = 300_000;

/** The real clock, but for the compaction interval: that is over when the test says so. */
class IntervalClock implements Clock {
  readonly now = () => realClock.now();
  readonly wallTime = () => realClock.wallTime();
  readonly endOfTurn = (fn: () => void) => realClock.endOfTurn(fn);
  #due: (() => void) | undefined;
  #armed = () => {};

  after(ms: number, fn: () => void): () => void {
    if (ms !== intervalMs) return realClock.after(ms, fn);
    this.#due = fn;
    this.#armed();
    return () => (this.#due = undefined);
  }

  get pending(): boolean {
    return this.#due !== undefined;
  }

  /** One interval goes by; resolves when the round that it sets off is over. */
  pass(): Promise<void> {
    const due = this.#due;
    this.#due = undefined;
    return new Promise((resolve) => {
      this.#armed = resolve;
      due?.();
    });
  }
}

let etcd: TestEtcd;
const opened: Storage[] = [];

beforeEach(async () => {
  etcd = await startEtcd();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((storage) => storage.close()));
  await etcd.stop();
});

const open = async (...options: Parameters<typeof openTestEtcd> extends [unknown, ...infer Rest] ? Rest : never) => {
  const storage = await openTestEtcd(etcd.endpoint, ...options);
  opened.push(storage);
  return storage;
};
const write = async (storage: Storage, ...operations: Operation[]): Promise<Revision> =>
  (await storage.transact({ compare: [], operations })).revision;

describe('compaction', () => {
  /** An API server: its storage and its clock. */
  const server = async () => {
    const clock = new IntervalClock();
    return { clock, storage: await open({ clock, compactionIntervalMs: intervalMs }) };
  };
  const oldest = async (storage: Storage, revision: Revision) =>
    storage.range({ start: '/test/', end: '/test0', revision }).then(
      () => 'kept',
      (error: { code: string }) => error.code,
    );
  const key = async () => (await etcd.ctl('get', 'compact_rev_key', '--print-value-only')).trim();

  test('keeps the history of the last interval, and tells others through the key that Kubernetes uses', async () => {
    const { clock, storage } = await server();
    await clock.pass();
    expect(await key()).toBe('0');
    expect(await storage.compactRevision()).toBe(0);
    const first = await storage.currentRevision();
    const second = await write(storage, put('/test/a', '1'));
    await clock.pass();
    expect(await key()).toBe(String(first));
    expect(await storage.compactRevision()).toBe(first);
    expect(await oldest(storage, asRevision(first - 1))).toBe('compacted');
    expect(await oldest(storage, first)).toBe('kept');
    expect(await oldest(storage, second)).toBe('kept');
  });

  test('is done by one of several servers, and by another when that one is gone', async () => {
    const one = await server();
    const two = await server();
    await one.clock.pass();
    await two.clock.pass();
    const first = await one.storage.currentRevision();
    await write(one.storage, put('/test/a', '1'));
    await one.clock.pass();
    expect(await two.storage.compactRevision()).toBe(await one.storage.compactRevision());
    const version = async () =>
      JSON.parse(await etcd.ctl('get', 'compact_rev_key', '-w=json')).kvs[0].version as number;
    const before = await version();
    await two.clock.pass();
    expect(await version()).toBe(before);

    await one.storage.close();
    await write(two.storage, put('/test/a', '2'));
    await two.clock.pass();
    expect(await version()).toBe(before + 1);
    expect(await two.storage.compactRevision()).toBeGreaterThan(first);
  });

  test('that fails is tried again an interval later, and close stops it', async () => {
    const { clock, storage } = await server();
    await clock.pass();
    const first = await storage.currentRevision();
    await etcd.kill();
    await clock.pass();
    await etcd.restart();
    await write(storage, put('/test/a', '1'));
    await clock.pass();
    expect(await storage.compactRevision()).toBe(first);
    await storage.close();
    expect(clock.pending).toBe(false);
  }, 60_000);

  test('by a stranger is known from the watch that it ends', async () => {
    const storage = await open();
    for (const value of ['1', '2', '3']) await write(storage, put('/test/a', value));
    const current = await storage.currentRevision();
    await etcd.ctl('compaction', String(current));
    const watch = new ResumingWatch(storage, '/test/', asRevision(1));
    await watch.until(() => watch.ends.length > 0);
    expect(watch.ends).toMatchObject([{ code: 'compacted', compactRevision: current }]);
    expect(await storage.compactRevision()).toBe(current);
  });
});

describe('leases', () => {
  const leases = async (): Promise<string[]> => (await etcd.ctl('lease', 'list')).match(/^[0-9a-f]{8,}$/gm) ?? [];

  test('are shared by keys with the same time to live, a thousand at most', async () => {
    const storage = await open();
    for (let i = 0; i < 30; i++)
      await write(storage, ...Array.from({ length: 50 }, (_, k) => put(`/test/${i}-${k}`, 'v', 3_600)));
    await write(storage, put('/test/other', 'v', 7_200));
    expect((await leases()).length).toBe(3);
    const sizes = await Promise.all(
      (await leases()).map(async (id) => JSON.parse(await etcd.ctl('lease', 'timetolive', id, '--keys', '-w=json'))),
    );
    for (const { 'granted-ttl': granted } of sizes) expect([3_605, 7_205]).toContain(granted);
    expect(sizes.map(({ keys }) => keys.length).toSorted((a, b) => a - b)).toEqual([1, 500, 1_000]);
  });

  test('that are gone are granted anew', async () => {
    const storage = await open();
    await write(storage, put('/test/a', '1', 600));
    for (const id of await leases()) await etcd.ctl('lease', 'revoke', id);
    expect((await storage.get('/test/a')).kv).toBeUndefined();
    await write(storage, put('/test/a', '2', 600));
    expect((await storage.get('/test/a')).kv?.value.toString()).toBe('2');
    expect(await leases()).toHaveLength(1);
  });
});

const tsx = createRequire(import.meta.url).resolve('tsx/cli');

test('a process that has opened, used and closed a storage ends by itself', async () => {
  const script = `
    import { openTestEtcd, ResumingWatch } from './test/support/etcd-storage.ts';
    const run = async () => {
      const storage = await openTestEtcd(${JSON.stringify(etcd.endpoint)}, { compactionIntervalMs: 300_000 });
      const watch = new ResumingWatch(storage, '/test/', await storage.currentRevision());
      const { revision } = await storage.transact({
        compare: [], operations: [{ type: 'put', key: '/test/a', value: Buffer.from('1'), ttlSeconds: 600 }],
      });
      await watch.reached(revision);
      watch.close();
      storage.watch('/test/', revision, { events() {}, progress() {}, end() {} });
      await storage.close();
      process.stdout.write('closed');
    };
    void run();
  `;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [tsx, '-e', script], {
    timeout: 15_000,
  });
  expect([stdout, stderr]).toEqual(['closed', '']);
});

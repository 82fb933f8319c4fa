import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Revision } from '../../src/base/revision.ts';
import type { Operation, Storage } from '../../src/storage/storage.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { openTestEtcd, ResumingWatch } from '../support/etcd-storage.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const put = (key: string, value: string | Buffer): Operation => ({ type: 'put', key, value: Buffer.from(value) });

describe('a watch through a bad connection', () => {
  let etcd: TestEtcd;
  let proxy: TcpProxy;
  /** Behind the proxy. */
  let storage: Storage;
  /** Beside it. */
  let direct: Storage;
  let from: Revision;
  let serial = 0;
  let at: string;
  const watches: ResumingWatch[] = [];

  beforeAll(async () => {
    etcd = await startEtcd({ flags: ['--experimental-watch-progress-notify-interval=200ms'] });
    direct = await openTestEtcd(etcd.endpoint);
  });
  afterAll(async () => {
    await direct.close();
    await etcd.stop();
  });
  beforeEach(async () => {
    proxy = await TcpProxy.start(etcd.endpoint);
    storage = await openTestEtcd(proxy.endpoint);
    from = await direct.currentRevision();
    at = `/test/${serial++}/`;
  });
  afterEach(async () => {
    for (const watch of watches.splice(0)) watch.close();
    await storage.close();
    await proxy.close();
  });

  const write = async (...operations: Operation[]): Promise<Revision> =>
    (await direct.transact({ compare: [], operations })).revision;
  const watchFrom = (after: Revision): ResumingWatch => {
    const watch = new ResumingWatch(storage, at, after);
    watches.push(watch);
    return watch;
  };

  /** `count` revisions of one put each, fifty under way at a time; the lines that a watch should tell. */
  async function fill(count: number): Promise<string[]> {
    const lines: [number, string][] = [];
    let next = 0;
    const writer = async () => {
      while (next < count) {
        const i = next++;
        const key = `${at}${i % 100}`;
        const revision = await write(put(key, `${i}`));
        lines.push([revision, `${revision} ${key} ${i}`]);
      }
    };
    await Promise.all(Array.from({ length: 50 }, writer));
    return lines.toSorted(([a], [b]) => a - b).map(([, line]) => line);
  }

  test('cut again and again while it catches up with 5,000 events loses and repeats none', async () => {
    const lines = await fill(5_000);
    proxy.cutAfter('down', 1_000);
    const watch = watchFrom(from);
    // Right after the answer to the create request, within the first batch, and within later ones.
    for (const bytes of [20_000, 100, 90_000, 150, 60_000, 70_000]) {
      await proxy.whenCut();
      proxy.cutAfter('down', bytes);
    }
    await watch.reached(from + 5_000);
    expect(watch.lines).toEqual(lines);
    expect(watch.faults).toEqual([]);
    // Not every cut ends an attempt: one may hit a connection that nobody uses yet.
    expect(watch.ends.length).toBeGreaterThanOrEqual(3);
  }, 60_000);

  test('cut at any moment while events are written loses and repeats none', async () => {
    const watch = watchFrom(from);
    const written = fill(3_000);
    for (let i = 0; i < 8; i++) {
      const cut = proxy.whenCut();
      proxy.cutAfter('down', 500 + i * 1_700);
      await cut;
    }
    const lines = await written;
    await watch.reached(from + 3_000);
    expect(watch.lines).toEqual(lines);
    expect(watch.faults).toEqual([]);
  }, 60_000);

  test('catches up with 10 MB', async () => {
    for (let i = 0; i < 10; i++) await write(put(`${at}${i}`, Buffer.alloc(1_000_000, `${i}`)));
    const watch = watchFrom(from);
    await watch.reached(from + 10);
    expect(watch.lines).toEqual(Array.from({ length: 10 }, (_, i) => `${from + 1 + i} ${at}${i} 1000000`));
    expect(watch.ends).toEqual([]);
    const { items } = await storage.range({ start: at, end: `${at}~` });
    expect(items.map(({ value }) => value.length)).toEqual(Array.from({ length: 10 }, () => 1_000_000));
  }, 60_000);

  test('tells large revisions of many keys whole, however etcd cuts them into fragments', async () => {
    const value = Buffer.alloc(13_000, 'x');
    for (let i = 0; i < 5; i++) await write(...Array.from({ length: 100 }, (_, k) => put(`${at}${i}-${k}`, value)));
    const watch = watchFrom(from);
    await watch.reached(from + 5);
    expect(watch.sizes).toEqual([100, 100, 100, 100, 100]);
    expect(watch.ends).toEqual([]);

    const interrupted = watchFrom(from);
    for (const bytes of [2_000_000, 1_700_000, 900_000]) {
      const cut = proxy.whenCut();
      proxy.cutAfter('down', bytes);
      await cut;
    }
    await interrupted.reached(from + 5);
    expect(interrupted.sizes).toEqual([100, 100, 100, 100, 100]);
    expect(interrupted.lines).toEqual(watch.lines);
    expect(interrupted.faults).toEqual([]);
  }, 60_000);

  test('that was away while history was compacted ends as compacted, and says from where there is some', async () => {
    const watch = watchFrom(from);
    const seen = await write(put(`${at}a`, '1'));
    await watch.reached(seen);
    proxy.refuse(true);
    proxy.cut();
    await watch.until(() => watch.ends.length > 0);
    await write(put(`${at}a`, '2'));
    const compacted = await write(put(`${at}a`, '3'));
    await direct.compact(compacted);
    proxy.refuse(false);
    await watch.until(() => watch.ends.some((end) => end !== undefined && 'code' in end && end.code === 'compacted'));
    expect(watch.ends.at(-1)).toMatchObject({ name: 'StorageError', code: 'compacted', compactRevision: compacted });
    expect(await storage.compactRevision()).toBe(compacted);
    expect(watch.lines).toEqual([`${seen} ${at}a 1`]);
  });

  test('is told of progress by etcd itself, never ahead of its events', async () => {
    const watch = watchFrom(from);
    const written = fill(500);
    const elsewhere = async () => {
      for (let i = 0; i < 100; i++) await write(put(`/elsewhere/${i % 10}`, `${i}`));
    };
    await Promise.all([written, elsewhere()]);
    const last = await write(put('/elsewhere/end', ''));
    await watch.until(() => (watch.progress.at(-1) ?? 0) >= last);
    expect(watch.lines).toEqual(await written);
    expect(watch.faults).toEqual([]);
  });

  test('after a revision in the future hears of no progress before it', async () => {
    const watch = watchFrom((from + 3) as Revision);
    const other = watchFrom(from);
    await write(put(`${at}a`, '1'));
    await other.until(() => (other.progress.at(-1) ?? 0) > from);
    expect([watch.progress, watch.lines]).toEqual([[], []]);
    for (const value of ['2', '3', '4']) await write(put(`${at}a`, value));
    await watch.until(() => (watch.progress.at(-1) ?? 0) >= from + 4);
    expect(watch.lines).toEqual([`${from + 4} ${at}a 4`]);
    expect(watch.faults).toEqual([]);
  });

  test('that gets no answer to its creation ends', async () => {
    const impatient = await openTestEtcd(proxy.endpoint, { requestTimeoutMs: 1_500 });
    await impatient.currentRevision();
    proxy.stall('down');
    const watch = new ResumingWatch(impatient, at, from);
    await watch.until(() => watch.ends.length > 0);
    expect(watch.ends[0]).toMatchObject({ code: 'unavailable' });
    proxy.flow('down');
    const revision = await write(put(`${at}a`, '1'));
    await watch.reached(revision);
    watch.close();
    await impatient.close();
    expect(watch.lines).toEqual([`${revision} ${at}a 1`]);
  });

  test('that is closed while its connection is cut, stalled or refused ends once, without error', async () => {
    for (const spoil of [() => proxy.cut(), () => proxy.stall('down'), () => proxy.refuse(true), () => {}]) {
      const watch = watchFrom(from);
      const revision = await write(put(`${at}a`, '1'));
      await watch.reached(revision);
      from = revision;
      spoil();
      watch.close();
      const early = watchFrom(from);
      early.close();
      await watch.until(() => watch.ends.length > 0);
      await early.until(() => early.ends.length > 0);
      proxy.flow('down');
      proxy.refuse(false);
      // An attempt before the last may have met the connection that was cut a round ago.
      const clean = watch.ends.filter((end) => end === undefined);
      expect([clean, watch.ends.at(-1), early.ends]).toEqual([[undefined], undefined, [undefined]]);
      expect([watch.faults, early.faults]).toEqual([[], []]);
    }
  });

  test('that is slow and jittery is only slow', async () => {
    proxy.delay('down', 40);
    const watch = watchFrom(from);
    const lines = await fill(300);
    await watch.reached(from + 300);
    expect(watch.lines).toEqual(lines);
    expect(watch.ends).toEqual([]);
  });
});

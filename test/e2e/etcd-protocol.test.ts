import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asRevision, noRevision, type Revision } from '../../src/base/revision.ts';
import type { KeyEvent, Operation, Storage } from '../../src/storage/storage.ts';
import { WatchRecorder } from '../conformance/storage/watch-recorder.ts';
import { openTestEtcd } from '../support/etcd-storage.ts';
import { FakeEtcd } from '../support/fake-etcd.ts';

const beyond32Bits = 2 ** 31 + 5_000_000_000;
const largest = Number.MAX_SAFE_INTEGER;

const put = (key: string, value: string): Operation => ({ type: 'put', key, value: Buffer.from(value) });
const at = (revision: number): Revision => asRevision(revision);

describe('what the protocol allows and etcd rarely does', () => {
  let fake: FakeEtcd;
  let storage: Storage;

  const open = async () => {
    storage = await openTestEtcd(fake.endpoint, { requestTimeoutMs: 3_000, resolveTimeoutMs: 6_000 });
  };
  beforeEach(async () => {
    fake = await FakeEtcd.start();
    await open();
  });
  afterEach(async () => {
    await storage.close();
    fake.stop();
  });

  const watchAfter = async (after: Revision) => {
    const recorder = new WatchRecorder(after);
    const index = fake.watches.length;
    const watch = storage.watch('/test/', after, recorder);
    return { recorder, watch, server: await fake.watch(index) };
  };
  const event = (mod: string, key = '/test/a', value = mod) => ({ key, value, mod });

  describe('revisions', () => {
    for (const revision of [2 ** 31 - 1, 2 ** 31, 2 ** 32, beyond32Bits, largest - 1]) {
      test(`${revision} is read, compared, written and watched exactly`, async () => {
        fake.revision = String(revision);
        fake.kvs = [{ key: '/test/a', value: 'v', create: String(revision - 1), mod: String(revision) }];
        expect(await storage.currentRevision()).toBe(revision);
        expect((await storage.get('/test/a')).kv).toMatchObject({
          createRevision: revision - 1,
          modRevision: revision,
        });
        const transaction = {
          compare: [{ key: '/test/a', modRevision: at(revision) }],
          operations: [put('/test/a', 'w')],
        };
        expect(await storage.transact(transaction)).toEqual({ succeeded: true, revision });
        expect(fake.transactions[0]?.compare?.[0]?.mod_revision).toBe(String(revision));

        const { recorder, server } = await watchAfter(at(revision));
        expect(server.requests[0]?.create_request?.start_revision).toBe(String(revision + 1));
        server.created(String(revision));
        server.events(String(revision + 1), [event(String(revision + 1))]);
        server.progress(String(revision + 1));
        await recorder.until(() => recorder.progressed > 0);
        const put1: KeyEvent = recorder.keyEvents[0] as KeyEvent;
        expect(put1).toMatchObject({ type: 'put', kv: { modRevision: revision + 1 } });
        expect(recorder.progressed).toBe(revision + 1);
      });
    }

    test('that are missing from an answer are corrupt', async () => {
      const { recorder, server } = await watchAfter(at(5));
      server.created('5');
      server.send('6', { header: null });
      expect(await recorder.ended()).toMatchObject({ name: 'StorageError', code: 'corrupt' });
    });

    test('that a double cannot hold are corrupt, never rounded', async () => {
      const tooLarge = '9007199254740993';
      fake.revision = tooLarge;
      await expect(storage.currentRevision()).rejects.toMatchObject({ name: 'StorageError', code: 'corrupt' });
      await expect(storage.get('/test/a')).rejects.toMatchObject({ code: 'corrupt' });
      await expect(storage.transact({ compare: [], operations: [put('/test/a', '1')] })).rejects.toMatchObject({
        code: 'corrupt',
      });
      const { recorder, server } = await watchAfter(at(5));
      server.created('5');
      server.events(tooLarge, [event(tooLarge)]);
      expect(await recorder.ended()).toMatchObject({ name: 'StorageError', code: 'corrupt' });
      expect(recorder.record.batches).toEqual([]);
    });
  });

  describe('progress', () => {
    test('is asked for on the stream of the watch, and answered there', async () => {
      expect(storage.canProgress).toBe(true);
      const first = await watchAfter(at(5));
      const second = await watchAfter(at(5));
      first.server.created('5');
      second.server.created('5');
      first.server.progress('6');
      second.server.progress('6');
      await first.recorder.until(() => first.recorder.progressed === 6);
      await second.recorder.until(() => second.recorder.progressed === 6);
      second.watch.requestProgress();
      await fake.until(() => second.server.requests.length === 2);
      expect(second.server.requests[1]).toHaveProperty('progress_request');
      second.server.progress('9');
      await second.recorder.until(() => second.recorder.progressed === 9);
      expect([first.recorder.progressed, first.server.requests.length]).toEqual([6, 1]);
    });

    test('that was asked for before the watch was created is asked for when it is', async () => {
      const { watch, server } = await watchAfter(at(5));
      watch.requestProgress();
      watch.requestProgress();
      server.created('5');
      await fake.until(() => server.requests.length > 1);
      expect(server.requests.slice(1)).toMatchObject([{ progress_request: {} }]);
    });

    test('never goes back, and is not told in the middle of a revision', async () => {
      const { recorder, server } = await watchAfter(at(5));
      server.created('7');
      server.progress('4');
      server.events('9', [event('6', '/test/a'), event('7', '/test/a')], true);
      server.progress('9');
      server.events('9', [event('7', '/test/b')]);
      server.progress('6');
      server.progress('9');
      await recorder.until(() => recorder.progressed === 9);
      expect(recorder.record.bookmarks).toEqual([{ after: 2, revision: 9 }]);
      expect(recorder.record.batches.map((batch) => batch.length)).toEqual([1, 2]);
    });

    test('is not asked for where some member is too old, also when it was replaced since', async () => {
      await storage.close();
      fake.version = '3.5.12';
      await open();
      expect(storage.canProgress).toBe(false);
      const old = await watchAfter(at(5));
      old.server.created('5');
      old.server.progress('6');
      await old.recorder.until(() => old.recorder.progressed === 6);
      old.watch.requestProgress();
      fake.version = '3.5.13';
      old.server.end();
      await old.recorder.ended();
      expect(old.server.requests).toHaveLength(1);

      const renewed = await watchAfter(at(6));
      renewed.server.created('6');
      // The version is asked for beside the watch; nothing else tells when it has come.
      await expect.poll(() => storage.canProgress).toBe(true);
      renewed.watch.requestProgress();
      await fake.until(() => renewed.server.requests.length === 2);
    });
  });

  describe('events', () => {
    test('of one revision over several fragments come as one batch', async () => {
      const { recorder, server } = await watchAfter(at(5));
      server.created('9');
      server.events('9', [event('6', '/test/a'), event('7', '/test/a')], true);
      server.events('9', [event('7', '/test/b')], true);
      server.events('9', [event('7', '/test/c'), event('8', '/test/a')], true);
      server.events('9', [event('8', '/test/b')]);
      server.events('9', [{ key: '/test/a', mod: '9' }]);
      await recorder.reached(9);
      expect(recorder.record.batches.map((batch) => batch.map(({ key, what }) => `${key} ${what}`))).toEqual([
        ['/test/a put 6'],
        ['/test/a put 7', '/test/b put 7', '/test/c put 7'],
        ['/test/a put 8', '/test/b put 8'],
        ['/test/a delete'],
      ]);
    });

    test('that come again, or out of order, end the watch as corrupt', async () => {
      for (const wrong of ['6', '5']) {
        const { recorder, server } = await watchAfter(at(5));
        server.created('9');
        server.events('9', [event('6')]);
        server.events('9', [event(wrong)]);
        expect(await recorder.ended()).toMatchObject({ code: 'corrupt' });
        expect(recorder.record.batches).toHaveLength(1);
      }
    });

    test('of a revision whose rest was lost with the connection are not told', async () => {
      const { recorder, server } = await watchAfter(at(5));
      server.created('9');
      server.events('9', [event('6'), event('7')], true);
      await recorder.reached(6);
      server.fail(status.UNAVAILABLE, 'gone');
      expect(await recorder.ended()).toMatchObject({ code: 'unavailable' });
      expect(recorder.lastRevision).toBe(6);
    });

    test('that come after close are not told, and the server hears of the close', async () => {
      const { recorder, watch, server } = await watchAfter(at(5));
      server.created('5');
      server.events('6', [event('6')]);
      await recorder.reached(6);
      server.events('7', [event('7')]);
      watch.close();
      await fake.until(() => server.cancelled);
      expect(await recorder.ended()).toBeUndefined();
      expect([recorder.lastRevision, recorder.ends.length, recorder.faults]).toEqual([6, 1, []]);
    });

    test('within which the sink closes the watch are the last', async () => {
      const told: number[] = [];
      const ends: unknown[] = [];
      const watch = storage.watch('/test/', at(5), {
        events(revision) {
          told.push(revision);
          watch.close();
          told.push(ends.length);
        },
        progress() {},
        end: (error) => ends.push(error),
      });
      const server = await fake.watch();
      server.created('9');
      server.events('9', [event('6'), event('7'), event('8')]);
      await fake.until(() => server.cancelled);
      expect([told, ends]).toEqual([[6, 0], [undefined]]);
    });
  });

  describe('the end of a watch', () => {
    test('tells compaction, refusal and loss apart', async () => {
      const cases = [
        [
          { canceled: true, compact_revision: '8' },
          { code: 'compacted', compactRevision: 8 },
        ],
        [{ canceled: true, cancel_reason: 'etcdserver: no leader' }, { code: 'unavailable' }],
        [{ canceled: true }, { code: 'unavailable' }],
        [
          {
            created: true,
            canceled: true,
            cancel_reason: 'rpc error: code = PermissionDenied desc = etcdserver: permission denied',
          },
          { code: 'denied' },
        ],
      ] as const;
      for (const [response, expected] of cases) {
        const { recorder, server } = await watchAfter(at(5));
        server.send('9', response);
        expect(await recorder.ended()).toMatchObject({ name: 'StorageError', ...expected });
        expect(recorder.ends).toHaveLength(1);
        await fake.until(() => server.cancelled);
      }
    });

    test('comes also when the server ends the stream in good order, or never answers', async () => {
      const { recorder, server } = await watchAfter(at(5));
      server.created('5');
      server.end();
      expect(await recorder.ended()).toMatchObject({ code: 'unavailable' });
      const silent = await watchAfter(at(5));
      expect(await silent.recorder.ended()).toMatchObject({ code: 'unavailable' });
    });
  });

  describe('a transaction', () => {
    const create = { compare: [{ key: '/test/a', modRevision: noRevision }], operations: [put('/test/a', '1')] };

    test('is sent again after a refusal that had no effect', async () => {
      fake.answers = [
        { code: status.UNAVAILABLE, details: 'etcdserver: no leader' },
        { code: status.RESOURCE_EXHAUSTED, details: 'etcdserver: too many requests' },
      ];
      expect((await storage.transact(create)).succeeded).toBe(true);
      expect(fake.transactions).toHaveLength(3);
    });

    test('that creates is not sent again when it may have happened', async () => {
      for (const code of [status.UNAVAILABLE, status.UNKNOWN, status.CANCELLED, status.INTERNAL, status.ABORTED]) {
        fake.answers = [{ code, details: 'lost' }];
        fake.kvs = [];
        const before = fake.transactions.length;
        const result = storage.transact(create);
        await expect(result).rejects.toMatchObject({ code: 'unavailable' });
        const sent = fake.transactions.slice(before).filter(({ success }) => success?.some((op) => op.request_put));
        expect(sent).toHaveLength(1);
      }
    }, 30_000);

    test('is refused with the code that fits, at once', async () => {
      const cases = [
        [status.INVALID_ARGUMENT, 'etcdserver: request is too large', 'too-large'],
        [status.INVALID_ARGUMENT, 'etcdserver: too many operations in txn request', 'too-large'],
        [status.RESOURCE_EXHAUSTED, 'grpc: received message larger than max (9 vs. 8)', 'too-large'],
        [status.INVALID_ARGUMENT, 'etcdserver: duplicate key given in txn request', 'corrupt'],
        [status.PERMISSION_DENIED, 'etcdserver: permission denied', 'denied'],
        [status.RESOURCE_EXHAUSTED, 'etcdserver: mvcc: database space exceeded', 'unavailable'],
        [status.DATA_LOSS, 'etcdserver: corrupt cluster', 'corrupt'],
        [status.UNIMPLEMENTED, 'unknown service', 'corrupt'],
      ] as const;
      for (const [code, details, expected] of cases) {
        fake.answers = [{ code, details }];
        const before = fake.transactions.length;
        await expect(storage.transact(create)).rejects.toMatchObject({ name: 'StorageError', code: expected });
        expect(fake.transactions).toHaveLength(before + 1);
      }
    });
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { asRevision, noRevision, type Revision } from '../../src/base/revision.ts';
import type { Operation, Storage, Transaction, TransactionResult } from '../../src/storage/storage.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { openTestEtcd, ResumingWatch } from '../support/etcd-storage.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const put = (key: string, value: string): Operation => ({ type: 'put', key, value: Buffer.from(value) });
const remove = (key: string): Operation => ({ type: 'delete', key });
const swap = (modRevision: Revision, ...operations: [Operation, ...Operation[]]): Transaction => ({
  compare: [{ key: operations[0].key, modRevision }],
  operations,
});

const outcome = (result: Promise<TransactionResult>) =>
  result.then(
    (value) => ({ ...value, code: undefined }),
    (error: { code: string }) => ({ succeeded: undefined, code: error.code }),
  );

describe('a transaction whose answer is lost', () => {
  let etcd: TestEtcd;
  let proxy: TcpProxy;
  /** Behind the proxy. */
  let storage: Storage;
  /** Beside it: what everybody else does. */
  let others: Storage;
  let serial = 0;
  let key: string;

  beforeAll(async () => {
    etcd = await startEtcd();
    others = await openTestEtcd(etcd.endpoint);
  });
  afterAll(async () => {
    await others.close();
    await etcd.stop();
  });
  beforeEach(async () => {
    proxy = await TcpProxy.start(etcd.endpoint);
    storage = await openTestEtcd(proxy.endpoint, { requestTimeoutMs: 4_000 });
    key = `/test/${serial++}`;
  });
  afterEach(async () => {
    await storage.close();
    await proxy.close();
  });

  const write = async (transaction: Transaction): Promise<Revision> => {
    const result = await others.transact(transaction);
    expect(result.succeeded).toBe(true);
    return result.revision;
  };
  const current = async () => (await others.get(key)).kv;

  /** Sends it, keeps the answer from coming, lets `meanwhile` happen once it took effect, then cuts the connection. */
  async function lose(
    transaction: Transaction,
    { applies, meanwhile }: { applies: boolean; meanwhile?: (revision: Revision) => Promise<unknown> },
  ) {
    const watch = new ResumingWatch(others, key, await others.currentRevision());
    await storage.currentRevision();
    proxy.stall('down');
    let answered = false;
    const result = outcome(storage.transact(transaction)).finally(() => (answered = true));
    await proxy.whenHeld('down');
    if (applies) await watch.until(() => watch.lines.length > 0);
    const revision = watch.last;
    watch.close();
    await meanwhile?.(revision);
    expect(answered).toBe(false);
    proxy.cut();
    proxy.flow('down');
    return { revision, result: await result };
  }

  test('a create that happened is a success at its revision', async () => {
    const { revision, result } = await lose(swap(noRevision, put(key, 'mine')), { applies: true });
    expect(result).toMatchObject({ succeeded: true, revision });
    expect((await current())?.modRevision).toBe(revision);
  });

  test('an update that happened is a success at its revision, and happened once', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    const { revision, result } = await lose(swap(created, put(key, 'mine')), { applies: true });
    expect(result).toMatchObject({ succeeded: true, revision });
    expect((await current())?.modRevision).toBe(revision);
  });

  test('an update written over by others since is a success at its own revision', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    const { revision, result } = await lose(swap(created, put(key, 'mine')), {
      applies: true,
      async meanwhile(mine) {
        let last = mine;
        for (let i = 0; i < 20; i++) last = await write(swap(last, put(key, `theirs ${i}`)));
      },
    });
    expect(result).toMatchObject({ succeeded: true, revision });
    expect((await current())?.value.toString()).toBe('theirs 19');
  });

  test('an update whose key others deleted and created again since is a success at its own revision', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    const { revision, result } = await lose(swap(created, put(key, 'mine')), {
      applies: true,
      async meanwhile(mine) {
        await write(swap(mine, remove(key)));
        await write(swap(noRevision, put(key, 'theirs')));
      },
    });
    expect(result).toMatchObject({ succeeded: true, revision });
  });

  test('a create whose key others deleted and created again since is a success at its own revision', async () => {
    const { revision, result } = await lose(swap(noRevision, put(key, 'mine')), {
      applies: true,
      async meanwhile(mine) {
        await write(swap(mine, remove(key)));
        await write(swap(noRevision, put(key, 'theirs')));
      },
    });
    expect(result).toMatchObject({ succeeded: true, revision });
    expect((await current())?.value.toString()).toBe('theirs');
  });

  test('a create whose key others deleted since is a success at its own revision, and is not done again', async () => {
    const { revision, result } = await lose(swap(noRevision, put(key, 'mine')), {
      applies: true,
      meanwhile: (mine) => write(swap(mine, remove(key))),
    });
    expect(result).toMatchObject({ succeeded: true, revision });
    expect(await current()).toBeUndefined();
  });

  test('a create with a time to live that is over is a success at its own revision', async () => {
    const mortal: Operation = { type: 'put', key, value: Buffer.from('mine'), ttlSeconds: 1 };
    // The lease is asked for first: it must be there before answers stay away.
    await storage.transact(swap(noRevision, { ...mortal, key: `${key}.other` }));
    const { revision, result } = await lose(swap(noRevision, mortal), {
      applies: true,
      async meanwhile(mine) {
        const watch = new ResumingWatch(others, key, mine);
        await watch.until(() => watch.lines.some((line) => line.endsWith(`${key} -`)));
        watch.close();
      },
    });
    expect(result).toMatchObject({ succeeded: true, revision });
    expect(await current()).toBeUndefined();
  });

  test('an update with a time to live that happened is a success at its revision', async () => {
    const mortal: Operation = { type: 'put', key, value: Buffer.from('mine'), ttlSeconds: 3_600 };
    await storage.transact(swap(noRevision, { ...mortal, key: `${key}.other` }));
    const created = await write(swap(noRevision, put(key, '1')));
    const { revision, result } = await lose(swap(created, mortal), { applies: true });
    expect(result).toMatchObject({ succeeded: true, revision });
  });

  test('a put without a comparison, written over by others since, is a success at its own revision', async () => {
    const { revision, result } = await lose(
      { compare: [], operations: [put(key, 'mine')] },
      { applies: true, meanwhile: (mine) => write(swap(mine, put(key, 'theirs'))) },
    );
    expect(result).toMatchObject({ succeeded: true, revision });
  });

  test('a transaction of several keys that happened is a success at its revision', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    const operations = [remove(key), put(`${key}.moved`, 'mine')] as const;
    const { revision, result } = await lose(swap(created, ...operations), { applies: true });
    expect(result).toMatchObject({ succeeded: true, revision });
  });

  test('a delete that happened is a success at its revision', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    const { revision, result } = await lose(swap(created, remove(key)), { applies: true });
    expect(result).toMatchObject({ succeeded: true, revision });
    expect(await current()).toBeUndefined();
  });

  test('a delete that happened long ago, by the count of revisions, is a success at its revision', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    const { revision, result } = await lose(swap(created, remove(key)), {
      applies: true,
      async meanwhile() {
        for (let i = 0; i < 20; i++) await write(swap(noRevision, put(`${key}.${i}`, '')));
      },
    });
    expect(result).toMatchObject({ succeeded: true, revision });
  });

  test('a delete whose key others created again since is a success at its own revision', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    const { revision, result } = await lose(swap(created, remove(key)), {
      applies: true,
      meanwhile: () => write(swap(noRevision, put(key, 'theirs'))),
    });
    expect(result).toMatchObject({ succeeded: true, revision });
    expect((await current())?.value.toString()).toBe('theirs');
  });

  test('a delete of what others deleted in the same state just before is a success at their revision', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    const theirs = await write(swap(created, remove(key)));
    const { result } = await lose(swap(created, remove(key)), { applies: false });
    expect(result).toMatchObject({ succeeded: true, revision: theirs });
  });

  test('a delete of what others changed and then deleted is a failure that tells that nothing is there', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    const updated = await write(swap(created, put(key, '2')));
    await write(swap(updated, remove(key)));
    const { result } = await lose(swap(created, remove(key)), { applies: false });
    expect(result).toMatchObject({ succeeded: false, current: [undefined] });
  });

  test('a delete of several keys happened only if all of them were as compared', async () => {
    const one = await write(swap(noRevision, put(key, '1')));
    const two = await write(swap(noRevision, put(`${key}.two`, '1')));
    const both: Transaction = {
      compare: [
        { key, modRevision: one },
        { key: `${key}.two`, modRevision: two },
      ],
      operations: [remove(key), remove(`${key}.two`)],
    };
    await write(swap(await write(swap(two, put(`${key}.two`, '2'))), remove(`${key}.two`)));
    await write(swap(one, remove(key)));
    const { result } = await lose(both, { applies: false });
    expect(result).toMatchObject({ succeeded: false, current: [undefined, undefined] });
  });

  test('a delete behind which history is compacted meanwhile is a success while what it compared is remembered', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    await write(swap(noRevision, put(`${key}.other`, '1')));
    const { revision, result } = await lose(swap(created, remove(key)), {
      applies: true,
      async meanwhile(mine) {
        await write(swap(noRevision, put(`${key}.later`, '1')));
        await others.compact(asRevision(mine - 1));
      },
    });
    expect(result).toMatchObject({ succeeded: true, revision });
  });

  test('a delete whose history is compacted meanwhile is unavailable', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    const { result } = await lose(swap(created, remove(key)), {
      applies: true,
      async meanwhile() {
        await others.compact(await write(swap(noRevision, put(`${key}.later`, '1'))));
      },
    });
    expect(result.code).toBe('unavailable');
    expect(await current()).toBeUndefined();
  });

  test('a delete that failed because the key had been changed is a failure that tells what is there', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    const updated = await write(swap(created, put(key, '2')));
    const { result } = await lose(swap(created, remove(key)), { applies: false });
    expect(result).toMatchObject({ succeeded: false, current: [{ modRevision: updated }] });
  });

  test('an update that failed is a failure that tells what is there', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    const updated = await write(swap(created, put(key, '2')));
    const { result } = await lose(swap(created, put(key, 'mine')), { applies: false });
    expect(result).toMatchObject({ succeeded: false, current: [{ modRevision: updated }] });
    expect((await current())?.modRevision).toBe(updated);
  });

  test('a create of what existed already is a failure that tells what is there', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    const { result } = await lose(swap(noRevision, put(key, 'mine')), { applies: false });
    expect(result).toMatchObject({ succeeded: false, current: [{ modRevision: created }] });
  });

  test('an update that is still there is a success, whatever was compacted meanwhile', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    await write(swap(noRevision, put(`${key}.other`, '1')));
    const { revision, result } = await lose(swap(created, put(key, 'mine')), {
      applies: true,
      async meanwhile() {
        await others.compact(await write(swap(noRevision, put(`${key}.later`, '1'))));
      },
    });
    expect(result).toMatchObject({ succeeded: true, revision });
  });

  test('an update whose history is compacted meanwhile is unavailable', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    const { result } = await lose(swap(created, put(key, 'mine')), {
      applies: true,
      async meanwhile(mine) {
        await others.compact(await write(swap(mine, put(key, 'theirs'))));
      },
    });
    expect(result.code).toBe('unavailable');
  });

  test('an update that never reached the store is sent again and happens once', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    await storage.currentRevision();
    proxy.stall('up');
    const result = outcome(storage.transact(swap(created, put(key, 'mine'))));
    await proxy.whenHeld('up');
    proxy.cut();
    proxy.flow('up');
    const settled = await result;
    expect(settled.succeeded).toBe(true);
    expect(await current()).toMatchObject({ createRevision: created, modRevision: created + 1 });
  });

  test('a create that never reached the store is unavailable, and has not happened', async () => {
    await storage.currentRevision();
    proxy.stall('up');
    const result = outcome(storage.transact(swap(noRevision, put(key, 'mine'))));
    await proxy.whenHeld('up');
    proxy.cut();
    proxy.flow('up');
    expect((await result).code).toBe('unavailable');
    expect(await current()).toBeUndefined();
  });

  test('when nobody can be asked the outcome is unavailable after a bounded time', async () => {
    const created = await write(swap(noRevision, put(key, '1')));
    const impatient = await openTestEtcd(proxy.endpoint, { requestTimeoutMs: 1_500, resolveTimeoutMs: 3_000 });
    await impatient.currentRevision();
    proxy.stall('down');
    const result = outcome(impatient.transact(swap(created, put(key, 'mine'))));
    expect((await result).code).toBe('unavailable');
    await impatient.close();
  });
});

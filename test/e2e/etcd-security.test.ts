import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noRevision } from '../../src/base/revision.ts';
import { StorageError } from '../../src/storage/errors.ts';
import type { Operation, Storage } from '../../src/storage/storage.ts';
import { makeCertificates } from '../support/certificates.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { openTestEtcd, ResumingWatch } from '../support/etcd-storage.ts';

const put = (key: string, value: string): Operation => ({ type: 'put', key, value: Buffer.from(value) });

const refusal = (promise: Promise<unknown>): Promise<StorageError> =>
  promise.then(
    () => Promise.reject(new Error('was not refused')),
    (error: unknown) => {
      if (error instanceof StorageError) return error;
      throw error;
    },
  );

describe('an etcd with passwords', () => {
  let etcd: TestEtcd;
  let storage: Storage;

  beforeAll(async () => {
    // Tokens are forgotten after two seconds without use: what the defaults do after five minutes.
    etcd = await startEtcd({ rootPassword: 'secret', flags: ['--auth-token-ttl=2'] });
    storage = await openTestEtcd(etcd.endpoint, { auth: { username: 'root', password: 'secret' } });
  });
  afterAll(async () => {
    await storage.close();
    await etcd.stop();
  });

  const write = (value: string) => storage.transact({ compare: [], operations: [put('/test/a', value)] });

  test('serves who knows one', async () => {
    const { revision } = await write('1');
    const { kv } = await storage.get('/test/a');
    expect(kv).toMatchObject({ modRevision: revision, value: Buffer.from('1') });
    const watch = new ResumingWatch(storage, '/test/', noRevision);
    await watch.reached(revision);
    watch.close();
    expect(watch.ends).toEqual([]);
  });

  test('refuses a wrong password, an unknown user, and none at all, as denied', async () => {
    for (const auth of [
      { username: 'root', password: 'wrong' },
      { username: 'nobody', password: 'secret' },
    ])
      expect((await refusal(openTestEtcd(etcd.endpoint, { auth }))).code).toBe('denied');
    expect((await refusal(openTestEtcd(etcd.endpoint))).code).toBe('denied');
  });

  test('refuses what a user may not do as denied, and it has not happened', async () => {
    await etcd.ctl('role', 'add', 'reader');
    await etcd.ctl('role', 'grant-permission', 'reader', '--prefix=true', 'read', '/test/');
    await etcd.ctl('user', 'add', 'reader:secret');
    await etcd.ctl('user', 'grant-role', 'reader', 'reader');
    const reader = await openTestEtcd(etcd.endpoint, { auth: { username: 'reader', password: 'secret' } });
    const before = await reader.currentRevision();
    expect((await refusal(reader.transact({ compare: [], operations: [put('/test/b', '1')] }))).code).toBe('denied');
    expect((await refusal(reader.get('/other/a'))).code).toBe('denied');
    const elsewhere = new ResumingWatch(reader, '/other/', before);
    await elsewhere.until(() => elsewhere.ends.length > 0);
    elsewhere.close();
    expect(elsewhere.ends[0]).toMatchObject({ name: 'StorageError', code: 'denied' });
    const allowed = new ResumingWatch(reader, '/test/', before);
    const { revision } = await write('read this');
    await allowed.reached(revision);
    allowed.close();
    expect((await reader.get('/test/b')).kv).toBeUndefined();
    await reader.close();
  });

  test('that forgets its tokens is asked for new ones, by reads, writes and watches alike', async () => {
    const used = [
      (own: Storage) => own.currentRevision(),
      (own: Storage) => own.transact({ compare: [], operations: [put('/test/c', `${serial++}`)] }),
      async (own: Storage) => {
        const { revision } = await write(`${serial++}`);
        const watch = new ResumingWatch(own, '/test/', revision);
        const next = await write(`${serial++}`);
        await watch.reached(next.revision);
        watch.close();
        await watch.until(() => watch.ends.length > 0);
        expect(watch.ends).toEqual([undefined]);
      },
    ];
    let serial = 0;
    for (const use of used) {
      const own = await openTestEtcd(etcd.endpoint, { auth: { username: 'root', password: 'secret' } });
      await etcd.restart();
      await use(own);
      await own.close();
    }
    await write('still here');
  }, 60_000);

  test('that has them switched off takes any', async () => {
    const open = await startEtcd();
    const own = await openTestEtcd(open.endpoint, { auth: { username: 'root', password: 'secret' } });
    expect(await own.currentRevision()).toBe(1);
    await own.close();
    await open.stop();
  });
});

describe('an etcd with TLS', () => {
  let etcd: TestEtcd;

  beforeAll(async () => {
    etcd = await startEtcd({ tls: true });
  });
  afterAll(async () => {
    await etcd.stop();
  });

  const given = () => {
    if (etcd.certificates === undefined) throw new Error('etcd was started without certificates');
    return etcd.certificates;
  };

  test('serves who has a certificate', async () => {
    const { ca, client } = given();
    const storage = await openTestEtcd(etcd.endpoint, { tls: { ca, cert: client.cert, key: client.key } });
    const watch = new ResumingWatch(storage, '/test/', await storage.currentRevision());
    const { revision } = await storage.transact({ compare: [], operations: [put('/test/a', '1')] });
    await watch.reached(revision);
    watch.close();
    await storage.close();
    expect(watch.ends).toEqual([undefined]);
  });

  test('is not spoken to by who has none, another, or does not trust it', async () => {
    const { ca, client } = given();
    const other = await makeCertificates();
    for (const tls of [
      { ca },
      { ca, cert: other.client.cert, key: other.client.key },
      { ca: other.ca, cert: client.cert, key: client.key },
    ]) {
      const error = await refusal(openTestEtcd(etcd.endpoint, { tls, requestTimeoutMs: 300 }));
      expect(error.code).toBe('unavailable');
    }
  });

  test('is not asked in plain text', async () => {
    const { ca } = given();
    const plain = etcd.endpoint.replace('https:', 'http:');
    await expect(openTestEtcd(plain, { tls: { ca } })).rejects.toThrow(/is not https, but has TLS/);
    expect((await refusal(openTestEtcd(plain, { requestTimeoutMs: 300 }))).code).toBe('unavailable');
  });
});

describe('options that cannot be meant', () => {
  test('are refused before anything is opened', async () => {
    const { ca, client } = await makeCertificates();
    await expect(openTestEtcd([])).rejects.toThrow('no etcd server is given');
    for (const server of ['127.0.0.1:2379', 'ftp://127.0.0.1:2379', 'http://127.0.0.1', 'http://user@127.0.0.1:2379'])
      await expect(openTestEtcd(server)).rejects.toThrow(/is not http\(s\):\/\/host:port/);
    await expect(openTestEtcd('https://127.0.0.1:2379', { tls: { ca, cert: client.cert } })).rejects.toThrow(/its key/);
  });
});

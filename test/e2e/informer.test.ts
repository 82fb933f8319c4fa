import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { RunningServer, StartServerOptions } from '../../src/server/start-server.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { freePort } from '../support/free-port.ts';
import { RecordedInformer } from '../support/recorded-informer.ts';
import { type SpawnedServer, spawnServer, startTestServer } from '../support/server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

const namespace = 'default';

function inform(kubeconfig: string, labelSelector?: string): RecordedInformer {
  const informer = new RecordedInformer(kubeconfig, namespace, labelSelector);
  cleanUp.push(() => informer.stop());
  return informer;
}

const write = {
  create: ({ api }: RecordedInformer, name: string, labels: Record<string, string> = {}) =>
    api.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels } } }),
  /** Whatever its version. */
  replace: (
    { api }: RecordedInformer,
    name: string,
    data: Record<string, string>,
    labels: Record<string, string> = {},
  ) => api.replaceNamespacedConfigMap({ name, namespace, body: { metadata: { name, labels }, data } }),
  delete: ({ api }: RecordedInformer, name: string) => api.deleteNamespacedConfigMap({ name, namespace }),
};

/** The names of a list of events, without versions. */
const verbs = (told: readonly string[]): string[] => told.map((line) => line.replace(/@.*/, ''));

const storages = ['embedded', 'etcd'] as const;

async function newEtcd(): Promise<TestEtcd> {
  const etcd = await startEtcd();
  cleanUp.push(() => etcd.stop());
  return etcd;
}

/** A server in this process, over TLS. */
async function start(storage: (typeof storages)[number], overrides: StartServerOptions = {}): Promise<RunningServer> {
  const server = await startTestServer({
    storage: storage === 'embedded' ? storage : { etcd: (await newEtcd()).endpoint },
    overrides: { securePort: 'any', ...overrides },
  });
  cleanUp.push(() => server.close());
  return server;
}

/** A process that can be started again on the same store, port and certificate. */
async function restartable(etcd: TestEtcd | undefined): Promise<() => Promise<SpawnedServer>> {
  const folder = await mkdtemp(join(tmpdir(), 'crowsnest-data-'));
  cleanUp.push(() => rm(folder, { recursive: true, force: true }));
  const store = etcd === undefined ? [] : [`--etcd-servers=${etcd.endpoint}`];
  const flags = [...store, `--data-dir=${folder}`, `--secure-port=${await freePort()}`];
  return async () => {
    const server = await spawnServer(flags);
    cleanUp.push(() => server.stop('SIGKILL'));
    return server;
  };
}

describe.each(storages)('an informer of @kubernetes/client-node, over TLS, on %s', (storage) => {
  test('is told of every addition, change and deletion, and of what was there before', async () => {
    const server = await start(storage);
    expect(server.url).toMatch(/^https:/);
    const informer = inform(server.kubeconfig);
    const picky = inform(server.kubeconfig, 'side=left');
    await write.create(informer, 'before', { side: 'left' });
    await informer.start();
    await picky.start();
    await informer.until(() => informer.told.length === 1, 'what was there');
    await write.create(informer, 'moves', { side: 'right' });
    await write.replace(informer, 'moves', { a: '1' }, { side: 'left' });
    await write.replace(informer, 'moves', { a: '2' }, { side: 'left' });
    await write.replace(informer, 'moves', { a: '3' }, { side: 'right' });
    await write.delete(informer, 'before');
    await informer.until(() => informer.told.length === 6, 'six events');
    await picky.until(() => picky.told.length === 5, 'five events');
    expect(verbs(informer.told)).toEqual([
      'add before',
      'add moves',
      'update moves',
      'update moves',
      'update moves',
      'delete before',
    ]);
    expect(verbs(picky.told)).toEqual(['add before', 'add moves', 'update moves', 'delete moves', 'delete before']);
    await informer.becomesTheServers();
    expect([informer.nonsense, picky.nonsense, informer.lists, informer.failures]).toEqual([[], [], 1, 0]);
  });

  test('goes on through restarts of the server, whether it was stopped or killed', async () => {
    const startAgain = await restartable(storage === 'embedded' ? undefined : await newEtcd());
    let server = await startAgain();
    const informer = inform(server.kubeconfig);
    for (const name of ['a', 'b', 'c']) await write.create(informer, name);
    await informer.start();
    await informer.until(() => informer.told.length === 3, 'what was there');
    for (const [round, signal] of (['SIGTERM', 'SIGKILL'] as const).entries()) {
      await write.replace(informer, 'a', { round: `${round}` });
      const failures = informer.failures;
      await server.stop(signal);
      await informer.until(() => informer.failures > failures, 'a failure');
      server = await startAgain();
      await write.delete(informer, 'b');
      await write.create(informer, 'b', { round: `${round}` });
      await write.create(informer, `new-${round}`);
      await informer.becomesTheServers();
    }
    expect(informer.nonsense).toEqual([]);
    expect(verbs(informer.told).filter((line) => line === 'update a')).toHaveLength(2);
    expect(verbs(informer.told).filter((line) => line.endsWith(' b'))).toContain('add b');
  });

  test('when history no longer reaches back to where it was, lists again and learns what it missed', async () => {
    const server = await start(storage, { defaultWatchCacheSize: 10, maxWatchCacheSize: 10 });
    const proxy = await TcpProxy.start(server.url);
    cleanUp.push(() => proxy.close());
    const direct = inform(server.kubeconfig);
    const informer = inform(server.kubeconfig.replace(server.url, `https://127.0.0.1:${proxy.port}`));
    for (const name of ['changed', 'deleted', 'same']) await write.create(direct, name);
    await informer.start();
    await informer.until(() => informer.told.length === 3, 'what was there');
    const { lists } = informer;
    proxy.refuse(true);
    proxy.cut();
    await informer.until(() => informer.failures > 0, 'a failure');
    await write.delete(direct, 'deleted');
    await write.create(direct, 'new');
    for (let i = 0; i < 20; i++) await write.replace(direct, 'changed', { i: `${i}` });
    proxy.refuse(false);
    await informer.until(() => informer.told.length === 6, 'what was missed');
    await write.replace(direct, 'new', { a: 'b' });
    await informer.until(() => informer.told.length === 7, 'what came after');
    await informer.becomesTheServers();
    expect(verbs(informer.told.slice(3, 6)).sort()).toEqual(['add new', 'delete deleted', 'update changed']);
    expect(informer.nonsense).toEqual([]);
    expect(informer.lists).toBeGreaterThan(lists);
  });
});

test('a compaction of etcd while the server is away: 410, a list, and nothing wrong', async () => {
  const etcd = await newEtcd();
  const startAgain = await restartable(etcd);
  const first = await startAgain();
  const other = await spawnServer([`--etcd-servers=${etcd.endpoint}`]);
  cleanUp.push(() => other.stop('SIGKILL'));
  const informer = inform(first.kubeconfig);
  const elsewhere = inform(other.kubeconfig);
  for (const name of ['changed', 'deleted']) await write.create(informer, name);
  await informer.start();
  await informer.until(() => informer.told.length === 2, 'what was there');
  await first.stop('SIGKILL');
  await informer.until(() => informer.failures > 0, 'a failure');
  await write.delete(elsewhere, 'deleted');
  await write.replace(elsewhere, 'changed', { a: 'b' });
  const { metadata } = await write.create(elsewhere, 'new');
  await etcd.ctl('compaction', metadata?.resourceVersion ?? '');
  await startAgain();
  await informer.until(() => informer.told.length === 5, 'what was missed');
  await informer.becomesTheServers();
  expect(verbs(informer.told.slice(2)).sort()).toEqual(['add new', 'delete deleted', 'update changed']);
  expect([informer.nonsense, informer.lists]).toEqual([[], 2]);
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningServer } from '../../src/server/start-server.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { Api } from '../support/api.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { openTestEtcd } from '../support/etcd-storage.ts';
import { everyKind, Fleet } from '../support/fleet.ts';
import { type SpawnedServer, spawnServer, startTestServer } from '../support/server.ts';
import { StoreHistory } from '../support/store-history.ts';
import { lostWrites, Writer } from '../support/writer.ts';

const namespaces = ['a', 'b'];

describe('two servers on one etcd', { timeout: 60_000 }, () => {
  let etcd: TestEtcd;
  let direct: Storage;
  let history: StoreHistory;
  let first: SpawnedServer;
  let second: RunningServer;

  const startFirst = (): Promise<SpawnedServer> =>
    spawnServer([`--etcd-servers=${etcd.endpoint}`, '--etcd-compaction-interval=0']);

  beforeAll(async () => {
    etcd = await startEtcd();
    direct = await openTestEtcd(etcd.endpoint);
    history = new StoreHistory(direct);
    [first, second] = await Promise.all([
      startFirst(),
      startTestServer({ storage: { etcd: etcd.endpoint }, overrides: { etcdCompactionInterval: 0 } }),
    ]);
    const api = new Api(second.url);
    for (const name of namespaces) {
      await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
  });
  afterAll(async () => {
    await Promise.all([first?.stop('SIGKILL'), second?.close()]);
    await direct?.close();
    await etcd?.stop();
  });

  test('clients move between them with their resourceVersion, also when one is killed: nothing is lost or repeated', async () => {
    await history.catchUp();
    const fleet = Fleet.of(everyKind(namespaces), 80, ['cut']);
    await fleet.open(second.url, history);
    const writers = [0, 1, 2, 3].map((seed) => new Writer({ seed, namespaces, names: 6 }));
    const stop = new AbortController();
    const writing = Promise.all(
      writers.map((writer, i) => writer.run(new Api(i === 0 ? first.plainUrl : second.url), Infinity, stop.signal)),
    );
    const written = () => Promise.all(writers.slice(1).map((writer) => writer.acknowledges(10)));
    const move = async (url: string): Promise<void> => {
      await written();
      fleet.close();
      await fleet.ended();
      await fleet.resume(url);
    };
    await move(first.plainUrl);
    await move(second.url);
    await move(first.plainUrl);
    await written();
    await first.stop('SIGKILL');
    await fleet.ended();
    await fleet.resume(second.url);
    await written();
    // What it is asked to go on from is older than the new process.
    first = await startFirst();
    await move(first.plainUrl);
    await written();
    stop.abort();
    await writing;
    expect(await fleet.judge(history)).toEqual([]);
    expect(lostWrites(writers, history.changes)).toEqual([]);
    fleet.close();
  });

  test('what one has acknowledged, the other reads', async () => {
    const servers = [new Api(first.plainUrl), new Api(second.url)] as const;
    const path = '/api/v1/namespaces/a/configmaps';
    for (let i = 0; i < 20; i++) {
      const [writer, reader] = i % 2 === 0 ? servers : [servers[1], servers[0]];
      const metadata = { name: `seen-${i}` };
      const { status, body } = await writer.post(path, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
      expect(status).toBe(201);
      const { resourceVersion } = body.metadata;
      // By a consistent read, and by one that is to be at least as new as the write.
      for (const query of ['', `?resourceVersion=${resourceVersion}`]) {
        const list = await reader.get(`${path}${query}`);
        const found = list.body.items.find(
          (item: { metadata: { name: string } }) => item.metadata.name === `seen-${i}`,
        );
        expect(found?.metadata.resourceVersion, query).toBe(resourceVersion);
      }
    }
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningServer } from '../../src/server/start-server.ts';
import type { Operation, Storage } from '../../src/storage/storage.ts';
import { Api } from '../support/api.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { openTestEtcd } from '../support/etcd-storage.ts';
import { startTestServer } from '../support/server.ts';
import { type WatchedEvent, WatchStream } from '../support/watch-stream.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const events = '/api/v1/namespaces/default/events';
const keyOf = (name: string): string => `/registry/configmaps/default/${name}`;
const shownOf = ({ object }: WatchedEvent): number => Number(object.metadata.resourceVersion);
const toldOf = ({ type, object }: WatchedEvent): string => `${type} ${object.metadata.name}`;
const count = 40;

describe('a watch that is cut between two events of one revision, and resumes from what it was shown', () => {
  let etcd: TestEtcd;
  let direct: Storage;
  let server: RunningServer;
  let api: Api;
  let serial = 0;

  beforeAll(async () => {
    etcd = await startEtcd();
    direct = await openTestEtcd(etcd.endpoint);
    server = await startTestServer({
      storage: { etcd: etcd.endpoint },
      overrides: { etcdCompactionInterval: 0, eventTtl: 1_000 },
    });
    api = new Api(server.url);
  });
  afterAll(async () => {
    await server?.close();
    await direct?.close();
    await etcd?.stop();
  });

  const listedAt = async (path: string): Promise<number> => Number((await api.get(path)).body.metadata.resourceVersion);

  async function make(path: string, object: (name: string) => object): Promise<string[]> {
    const prefix = `x-${++serial}`;
    const names = Array.from({ length: count }, (_, i) => `${prefix}-${i + 10}`);
    const answers = await Promise.all(names.map((name) => api.post(path, object(name))));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
    return names;
  }

  /** All that a watch tells that begins after `revision`, up to an object that is made for it. */
  async function toldAfter(path: string, revision: number, object: (name: string) => object): Promise<WatchedEvent[]> {
    const stream = await WatchStream.open(`${server.url}${path}?watch=true&resourceVersion=${revision}`);
    const marker = `marker-${++serial}`;
    await api.post(path, object(marker));
    const isMarker = (event: WatchedEvent): boolean => event.object.metadata.name === marker;
    await stream.until((told) => told.some(isMarker));
    stream.close();
    return stream.events.filter((event) => !event.object.metadata.name.startsWith('marker'));
  }
  const configMap = (name: string) => ({ metadata: { name } });

  async function allOperations(operations: readonly Operation[]): Promise<number> {
    const { revision, succeeded } = await direct.transact({ compare: [], operations });
    expect(succeeded).toBe(true);
    return revision;
  }

  test('is told of every deletion, and none is lost; who has listed is told nothing again', async () => {
    const names = await make(configMaps, configMap);
    const before = await listedAt(configMaps);
    const revision = await allOperations(names.map((name) => ({ type: 'delete', key: keyOf(name) })));
    const told = await toldAfter(configMaps, before, configMap);
    expect(told.map(toldOf)).toEqual(names.map((name) => `DELETED ${name}`));
    expect(told.map(shownOf)).toEqual([...names.slice(1).map(() => revision - 1), revision]);
    for (const cut of [0, 1, count / 2, count - 2]) {
      const resumed = await toldAfter(configMaps, shownOf(told[cut] as WatchedEvent), configMap);
      expect(resumed.map(toldOf)).toEqual(told.map(toldOf));
    }
    expect(await toldAfter(configMaps, shownOf(told.at(-1) as WatchedEvent), configMap)).toEqual([]);
    expect(await toldAfter(configMaps, await listedAt(configMaps), configMap)).toEqual([]);
  });

  test('is told of every object that another writer put at once', async () => {
    const names = await make(configMaps, configMap);
    const before = await listedAt(configMaps);
    const value = (name: string) =>
      Buffer.from(
        `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"${name}","namespace":"default","uid":"${name}"}}`,
      );
    const revision = await allOperations(names.map((name) => ({ type: 'put', key: keyOf(name), value: value(name) })));
    const told = await toldAfter(configMaps, before, configMap);
    expect(told.map(toldOf)).toEqual(names.map((name) => `MODIFIED ${name}`));
    expect(told.map(shownOf)).toEqual(names.map(() => revision));
    // Each of them may be the only one that a client has seen of the revision.
    const resumed = await toldAfter(configMaps, revision, configMap);
    expect(resumed.map(toldOf)).toEqual(told.slice(1).map(toldOf));
  });

  test('is told of everything that a lease takes along when it ends', async () => {
    const event = (name: string) => ({
      metadata: { name },
      involvedObject: { namespace: 'default', kind: 'Pod', name: 'p' },
    });
    const before = await listedAt(events);
    const names = await make(events, event);
    const stream = await WatchStream.open(`${server.url}${events}?watch=true&resourceVersion=${before}`);
    const gone = (told: readonly WatchedEvent[]) => told.filter(({ type }) => type === 'DELETED');
    await stream.until((told) => gone(told).length === count);
    stream.close();
    const all = gone(stream.events);
    expect(new Set(all.map(shownOf)).size, 'several share a revision').toBeLessThan(count / 2);
    for (const cut of [0, 1, count / 2, count - 2]) {
      const seen = all.slice(0, cut + 1);
      const resumed = await toldAfter(events, shownOf(seen.at(-1) as WatchedEvent), event);
      const known = new Set([...seen, ...gone(resumed)].map(({ object }) => object.metadata.name));
      expect([...known].sort()).toEqual([...names].sort());
    }
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunningServer } from '../../src/server/start-server.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { type Answer, Api, type Call } from '../support/api.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { openTestEtcd, ResumingWatch } from '../support/etcd-storage.ts';
import { startTestServer } from '../support/server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';
const container = { name: 'c', image: 'i' };

/** Against a server that reaches its etcd through a proxy: etcd does what it was asked, and the proxy keeps its answer. */
describe('a request whose write happened, and whose answer from etcd was lost', () => {
  let etcd: TestEtcd;
  let proxy: TcpProxy;
  let server: RunningServer;
  let api: Api;
  let direct: Storage;
  let serial = 0;

  beforeAll(async () => {
    etcd = await startEtcd();
    proxy = await TcpProxy.start(etcd.endpoint);
    direct = await openTestEtcd(etcd.endpoint);
    server = await startTestServer({ storage: { etcd: proxy.endpoint }, overrides: { etcdCompactionInterval: 0 } });
    api = new Api(server.url);
  });
  afterAll(async () => {
    await server?.close();
    await direct?.close();
    await proxy?.close();
    await etcd?.stop();
  });

  // What one test leaves stalled must not be the next one's.
  beforeEach(() => proxy.flow('down'));

  const made = async (path: string, object: object): Promise<Answer> => {
    const answer = await api.post(path, object);
    expect(answer.status).toBe(201);
    return answer;
  };
  const fresh = (): string => `x-${++serial}`;

  /** Keeps etcd's answers from coming until the first change of `key`, lets `meanwhile` happen, then cuts the connection. */
  async function lose(path: string, call: Call, key: string, meanwhile?: () => Promise<unknown>) {
    // The server's own caches must have everything, and none of its fences be under way, so that the request is one
    // transaction and the only one.
    for (let before = -1; before !== (await direct.currentRevision()); ) {
      before = await direct.currentRevision();
      expect((await api.get(path.split('?')[0] ?? '')).status).toBeLessThan(500);
    }
    const watch = new ResumingWatch(direct, `/registry/${key}`, await direct.currentRevision());
    proxy.stall('down');
    const answer = api.call(path, call);
    await watch.until(() => watch.lines.length > 0);
    const revision = watch.last;
    watch.close();
    await meanwhile?.();
    proxy.cut();
    proxy.flow('down');
    return { ...(await answer), revision };
  }

  const stored = async (key: string) => (await direct.get(`/registry/${key}`)).kv;

  test('a create is answered with 201 and its own revision', async () => {
    const name = fresh();
    const { status, body, revision } = await lose(
      configMaps,
      { method: 'POST', body: { metadata: { name } } },
      `configmaps/default/${name}`,
    );
    expect([status, body.metadata.resourceVersion]).toEqual([201, String(revision)]);
  });

  test('a create whose object others have deleted since is answered with 201 all the same', async () => {
    const key = `configmaps/default/${fresh()}`;
    const { status } = await lose(
      configMaps,
      { method: 'POST', body: { metadata: { name: key.slice(key.lastIndexOf('/') + 1) } } },
      key,
      () => direct.transact({ compare: [], operations: [{ type: 'delete', key: `/registry/${key}` }] }),
    );
    expect(status).toBe(201);
    expect(await stored(key)).toBeUndefined();
  });

  test('an update is answered with 200 and its own revision', async () => {
    const name = fresh();
    const { body: object } = await made(configMaps, { metadata: { name } });
    const { status, body, revision } = await lose(
      `${configMaps}/${name}`,
      { method: 'PUT', body: { ...object, data: { a: 'b' } } },
      `configmaps/default/${name}`,
    );
    expect([status, body.metadata.resourceVersion]).toEqual([200, String(revision)]);
  });

  test('a delete is answered with 200', async () => {
    const name = fresh();
    const { body: object } = await made(configMaps, { metadata: { name } });
    const { status, body } = await lose(
      `${configMaps}/${name}`,
      {
        method: 'DELETE',
        body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: object.metadata.uid } },
      },
      `configmaps/default/${name}`,
    );
    expect([status, body.status, body.details.uid]).toEqual([200, 'Success', object.metadata.uid]);
    expect((await api.get(`${configMaps}/${name}`)).status).toBe(404);
  });

  test('a delete whose name is in use again since is answered with 200, and leaves the other object alone', async () => {
    const name = fresh();
    const { body: object } = await made(configMaps, { metadata: { name } });
    const key = `configmaps/default/${name}`;
    const value = (await stored(key))?.value ?? Buffer.alloc(0);
    const { status } = await lose(
      `${configMaps}/${name}`,
      { method: 'DELETE', body: { preconditions: { uid: object.metadata.uid } } },
      key,
      () => direct.transact({ compare: [], operations: [{ type: 'put', key: `/registry/${key}`, value }] }),
    );
    expect(status).toBe(200);
    expect(await stored(key)).toBeDefined();
  });

  test('a pod that is marked and then removed goes on from a mark whose answer was lost', async () => {
    const name = fresh();
    await made(pods, { metadata: { name }, spec: { nodeName: 'n', containers: [container] } });
    const { status } = await lose(
      `${pods}/${name}`,
      { method: 'DELETE', body: { gracePeriodSeconds: 0 } },
      `pods/default/${name}`,
    );
    expect(status).toBe(200);
    expect(await stored(`pods/default/${name}`)).toBeUndefined();
  });

  test('the removal of a pod that was marked before is answered with 200', async () => {
    const name = fresh();
    const { body: object } = await made(pods, {
      metadata: { name },
      spec: { nodeName: 'n', containers: [container] },
    });
    delete object.metadata.resourceVersion;
    object.metadata.deletionTimestamp = object.metadata.creationTimestamp;
    object.metadata.deletionGracePeriodSeconds = 0;
    const key = `/registry/pods/default/${name}`;
    const value = Buffer.from(JSON.stringify(object));
    await direct.transact({ compare: [], operations: [{ type: 'put', key, value }] });
    const { status } = await lose(
      `${pods}/${name}`,
      { method: 'DELETE', body: { gracePeriodSeconds: 0 } },
      `pods/default/${name}`,
    );
    expect(status).toBe(200);
    expect(await stored(`pods/default/${name}`)).toBeUndefined();
  });

  test('an update that takes the last finalizer of what is going is answered with 200, and it is gone', async () => {
    const name = fresh();
    await made(configMaps, { metadata: { name, finalizers: ['example.com/a'] } });
    expect((await api.delete(`${configMaps}/${name}`)).status).toBe(200);
    const { body: going } = await api.get(`${configMaps}/${name}`);
    going.metadata.finalizers = [];
    const { status } = await lose(
      `${configMaps}/${name}`,
      { method: 'PUT', body: going },
      `configmaps/default/${name}`,
    );
    expect(status).toBe(200);
    expect(await stored(`configmaps/default/${name}`)).toBeUndefined();
  });

  test('an event, which has a time to live, is answered with 201', async () => {
    const name = fresh();
    const event = (its: string) => ({
      metadata: { name: its },
      involvedObject: { namespace: 'default', kind: 'Pod', name: 'p' },
    });
    const events = '/api/v1/namespaces/default/events';
    // Its lease is there already.
    await made(events, event(`${name}-before`));
    const { status } = await lose(events, { method: 'POST', body: event(name) }, `events/default/${name}`);
    expect(status).toBe(201);
  });
});

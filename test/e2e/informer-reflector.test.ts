import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { ReflectorClient } from '../support/reflector-client.ts';
import { WholeServer, type WholeServerOptions } from '../support/whole-server.ts';

const namespace = 'default';
const path = `/api/v1/namespaces/${namespace}/configmaps`;
const configMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

describe.each(['embedded', 'etcd'])('a reflector as client-go has it, on %s', (storage) => {
  let etcd: TestEtcd | undefined;
  let prefixes = 0;
  const open: (() => unknown)[] = [];
  beforeAll(async () => {
    if (storage === 'etcd') etcd = await startEtcd();
  });
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });
  afterAll(async () => etcd?.stop());

  async function start(options: WholeServerOptions = {}): Promise<WholeServer> {
    prefixes += 1;
    const server = await WholeServer.open({ etcd: etcd?.endpoint, etcdPrefix: `/registry-${prefixes}`, ...options });
    open.push(() => server.close());
    return server;
  }

  function reflect(server: WholeServer, timeoutSeconds?: number): ReflectorClient {
    const client = new ReflectorClient(server.url + path, timeoutSeconds);
    open.push(() => client.close());
    return client;
  }

  const create = async ({ api }: WholeServer, name: string): Promise<string> =>
    (await api.post(path, configMap(name))).body.metadata.resourceVersion;

  /** What the server has: name → resourceVersion. Once it has answered, its cache has seen every write before. */
  async function contents({ api }: WholeServer): Promise<Map<string, string>> {
    const { items } = (await api.get(path)).body as {
      items: { metadata: { name: string; resourceVersion: string } }[];
    };
    return new Map(items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
  }

  test('has the state and what follows it in one request, and never sees what others see', async () => {
    const server = await start();
    for (const name of ['c', 'a', 'b']) await create(server, name);
    const client = reflect(server);
    await client.watchList();
    expect(client.requests).toEqual([
      'allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&sendInitialEvents=true&timeoutSeconds=500&watch=true',
    ]);
    expect(client.open.headers['content-type']).toBe('application/json');
    expect(client.store).toEqual(await contents(server));
    // The state came in the order of names, whatever the order of creation.
    expect(client.open.events.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`.trim())).toEqual([
      'ADDED a',
      'ADDED b',
      'ADDED c',
      'BOOKMARK',
    ]);
    await server.api.post('/api/v1/namespaces/kube-public/configmaps', configMap('elsewhere'));
    await server.api.put(`${path}/a`, configMap('a', { changed: 'yes' }));
    await server.api.delete(`${path}/b`);
    await create(server, 'd');
    await client.until(() => client.store.has('d'));
    expect(client.store).toEqual(await contents(server));
    expect(client.open.events).toHaveLength(7);
  });

  test('an empty collection has a state too, at a revision to go on from', async () => {
    const server = await start();
    const client = reflect(server);
    await client.watchList();
    expect(client.store.size).toBe(0);
    expect(Number(client.lastRevision)).toBeGreaterThan(0);
    client.close();
    await create(server, 'first');
    await client.reconnect();
    await client.until(() => client.store.has('first'));
  });

  test('a bookmark carries it over what happened to others: history that far back is not needed', async () => {
    const server = await start({ config: { defaultWatchCacheSize: 4, maxWatchCacheSize: 4 } });
    const created = await create(server, 'quiet');
    const client = reflect(server, 3_600);
    await client.watchList();
    expect(client.lastRevision).toBe(created);
    // Nothing that it watches changes, and history moves on: of the same resource, in another namespace.
    for (let i = 0; i < 12; i++)
      await server.api.post('/api/v1/namespaces/kube-public/configmaps', configMap(`loud-${i}`));
    await contents(server);
    server.clock.forward(60_000);
    await client.until(() => Number(client.lastRevision) >= Number(created) + 12);
    client.close();
    const bookmarked = client.lastRevision;
    await client.reconnect();
    await create(server, 'after');
    await client.until(() => client.store.has('after'));
    expect(client.requests.at(-1)).toBe(
      `allowWatchBookmarks=true&resourceVersion=${bookmarked}&timeoutSeconds=3600&watch=true`,
    );
    expect(client.store).toEqual(await contents(server));

    // Without the bookmark it would have had to begin anew.
    const late = await server.watch(`${path}?watch=true&resourceVersion=${created}`);
    expect(await late.next()).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
    expect(await late.end()).toBe(true);
  });

  test('a watch that comes to its time ends cleanly, with a bookmark shortly before', async () => {
    const server = await start();
    await create(server, 'a');
    const client = reflect(server, 10);
    await client.watchList();
    const later = await server.api.post('/api/v1/namespaces/kube-public/configmaps', configMap('elsewhere'));
    await contents(server);
    server.clock.forward(8_500);
    await client.until(() => client.lastRevision === later.body.metadata.resourceVersion);
    server.clock.forward(2_000);
    expect(await client.step()).toBe('ended');
    expect(await client.open.end()).toBe(true);
    await client.reconnect();
    await create(server, 'b');
    await client.until(() => client.store.has('b'));
    expect(client.store).toEqual(await contents(server));
  });

  test('where it was has expired: 410 in the stream, and then the state anew', async () => {
    const server = await start({ config: { defaultWatchCacheSize: 4, maxWatchCacheSize: 4 } });
    for (const name of ['kept', 'deleted']) await create(server, name);
    const client = reflect(server);
    await client.watchList();
    client.close();
    await server.api.delete(`${path}/deleted`);
    for (let i = 0; i < 8; i++) await server.api.put(`${path}/kept`, configMap('kept', { i: `${i}` }));
    await create(server, 'new');
    await contents(server);
    await client.reconnect();
    expect(client.open.status).toBe(200);
    expect(await client.step()).toBe('expired');
    expect(await client.step()).toBe('ended');
    await client.reconnect();
    expect(client.requests).toHaveLength(3);
    expect(client.requests[2]).toBe(client.requests[0]);
    expect([...client.store.keys()].sort()).toEqual(['kept', 'new']);
    expect(client.store).toEqual(await contents(server));
  });
});

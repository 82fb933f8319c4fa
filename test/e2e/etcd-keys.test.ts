import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningServer } from '../../src/server/start-server.ts';
import { Api } from '../support/api.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { startTestServer } from '../support/server.ts';
import { WatchStream } from '../support/watch-stream.ts';

let etcd: TestEtcd;
let server: RunningServer;
let api: Api;

beforeAll(async () => {
  etcd = await startEtcd();
  server = await startTestServer({ storage: { etcd: etcd.endpoint } });
  api = new Api(server.url);
});
afterAll(async () => {
  await server.close();
  await etcd.stop();
});

const stored = async (key: string) => (await etcd.ctl('get', '--print-value-only', key)).trimEnd();
const configMaps = '/api/v1/namespaces/default/configmaps';
const container = { name: 'c', image: 'i' };
const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [container] } };
const workload = { selector: { matchLabels: { a: 'b' } }, template };

describe('D3: keys and values in etcd are Kubernetes’ own', () => {
  test.each([
    ['/api/v1/namespaces', 'team', {}, '/registry/namespaces/team'],
    [configMaps, 'a', { data: { k: 'v' } }, '/registry/configmaps/default/a'],
    ['/api/v1/namespaces/default/secrets', 'a', {}, '/registry/secrets/default/a'],
    ['/api/v1/namespaces/default/pods', 'a', { spec: { containers: [container] } }, '/registry/pods/default/a'],
    [
      '/api/v1/namespaces/default/services',
      'a',
      { spec: { ports: [{ port: 80 }] } },
      '/registry/services/specs/default/a',
    ],
    ['/api/v1/namespaces/default/endpoints', 'a', {}, '/registry/services/endpoints/default/a'],
    ['/api/v1/nodes', 'a', {}, '/registry/minions/a'],
    ['/apis/apps/v1/namespaces/default/deployments', 'a', { spec: workload }, '/registry/deployments/default/a'],
    ['/apis/coordination.k8s.io/v1/namespaces/default/leases', 'a', {}, '/registry/leases/default/a'],
  ])('%s', async (path, name, body, key) => {
    const { status, body: created } = await api.post(path, { metadata: { name }, ...body });
    expect(status).toBe(201);
    const { resourceVersion, ...metadata } = created.metadata;
    expect(resourceVersion).toMatch(/^\d+$/);
    expect(JSON.parse(await stored(key))).toEqual({ ...created, metadata });
  });

  test('what a kube-apiserver wrote is served: its order of keys, and the newline at the end', async () => {
    const value = `${JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'theirs', namespace: 'default', uid: 'u-1', creationTimestamp: '2026-01-01T00:00:00Z' },
      data: { k: '<v>' },
    })}\n`;
    await etcd.ctl('put', '/registry/configmaps/default/theirs', value);
    const { status, body } = await api.get(`${configMaps}?fieldSelector=metadata.name%3Dtheirs`);
    expect(status).toBe(200);
    expect(body.items).toEqual([
      expect.objectContaining({ data: { k: '<v>' }, metadata: expect.objectContaining({ uid: 'u-1' }) }),
    ]);
    expect((await api.get(`${configMaps}/theirs`)).body).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' });
  });

  test.each([
    ['', 'this is not JSON'],
    ['PartialObjectMetadata', '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"broken","labels":{"a":"b"}\n'],
    ['Table', '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"broken"},"data":{"a":b}}\n'],
  ])('a value that cannot be read stops nobody: others are served, watches as %s go on', async (as, value) => {
    const accept = `application/json${as === '' ? '' : `;as=${as};g=meta.k8s.io;v=v1`}`;
    const key = '/registry/configmaps/default/broken';
    const { body: list } = await api.get(configMaps);
    const since = `watch=true&resourceVersion=${list.metadata.resourceVersion}`;
    const watch = await WatchStream.open(`${server.url}${configMaps}?${since}`, { accept });
    await etcd.ctl('put', key, value);
    await api.post(configMaps, { metadata: { generateName: 'after-' } });
    expect((await watch.next())?.type).toBe('ADDED');
    const refused = await WatchStream.open(`${server.url}${configMaps}?watch=true`, { accept });
    expect(await refused.next()).toMatchObject({ type: 'ERROR', object: { reason: 'StorageReadError' } });
    expect((await api.get(configMaps)).body).toMatchObject({ code: 500, reason: 'StorageReadError' });
    expect((await api.get(`${configMaps}/broken`)).body).toMatchObject({ code: 500, reason: 'InternalError' });
    expect((await api.get('/readyz')).status).toBe(200);
    await etcd.ctl('del', key);
    await api.post(configMaps, { metadata: { generateName: 'after-' } });
    expect((await watch.next())?.type).toBe('ADDED');
    expect((await api.get(configMaps)).status).toBe(200);
    watch.close();
    expect((await api.get('/metrics')).text).toMatch(/decode_errors_total\{[^}]*configmaps[^}]*\} [123]$/m);
  });
});

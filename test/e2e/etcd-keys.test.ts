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

  test('a value that cannot be read stops nobody: others are served, watches go on, it is counted', async () => {
    const { body: list } = await api.get(configMaps);
    const watch = await WatchStream.open(
      `${server.url}${configMaps}?watch=true&resourceVersion=${list.metadata.resourceVersion}`,
    );
    await etcd.ctl('put', '/registry/configmaps/default/broken', 'this is not JSON');
    await api.post(configMaps, { metadata: { name: 'after' } });
    expect((await watch.next())?.object.metadata.name).toBe('after');
    watch.close();

    const names = (await api.get(configMaps)).body.items.map(
      (item: { metadata: { name: string } }) => item.metadata.name,
    );
    expect(names).toContain('after');
    expect(names).not.toContain('broken');
    expect((await api.get(`${configMaps}/broken`)).body).toMatchObject({ code: 500, reason: 'StoreReadError' });
    const { text } = await api.get('/metrics');
    expect(text).toMatch(/decode_errors_total\{[^}]*configmaps[^}]*\} 1$/m);
  });
});

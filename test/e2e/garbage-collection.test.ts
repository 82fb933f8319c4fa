import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RunningServer } from '../../src/server/start-server.ts';
import { Api } from '../support/api.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { describeKubectl } from '../support/kubectl-bed.ts';
import { startTestServer } from '../support/server.ts';

interface OwnedConfigMap {
  readonly apiVersion: 'v1';
  readonly kind: 'ConfigMap';
  readonly metadata: { readonly name: string; readonly ownerReferences?: readonly object[] };
}

const ownedBy = (name: string, owner: string, uid: string, apiVersion = 'v1', kind = 'ConfigMap'): OwnedConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ownerReferences: [{ apiVersion, kind, name: owner, uid, blockOwnerDeletion: true }] },
});

const patience = { timeout: 30_000 };

describeKubectl('kubectl delete --cascade', (bed) => {
  test.each(['background', 'foreground', 'orphan'])('%s', { timeout: 60_000 }, async (cascade) => {
    const inNamespace = await bed.newNamespace();
    const get = async (kinds: string): Promise<string[]> =>
      (await bed.kubectl.run(['get', kinds, ...inNamespace, '-o', 'name'])).split('\n').filter((line) => line !== '');
    await bed.kubectl.run(['create', 'deployment', 'owner', '--image=nginx', ...inNamespace]);
    const { metadata } = await bed.kubectl.json<{ metadata: { uid: string } }>([
      'get',
      'deployment',
      'owner',
      ...inNamespace,
    ]);
    const dependent = ownedBy('dependent', 'owner', metadata.uid, 'apps/v1', 'Deployment');
    await bed.kubectl.run(['create', ...inNamespace, '-f', '-'], JSON.stringify(dependent));
    // It returns when the object has gone: in the foreground, after what it owns.
    await bed.kubectl.run(['delete', 'deployment', 'owner', `--cascade=${cascade}`, ...inNamespace]);
    expect(await get('deployments')).toEqual([]);
    if (cascade === 'background') {
      await bed.kubectl.run(['wait', '--for=delete', 'configmap/dependent', '--timeout=30s', ...inNamespace]);
    }
    expect(await get('configmaps')).toEqual(cascade === 'orphan' ? ['configmap/dependent'] : []);
    if (cascade !== 'orphan') return;
    const orphan = await bed.kubectl.json<OwnedConfigMap>(['get', 'configmap', 'dependent', ...inNamespace]);
    expect(orphan.metadata).not.toHaveProperty('ownerReferences');
  });
});

describe('garbage collection', { timeout: 90_000 }, () => {
  let etcd: TestEtcd;
  const servers: RunningServer[] = [];
  beforeAll(async () => {
    etcd = await startEtcd();
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  afterAll(() => etcd?.stop());

  const start = async (controllers?: readonly string[]): Promise<Api> => {
    const overrides = { etcdCompactionInterval: 0, ...(controllers === undefined ? {} : { controllers }) };
    const server = await startTestServer({ storage: { etcd: etcd.endpoint }, overrides });
    servers.push(server);
    return new Api(server.url);
  };

  /** A namespace with an owner of so many, and another object. */
  async function family(api: Api, namespace: string, size: number): Promise<string> {
    const configMaps = `/api/v1/namespaces/${namespace}/configmaps`;
    await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const owner = await api.post(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owner' } });
    await api.post(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' } });
    for (let i = 0; i < size; i++) {
      await api.post(configMaps, ownedBy(`of-owner-${i}`, 'owner', owner.body.metadata.uid));
    }
    return configMaps;
  }

  const names = async (api: Api, path: string): Promise<string[]> =>
    (await api.get(path)).body.items.map((item: OwnedConfigMap) => item.metadata.name);

  test('a server that starts ends what another one began, and two beside one another come to the same', async () => {
    // Nobody collects: as if every collector had died in the middle.
    const first = await start(['namespace']);
    const [foreground, background, orphaning] = [
      await family(first, 'foreground', 25),
      await family(first, 'background', 25),
      await family(first, 'orphaning', 25),
    ];
    for (const [path, propagationPolicy] of [
      [foreground, 'Foreground'],
      [background, 'Background'],
      [orphaning, 'Orphan'],
    ]) {
      await first.delete(`${path}/owner`, { propagationPolicy });
    }
    expect(await names(first, foreground)).toContain('owner');
    expect(await names(first, background)).toHaveLength(26);
    expect(await names(first, orphaning)).toContain('owner');
    const [second, third] = await Promise.all([start(), start()]);
    await expect.poll(() => names(second, foreground), patience).toEqual(['other']);
    await expect.poll(() => names(third, background), patience).toEqual(['other']);
    await expect.poll(() => names(first, orphaning), patience).not.toContain('owner');
    const { items } = (await second.get(orphaning)).body;
    expect(items).toHaveLength(26);
    for (const item of items) expect(item.metadata).not.toHaveProperty('ownerReferences');
  });

  test('a namespace goes with owners in it that wait, and with those that wait for them', async () => {
    const api = await start();
    const path = await family(api, 'going', 10);
    await api.delete(`${path}/owner`, { propagationPolicy: 'Foreground' });
    await api.delete('/api/v1/namespaces/going');
    await expect.poll(async () => (await api.get('/api/v1/namespaces/going')).status, patience).toBe(404);
  });

  test('is left to others where it is turned off, and nothing waits for it where nobody does it', async () => {
    const without = await start(['*', '-garbage-collector-controller']);
    const path = await family(without, 'left-alone', 1);
    const { body } = await without.delete(`${path}/owner`, { propagationPolicy: 'Foreground' });
    expect(body.metadata.finalizers).toEqual(['foregroundDeletion']);
    const nobody = await startTestServer({ overrides: { enableGarbageCollector: false } });
    servers.push(nobody);
    const alone = new Api(nobody.url);
    const gone = await alone.delete(`${await family(alone, 'alone', 1)}/owner`, { propagationPolicy: 'Foreground' });
    expect([gone.status, gone.body.status]).toEqual([200, 'Success']);
    expect(await names(without, path)).toEqual(['of-owner-0', 'other', 'owner']);
  });
});

import { afterEach, expect, test } from 'vitest';
import type { RunningServer } from '../../src/server/start-server.ts';
import { Api } from '../support/api.ts';
import { startTestServer } from '../support/server.ts';

const patience = { timeout: 30_000 };
const running: RunningServer[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

async function started(controllers: readonly string[]): Promise<(path: string) => Promise<readonly string[]>> {
  const server = await startTestServer({ overrides: { controllers, advertiseAddress: '192.0.2.9' } });
  running.push(server);
  const api = new Api(server.url);
  return async (path) => {
    const { items } = (await api.get(path)).body as { items: readonly { metadata: { name: string } }[] };
    return items.map(({ metadata }) => metadata.name);
  };
}

const rbac = '/apis/rbac.authorization.k8s.io/v1';

test('a server that is ready has what every cluster has, and soon also its roles and priority classes', async () => {
  const names = await started(['*']);
  expect(await names('/api/v1/namespaces')).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
  for (const path of [
    '/api/v1/services',
    '/api/v1/endpoints',
    '/apis/discovery.k8s.io/v1/endpointslices',
    '/apis/networking.k8s.io/v1/servicecidrs',
  ])
    expect(await names(path)).toEqual(['kubernetes']);
  expect(await names('/apis/networking.k8s.io/v1/ipaddresses')).toEqual(['10.0.0.1']);
  await expect
    .poll(() => names('/apis/scheduling.k8s.io/v1/priorityclasses'), patience)
    .toEqual(['system-cluster-critical', 'system-node-critical']);
  await expect.poll(async () => (await names(`${rbac}/rolebindings`)).length, patience).toBe(7);
  await expect.poll(async () => (await names(`${rbac}/clusterroles`)).length, patience).toBe(73);
  expect(await names(`${rbac}/clusterroles`)).toContain('cluster-admin');
});

test('one that is to have no roles has none', async () => {
  const names = await started(['*', '-bootstrap-roles', '-bootstrap-system-priority-classes']);
  expect(await names(`${rbac}/clusterroles`)).toEqual([]);
  expect(await names('/apis/scheduling.k8s.io/v1/priorityclasses')).toEqual([]);
});

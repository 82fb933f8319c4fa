import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config.ts';
import { startServer } from '../../src/server/start-server.ts';
import { startTestServer } from '../support/server.ts';

const headers = { 'content-type': 'application/json' };

async function createNamespace(url: string, name: string): Promise<number> {
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const response = await fetch(`${url}/api/v1/namespaces`, { method: 'POST', body, headers });
  await response.arrayBuffer();
  return response.status;
}

async function namespaces(url: string): Promise<string[]> {
  const response = await fetch(`${url}/api/v1/namespaces`);
  const { items } = (await response.json()) as { items: { metadata: { name: string } }[] };
  return items.map(({ metadata }) => metadata.name);
}

/** What this process holds, by kind. Descriptors count what is not in the list as well; Linux tells them. */
function held(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  if (existsSync('/proc/self/fd')) counts.set('descriptors', readdirSync('/proc/self/fd').length);
  return counts;
}

const system = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

describe('startServer', () => {
  test('is ready when it resolves, with the system namespaces and nothing else', async () => {
    const server = await startServer();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(server.kubeconfig).toContain(`server: ${server.url}`);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    expect(await namespaces(server.url)).toEqual(system);
    await server.close();
  });

  test('servers in one process share nothing', async () => {
    const servers = await Promise.all([startTestServer(), startTestServer(), startTestServer()]);
    expect(new Set(servers.map(({ url }) => url)).size).toBe(3);
    const [first, ...others] = servers;
    expect(await createNamespace(first.url, 'mine')).toBe(201);
    expect(await namespaces(first.url)).toEqual([...system.slice(0, 4), 'mine']);
    await first.close();
    for (const other of others) expect(await namespaces(other.url)).toEqual(system);
    await Promise.all(others.map((server) => server.close()));
  });

  test('close ends open watches cleanly, refuses everything afterwards, and may be called twice', async () => {
    const server = await startTestServer();
    const watch = await fetch(`${server.url}/api/v1/namespaces?watch=true&resourceVersion=0`);
    const body = watch.text();
    await Promise.all([server.close(), server.close()]);
    expect((await body).trim().split('\n')).toHaveLength(4);
    await expect(fetch(`${server.url}/readyz`)).rejects.toThrow('fetch failed');
  });

  test('with both ports, the url is the https one and the kubeconfig vouches for it', async () => {
    const server = await startTestServer({ overrides: { securePort: 'any' } });
    expect(server.url).toMatch(/^https:/);
    expect(server.kubeconfig).toContain('certificate-authority-data: ');
    await server.close();
  });

  test('options that cannot be are refused, all together', async () => {
    const wrong = startServer({ bindAddress: '0.0.0.0', etcdServers: ['nowhere'], memory: true });
    await expect(wrong).rejects.toBeInstanceOf(ConfigError);
    await expect(wrong).rejects.toMatchObject({ problems: { length: 3 } });
  });

  test('an etcd that is not there is an error, and nothing is left open', async () => {
    const nobody = startServer({ etcdServers: ['http://127.0.0.1:1'] });
    await expect(nobody).rejects.toMatchObject({ name: 'StorageError', code: 'unavailable' });
  });

  test('closing leaves nothing behind: no socket, no thread, no timer that keeps the process alive', async () => {
    const round = async () => {
      const server = await startTestServer({ overrides: { securePort: 'any' } });
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      await once(socket, 'connect');
      await Promise.all([server.close(), once(socket, 'close')]);
    };
    await round(); // Loads what stays loaded.
    const before = held();
    for (let count = 0; count < 5; count += 1) await round();
    // What others left, a client's timer or socket, may go meanwhile: nothing may have come.
    await expect.poll(() => [...held()].filter(([kind, count]) => count > (before.get(kind) ?? 0))).toEqual([]);
  });
});

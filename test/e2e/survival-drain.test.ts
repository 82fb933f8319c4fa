import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { Api } from '../support/api.ts';
import { metric, untilMetric } from '../support/metrics.ts';
import { type SpawnedServer, spawnServer } from '../support/server.ts';
import { WatchClient } from '../support/watch-client.ts';

const path = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string, data = '') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, annotations: { mark: name } },
  data: { data },
});

describe('a server that is told to go', { timeout: 60_000 }, () => {
  const servers: SpawnedServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop('SIGKILL')));
  });

  async function start(...args: string[]): Promise<{ server: SpawnedServer; api: Api }> {
    const server = await spawnServer(args);
    servers.push(server);
    return { server, api: new Api(server.plainUrl) };
  }

  /** A POST of which the server has half; the rest of the body is the caller's to send. */
  async function halfSent(api: Api, name: string): Promise<{ request: ClientRequest; rest: string }> {
    const body = JSON.stringify(configMap(name));
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const request = httpRequest(`${api.url}${path}`, { method: 'POST', headers, agent: false });
    request.write(body.slice(0, 20));
    await untilMetric(api, 'apiserver_current_inflight_requests', { request_kind: 'mutating' }, (count) => count === 1);
    return { request, rest: body.slice(20) };
  }

  async function watch(api: Api): Promise<WatchClient> {
    const client = new WatchClient({ path });
    client.begin(Number((await api.get(path)).body.metadata.resourceVersion), new Map());
    await client.connect(api.url);
    return client;
  }

  test('ends watches cleanly, finishes what is under way, and exits with 0', async () => {
    const { server, api } = await start('--shutdown-grace-period=1h');
    const watchers = await Promise.all(Array.from({ length: 20 }, () => watch(api)));
    const { request, rest } = await halfSent(api, 'under-way');
    const answered = once(request, 'response') as Promise<[IncomingMessage]>;
    process.kill(server.pid, 'SIGTERM');
    for (const watcher of watchers) expect(await watcher.ended()).toBe('clean');
    // Nobody new is let in.
    await expect(fetch(`${api.url}${path}`)).rejects.toThrow('fetch failed');
    request.end(rest);
    const [response] = await answered;
    expect([response.statusCode, response.headers.connection]).toEqual([201, 'close']);
    response.resume();
    expect(await server.ended).toBe(0);
  });

  test('does not wait for ever for watchers that do not read', async () => {
    const { server, api } = await start('--shutdown-grace-period=500ms');
    const watcher = await watch(api);
    watcher.pause();
    // Until the kernel takes no more for it: some megabytes.
    const data = 'x'.repeat(100_000);
    for (let i = 0; (await metric(api, 'crowsnest_watches_lagging', { resource: 'configmaps' })) !== 1; i++) {
      expect((await api.post(path, configMap(`large-${i}`, data))).status).toBe(201);
    }
    expect(await server.stop('SIGTERM')).toBe(0);
    watcher.resume();
    expect(await watcher.ended()).toBe('cut');
  });

  test('goes at once when it is told a second time', async () => {
    const { server, api } = await start('--shutdown-grace-period=1h');
    const { request } = await halfSent(api, 'never-finished');
    request.on('error', () => {});
    // Those within a second of the first one are the first one sent twice.
    const again = setInterval(() => process.kill(server.pid, 'SIGTERM'), 200);
    expect(await server.ended).toBe(1);
    clearInterval(again);
    expect(server.log).toContain('"msg":"draining"');
    expect(server.log).not.toContain('"msg":"stopped"');
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningServer } from '../../src/server/start-server.ts';
import { type Answer, Api } from '../support/api.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { startTestServer } from '../support/server.ts';
import { WatchClient } from '../support/watch-client.ts';

const path = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string, mark = '') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, annotations: { mark } },
});
const namesOf = ({ body }: Answer): string[] =>
  body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);

/** As kube-apiserver says it: a Status that tells to try again. */
function expectServerTimeout({ status, headers, body }: Answer, verb: string): void {
  expect(status).toBe(500);
  expect(headers.get('retry-after')).toBe('2');
  expect(body).toMatchObject({
    kind: 'Status',
    status: 'Failure',
    reason: 'ServerTimeout',
    code: 500,
    message: `The ${verb} operation against configmaps could not be completed at this time, please try again.`,
    details: { kind: 'configmaps', retryAfterSeconds: 2 },
  });
}

describe('while etcd is away', { timeout: 60_000 }, () => {
  let etcd: TestEtcd;
  let server: RunningServer;
  let api: Api;

  beforeAll(async () => {
    etcd = await startEtcd();
    // Far above what the errors below take: what is answered in time is not answered by this.
    server = await startTestServer({ storage: { etcd: etcd.endpoint }, overrides: { requestTimeout: 3_600_000 } });
    api = new Api(server.url);
    expect((await api.post(path, configMap('before'))).status).toBe(201);
  });
  afterAll(async () => {
    await server?.close();
    await etcd?.stop();
  });

  async function expectServedFromMemory(): Promise<void> {
    const [list, one, metrics] = await Promise.all([
      api.get(`${path}?resourceVersion=0`),
      api.get(`${path}/before?resourceVersion=0`),
      api.get('/metrics'),
    ]);
    expect(namesOf(list)).toContain('before');
    expect([one.status, one.body.metadata.name]).toEqual([200, 'before']);
    expect(metrics.status).toBe(200);
  }

  async function expectUnhealthy(): Promise<void> {
    const [ready, live] = await Promise.all([api.get('/readyz'), api.get('/livez')]);
    expect([ready.status, live.status]).toEqual([500, 500]);
    expect(ready.text).toContain('[-]etcd failed');
    expect(ready.text).toContain('[+]watch-cache ok');
  }

  async function watchFrom(resourceVersion: string): Promise<WatchClient> {
    const watch = new WatchClient({ path });
    watch.begin(Number(resourceVersion), new Map());
    expect(await watch.connect(api.url)).toBe(200);
    return watch;
  }

  /** Everything works, and watches that were opened before and meanwhile have it all. */
  async function expectWellAgain(name: string, watches: readonly WatchClient[]): Promise<void> {
    const created = await api.post(path, configMap(name, 'again'));
    expect(created.status).toBe(201);
    const list = await api.get(path);
    expect(list.status).toBe(200);
    expect(namesOf(list)).toContain(name);
    const revision = Number(created.body.metadata.resourceVersion);
    for (const watch of watches) {
      await watch.until(() => watch.last === revision, name);
      expect(watch.changes.at(-1)?.what).toBe('ADDED again');
      expect(watch.ends).toEqual([]);
      watch.close();
    }
    expect([(await api.get('/readyz')).status, (await api.get('/livez')).status]).toEqual([200, 200]);
  }

  test('killed: memory is served, what needs the store is refused in time, and then all is well', async () => {
    const { resourceVersion } = (await api.get(path)).body.metadata;
    const before = await watchFrom(resourceVersion);
    await etcd.kill();
    // Both wait for the store; those below do not wait for them.
    const refused = Promise.all([
      api.get(path),
      api.get(`${path}/before`),
      api.post(path, configMap('never')),
      api.put(`${path}/before`, configMap('before', 'never')),
      api.delete(`${path}/before`),
    ]);
    await expectServedFromMemory();
    await expectUnhealthy();
    const meanwhile = await watchFrom(resourceVersion);
    for (const [i, answer] of (await refused).entries()) {
      expectServerTimeout(answer, ['list', 'get', 'create', 'update', 'delete'][i] ?? '');
    }
    await etcd.restart();
    await expectWellAgain('after-kill', [before, meanwhile]);
    expect(namesOf(await api.get(path))).not.toContain('never');
  });

  test('silent: the same, though no connection fails', async () => {
    const { resourceVersion } = (await api.get(path)).body.metadata;
    const before = await watchFrom(resourceVersion);
    etcd.pause();
    const refused = Promise.all([api.get(path), api.get(`${path}/before`)]);
    await expectServedFromMemory();
    await expectUnhealthy();
    const meanwhile = await watchFrom(resourceVersion);
    // A replacement can happen only once: it is sent again while there is hope.
    const patient = api.put(`${path}/before`, configMap('before', 'patient'));
    for (const [i, answer] of (await refused).entries()) expectServerTimeout(answer, ['list', 'get'][i] ?? '');
    etcd.resume();
    expect((await patient).status).toBe(200);
    await expectWellAgain('after-pause', [before, meanwhile]);
  });
});

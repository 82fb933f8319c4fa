import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { asRevision } from '../../src/base/revision.ts';
import { StorageError } from '../../src/storage/errors.ts';
import type { Storage, WatchSink } from '../../src/storage/storage.ts';
import { Api } from '../support/api.ts';
import { except } from '../support/disturbed-storage.ts';
import { startEtcd } from '../support/etcd.ts';
import { spawnServer, startTestServer } from '../support/server.ts';
import { WatchStream } from '../support/watch-stream.ts';
import { WholeServer } from '../support/whole-server.ts';

const path = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const end of ends.splice(0).reverse()) await end();
});

/** What a server answers that cannot go on: no object and no promise, but who it is and that it is not well. */
async function expectOnlyRefusals(api: Api): Promise<void> {
  const refusals = await Promise.all([
    api.get(path),
    api.get(`${path}?resourceVersion=0`),
    api.get(`${path}?watch=true`),
    api.get(`${path}/a`),
    api.post(path, configMap('b')),
    api.put(`${path}/a`, configMap('a')),
    api.delete(`${path}/a`),
    api.delete(path),
  ]);
  for (const { status, body } of refusals) {
    expect(status).toBe(503);
    expect(body).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'ServiceUnavailable', code: 503 });
  }
  const unwell = await Promise.all(['/readyz', '/livez', '/healthz'].map((health) => api.get(health)));
  for (const { status, text } of unwell) {
    expect(status).toBe(500);
    expect(text).toContain('[-]watch-stream failed');
  }
  const answers = ['/version', '/metrics', '/api', '/apis', '/api/v1', '/openapi/v2', '/openapi/v3'];
  for (const answer of answers) expect((await api.get(answer)).status, answer).toBe(200);
}

describe('a server whose store has died', () => {
  test('ends its watches cleanly, refuses everything, tells its owner, and can be closed', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'crowsnest-data-'));
    ends.push(() => rm(dataDir, { recursive: true }));
    const asked = vi.spyOn(Worker.prototype, 'postMessage');
    const server = await startTestServer({ overrides: { dataDir } });
    ends.push(() => server.close());
    const api = new Api(server.url);
    expect((await api.post(path, configMap('a'))).status).toBe(201);
    const watches = await Promise.all(
      [path, `${path}?fieldSelector=metadata.name=a`, '/api/v1/pods'].map((collection) => {
        const watch = new URL(collection, server.url);
        watch.searchParams.set('watch', 'true');
        return WatchStream.open(watch.href);
      }),
    );

    const workers = new Set(asked.mock.contexts as Worker[]);
    expect(workers.size).toBe(1);
    for (const worker of workers) await worker.terminate();
    expect(await server.failed).toMatchObject({ name: 'StorageError', code: 'dead' });
    expect(await Promise.all(watches.map((watch) => watch.end()))).toEqual([true, true, true]);
    await expectOnlyRefusals(api);

    await server.close();
    const again = await startTestServer({ overrides: { dataDir } });
    ends.push(() => again.close());
    expect((await new Api(again.url).get(`${path}/a`)).status).toBe(200);
  });

  test('before it was ready is not started', async () => {
    const dead = new StorageError('dead', 'scripted');
    const failures: Error[] = [];
    const server = await WholeServer.open({
      ready: false,
      disturbed: (storage) => except(storage, { currentRevision: () => Promise.reject(dead) }),
      failed: (error) => failures.push(error),
    });
    ends.push(() => server.close());
    await expect(server.ready).rejects.toBe(dead);
    expect(failures).toEqual([dead]);
    await expectOnlyRefusals(server.api);
  });
});

test('a stream that lies about the past ends the server, though the store is well', async () => {
  let sink: WatchSink | undefined;
  const listening = (storage: Storage) =>
    except(storage, {
      watch: (prefix, after, into) => {
        sink = into;
        return storage.watch(prefix, after, into);
      },
    });
  const failures: Error[] = [];
  const server = await WholeServer.open({ disturbed: listening, failed: (error) => failures.push(error) });
  ends.push(() => server.close());
  const watch = await server.watch(`${path}?watch=true`);
  const key = '/registry/configmaps/default/a';
  const [modRevision, createRevision] = [asRevision(1_000), asRevision(1_000)];
  const value = null as unknown as Buffer;
  sink?.events(modRevision, [{ type: 'put', kv: { key, value, createRevision, modRevision } }]);
  expect(await watch.end()).toBe(true);
  expect(failures).toMatchObject([{ name: 'TypeError' }]);
  await expectOnlyRefusals(server.api);
});

describe('crowsnest serve', () => {
  test('whose etcd was set back says so, ends its watches cleanly and exits with 1', { timeout: 60_000 }, async () => {
    const etcd = await startEtcd();
    ends.push(() => etcd.stop());
    const server = await spawnServer([`--etcd-servers=${etcd.endpoint}`]);
    ends.push(() => server.stop('SIGKILL'));
    expect((await new Api(server.plainUrl).post(path, configMap('a'))).status).toBe(201);
    const watch = await WatchStream.open(`${server.plainUrl}${path}?watch=true`);
    await etcd.kill();
    await rm(etcd.dataDir, { recursive: true });
    await etcd.restart();
    expect(await watch.end()).toBe(true);
    expect(await server.ended).toBe(1);
    expect(server.log).toMatch(/"level":"error".*"msg":"the stream from the store cannot go on/);
    expect(server.log).toMatch(/\ncrowsnest: corrupt: the store went back from revision \d+ to \d+.*\n$/);
  });
});

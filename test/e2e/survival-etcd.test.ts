import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningServer } from '../../src/server/start-server.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { Api } from '../support/api.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { moveToRevision } from '../support/etcd-revision.ts';
import { openTestEtcd } from '../support/etcd-storage.ts';
import { everyKind, Fleet } from '../support/fleet.ts';
import { type SpawnedServer, spawnServer, startTestServer } from '../support/server.ts';
import { StoreHistory } from '../support/store-history.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { WatchClient } from '../support/watch-client.ts';
import { lostWrites, Writer } from '../support/writer.ts';

const namespaces = ['a', 'b', 'c'];
const watchers = 200;
/** Where a number of 32 bits ends; a few hundred writes before it. */
const firstRevision = 2 ** 31 - 200;

/**
 * One server reaches its etcd through a proxy that misbehaves; another one reaches it directly. 200 watches of the first
 * are open from the first test to the last. After each fault every one of them must have been told everything that
 * etcd says has happened, once and in order, as its own selectors see it; so must those who come and go. One story, told
 * in one order: each fault meets what those before it left, and the last tests look back on all of them.
 */
describe(`${watchers} watches survive what happens to etcd`, { timeout: 120_000, shuffle: false }, () => {
  let etcd: TestEtcd;
  let proxy: TcpProxy;
  let server: SpawnedServer;
  let api: Api;
  /** Another replica, beside the proxy. */
  let replica: RunningServer;
  let beside: Api;
  let direct: Storage;
  let history: StoreHistory;
  const fleet = Fleet.of(everyKind(namespaces), watchers);
  /** Beside them some that come back every few seconds. */
  const visitors = Fleet.ofVisitors(everyKind([]), 4);
  const leave = new AbortController();
  let visiting: Promise<void>;
  const writers: Writer[] = [];

  beforeAll(async () => {
    etcd = await startEtcd();
    await moveToRevision(etcd, firstRevision);
    proxy = await TcpProxy.start(etcd.endpoint);
    direct = await openTestEtcd(etcd.endpoint);
    history = new StoreHistory(direct);
    [server, replica] = await Promise.all([
      spawnServer([`--etcd-servers=${proxy.endpoint}`, '--etcd-compaction-interval=0']),
      startTestServer({ storage: { etcd: etcd.endpoint }, overrides: { etcdCompactionInterval: 0 } }),
    ]);
    api = new Api(server.plainUrl);
    beside = new Api(replica.url);
    for (const name of namespaces) {
      const answer = await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      expect(answer.status).toBe(201);
    }
    await newWriter().run(api, 60);
    await history.catchUp();
    await fleet.open(api.url, history);
    visiting = visitors.follow(api.url, history, leave.signal);
  });
  afterAll(async () => {
    fleet.close();
    leave.abort();
    await visiting;
    await Promise.all([server?.stop('SIGKILL'), replica?.close()]);
    await direct?.close();
    await proxy?.close();
    await etcd?.stop();
  });

  function newWriter(payloadBytes = 20): Writer {
    const writer = new Writer({ seed: writers.length, namespaces, names: 8, payloadBytes });
    writers.push(writer);
    return writer;
  }

  /** Several at once, `count` writes in all. */
  const write = (to: Api, count: number, payloadBytes?: number): Promise<unknown> =>
    Promise.all([0, 1, 2, 3].map(() => newWriter(payloadBytes).run(to, count / 4)));

  /** What no watcher may have suffered, and every write that the API has said happened. */
  async function expectNothingLost(): Promise<void> {
    expect(await fleet.judge(history)).toEqual([]);
    if (!leave.signal.aborted) expect(await visitors.judge(history)).toEqual([]);
    expect(lostWrites(writers, history.changes)).toEqual([]);
  }

  test('nothing happens to it, and revisions pass 2^31', async () => {
    await write(api, 320);
    await expectNothingLost();
    expect(history.last).toBeGreaterThan(2 ** 31);
    expect(writers.flatMap(({ failures }) => failures)).toEqual([]);
  });

  test('it is killed with -9 and started again, while others write', async () => {
    const busy = [0, 1, 2, 3].map(() => newWriter());
    const stop = new AbortController();
    const writing = Promise.all(busy.map((writer) => writer.run(api, Infinity, stop.signal)));
    for (let round = 0; round < 2; round++) {
      await Promise.all(busy.map((writer) => writer.acknowledges(5)));
      await etcd.restart();
    }
    await Promise.all(busy.map((writer) => writer.acknowledges(5)));
    stop.abort();
    await writing;
    await expectNothingLost();
  });

  test('it stands still for ten seconds', async () => {
    const busy = [0, 1, 2, 3].map(() => newWriter());
    const stop = new AbortController();
    const writing = Promise.all(busy.map((writer) => writer.run(api, Infinity, stop.signal)));
    etcd.pause();
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    etcd.resume();
    await Promise.all(busy.map((writer) => writer.acknowledges(5)));
    stop.abort();
    await writing;
    await expectNothingLost();
  });

  test('the connection is cut in the middle of messages, again and again', async () => {
    for (const bytes of [1, 700, 3_000, 9_000, 20_000]) {
      proxy.cutAfter('down', bytes);
      const cut = proxy.whenCut();
      await Promise.all([write(beside, 80), write(api, 40), cut]);
    }
    await expectNothingLost();
  });

  test('the connection is slow, and for a while silent', async () => {
    proxy.delay('down', 40);
    proxy.delay('up', 40);
    await write(beside, 100);
    proxy.stall('down');
    await write(beside, 100);
    proxy.flow('down');
    await expectNothingLost();
    proxy.delay('down', 0);
    proxy.delay('up', 0);
  });

  test('10 MB of changes wait when it comes back', async () => {
    proxy.refuse(true);
    proxy.cut();
    // About every second write is a configmap.
    await write(beside, 200, 140_000);
    const before = proxy.passed('down');
    proxy.refuse(false);
    await expectNothingLost();
    expect(proxy.passed('down') - before).toBeGreaterThan(10_000_000);
  });

  test('in all of it those who come and go went on from bookmarks', async () => {
    expect(visitors.members.filter(({ client }) => client.bookmarks.length === 0)).toEqual([]);
    leave.abort();
    await visiting;
  });

  test('it has forgotten what happened meanwhile: the difference is told, and watches from before it are refused', async () => {
    proxy.refuse(true);
    proxy.cut();
    await write(beside, 200);
    const compacted = await history.catchUp();
    await etcd.ctl('compact', `${compacted}`);
    proxy.refuse(false);
    expect(await fleet.judgeDifference(history)).toEqual([]);
    // Where they stand now nobody could go on from; so they are told at once how far they have come.
    const takers = fleet.members.filter(
      ({ client: { request } }) => request.withState || request.query?.['allowWatchBookmarks'],
    );
    await Promise.all(takers.map(({ client }) => client.until(() => client.last >= compacted, 'a bookmark')));
    const late = new WatchClient({ path: '/api/v1/pods' });
    late.begin(compacted - 50, new Map());
    expect(await late.connect(api.url)).toBe(200);
    expect(await late.ended()).toBe('refused 410');
    // And everything goes on as before.
    await write(api, 100);
    await expectNothingLost();
  });

  test('in all of it nobody was ended, and the server says so', async () => {
    expect(fleet.members.filter(({ client }) => !client.open)).toEqual([]);
    const { text } = await api.get('/metrics');
    expect(text).toMatch(new RegExp(`crowsnest_watches_open\\{group="",resource="pods"\\} \\d+`));
    const ended = [...text.matchAll(/^crowsnest_watches_ended_total\{.*reason="(\w+)"\} ([1-9]\d*)$/gm)];
    // Only the one that asked for what was compacted, and those who asked for an end or went.
    const others = ended.filter(([, reason]) => reason !== 'deadline' && reason !== 'client');
    expect(others.map(([, reason, count]) => `${reason} ${count}`)).toEqual(['error 1']);
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WatchValve } from '../support/disturbed-storage.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { podsPath, type Query, queryText, revisionIn, TestNamespace } from '../support/http-objects.ts';
import type { WatchedEvent } from '../support/watch-stream.ts';
import { sentUntilNow, told } from '../support/watched.ts';
import { WholeServer } from '../support/whole-server.ts';

/*
 * Where a watch begins, by HTTP: rows W1–W10 of watch-semantics 1.5, WT2, WT4, WT17–WT21, K2, K13, and the literals of 1.7.
 * W11 is in http-list-options.test.ts, with everything that a cold cache refuses. W12, a cache that goes while a watch is
 * being opened, needs a moment that no client can hit: the registry's tests have it. What a watch says once it runs is in
 * http-watch-events.test.ts, in what form in http-watch-formats.test.ts.
 */

let etcd: TestEtcd;

beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd.stop());

const initial = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' };
const noInitial = { sendInitialEvents: false, resourceVersionMatch: 'NotOlderThan' };
const bookmarks = { allowWatchBookmarks: true };

describe.each(['embedded', 'etcd'])('where a watch begins, on %s', (backend) => {
  const where = () => ({ etcd: backend === 'etcd' ? etcd.endpoint : undefined });
  let server: WholeServer;

  beforeAll(async () => {
    server = await WholeServer.open(where());
  });
  afterAll(() => server.close());

  const revisionOf = (event: WatchedEvent | undefined): number => Number(event?.object.metadata.resourceVersion);

  /** A list that the cache has caught up for. */
  const present = async (): Promise<number> => revisionIn(await server.api.get('/api/v1/nodes'));

  test.each([
    ['W1', {}],
    ['W4', initial],
  ])('%s with all that the store has, in the order of keys; a bookmark; then what comes', async (_, query) => {
    const namespace = await TestNamespace.create(server);
    const [c, a, b] = await namespace.createAll('c', 'a', 'b');
    const last = await namespace.configMaps.create('elsewhere');
    const stream = await namespace.watch({ ...query, ...bookmarks });
    const [first, second, third, end] = await stream.take(4);
    expect([first, second, third].map((event) => event && told(event))).toEqual([
      `ADDED a@${a}`,
      `ADDED b@${b}`,
      `ADDED c@${c}`,
    ]);
    // The revision of everything there is, which another resource has.
    expect(end && told(end)).toBe(`BOOKMARK @${revisionOf(end)} end`);
    expect(revisionOf(end)).toBeGreaterThanOrEqual(last);
    const d = await namespace.create('d');
    expect((await stream.take(1)).map(told)).toEqual([`ADDED d@${d}`]);
    stream.close();
  });

  test.each([
    ['W2', {}],
    ['W5', initial],
  ])('%s at 0 with what the cache has', async (_, query) => {
    const namespace = await TestNamespace.create(server);
    const [b, a] = await namespace.createAll('b', 'a');
    await present();
    const stream = await namespace.watch({ resourceVersion: 0, ...query, ...bookmarks });
    const events = await stream.take(3);
    expect(events.map(told)).toEqual([`ADDED a@${a}`, `ADDED b@${b}`, `BOOKMARK @${revisionOf(events[2])} end`]);
    const c = await namespace.create('c');
    expect((await stream.take(1)).map(told)).toEqual([`ADDED c@${c}`]);
    stream.close();
  });

  test('W1 W2 WT17 nothing marks the end of the state for who did not ask for bookmarks', async () => {
    const namespace = await TestNamespace.create(server);
    let a = await namespace.create('a');
    const queries = [{}, initial, { resourceVersion: 0 }, { resourceVersion: 0, ...initial }];
    for (const [sequence, query] of queries.entries()) {
      await present();
      const stream = await namespace.watch(query);
      expect((await stream.take(1)).map(told)).toEqual([`ADDED a@${a}`]);
      // A minute later there is still none.
      server.clock.forward(60_000);
      const updated = await namespace.update('a', { labels: { n: String(sequence) } });
      expect((await stream.take(1)).map(told)).toEqual([`MODIFIED a@${updated}`]);
      stream.close();
      a = updated;
    }
  });

  test.each([
    ['W3', {}],
    ['W9', noInitial],
  ])('%s WT4 at N with what came after N, as it happened', async (_, query) => {
    const { serviceAccounts } = await TestNamespace.create(server);
    const a = await serviceAccounts.create('a');
    const updated = await serviceAccounts.update('a', { labels: { n: '1' } });
    const removed = await serviceAccounts.remove('a');
    const again = await serviceAccounts.create('a');
    for (const [resourceVersion, wanted] of [
      [a - 1, [`ADDED a@${a}`, `MODIFIED a@${updated}`, `DELETED a@${removed}`, `ADDED a@${again}`]],
      [a, [`MODIFIED a@${updated}`, `DELETED a@${removed}`, `ADDED a@${again}`]],
      [updated, [`DELETED a@${removed}`, `ADDED a@${again}`]],
      [again, []],
    ] as const) {
      const stream = await serviceAccounts.watch({ resourceVersion, ...query, ...bookmarks });
      expect((await sentUntilNow(server, stream)).map(told)).toEqual(wanted);
      stream.close();
    }
  });

  test('W3 K13 at an N to come, with nothing until an event above it', async () => {
    const namespace = await TestNamespace.create(server);
    const a = await namespace.create('a');
    const b = await namespace.create('b');
    // Between them the caches' upkeep may write, so the future is a few revisions off.
    const future = b + 20;
    const stream = await namespace.watch({ resourceVersion: future, ...bookmarks });
    const never = await namespace.watch({ resourceVersion: '18446744073709551615', ...bookmarks });
    expect([stream.status, never.status, a < b]).toEqual([200, 200, true]);
    let index = 0;
    let last = b;
    const wanted: string[] = [];
    while (last < future + 2) {
      last = await namespace.create(`c-${index}`);
      if (last > future) wanted.push(`ADDED c-${index}@${last}`);
      index += 1;
    }
    expect((await stream.take(wanted.length)).map(told)).toEqual(wanted);
    expect(stream.events.map(told)).toEqual(wanted);
    expect(never.events).toEqual([]);
    stream.close();
    never.close();
  });

  test('W3 WT2 WT21 K2 at an N that history does not reach: one error, and the end', async () => {
    const forgetful = await WholeServer.open({
      storage: server.storage,
      config: { defaultWatchCacheSize: 2, maxWatchCacheSize: 2 },
    });
    const namespace = await TestNamespace.create(forgetful);
    const [, second = 0] = await namespace.createAll('a', 'b', 'c', 'd');
    await forgetful.api.get(namespace.path);
    const path = (resourceVersion: number) => `${namespace.path}?watch=1&resourceVersion=${resourceVersion}`;
    for (const version of [1, second - 1]) {
      const { status, text } = await forgetful.api.get(path(version));
      // Of four events the last two are in memory, so that what is after the second one can be told.
      const message = `too old resource version: ${version} (${second})`;
      const object = `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"${message}","reason":"Expired","code":410}`;
      expect([status, text]).toEqual([200, `{"type":"ERROR","object":${object}}\n`]);
    }
    const reached = await forgetful.watch(path(second));
    expect((await reached.take(2)).map((event) => event.object.metadata.name)).toEqual(['c', 'd']);
    await forgetful.close();
    expect(await reached.end()).toBe(true);
  });

  test('WT2 at 0 and at N also when the store has forgotten what was before', async () => {
    const namespace = await TestNamespace.create(server);
    const a = await namespace.create('a');
    const updated = await namespace.update('a', { labels: { n: '1' } });
    await server.compact(updated);
    await present();
    const zero = await namespace.watch({ resourceVersion: 0 });
    expect((await zero.take(1)).map(told)).toEqual([`ADDED a@${updated}`]);
    const again = await namespace.update('a', { labels: { n: '2' } });
    expect((await zero.take(1)).map(told)).toEqual([`MODIFIED a@${again}`]);
    // History is the cache's own.
    const old = await namespace.watch({ resourceVersion: a });
    expect((await old.take(2)).map(told)).toEqual([`MODIFIED a@${updated}`, `MODIFIED a@${again}`]);
    zero.close();
    old.close();
  });

  test('W6 at N with all there is, once the cache has come to N', async () => {
    const namespace = await TestNamespace.create(server);
    const [a = 0, b = 0] = await namespace.createAll('a', 'b');
    await present();
    const past = await namespace.watch({ resourceVersion: a, ...initial, ...bookmarks });
    expect((await past.take(2)).map(told)).toEqual([`ADDED a@${a}`, `ADDED b@${b}`]);
    const opening = namespace.watch({ resourceVersion: b + 1, ...initial, ...bookmarks });
    await server.clock.waitedFor(3_000);
    const c = await namespace.create('c');
    const stream = await opening;
    const events = await stream.take(4);
    expect(events.slice(0, 3).map(told)).toEqual([`ADDED a@${a}`, `ADDED b@${b}`, `ADDED c@${c}`]);
    expect(events.slice(3).map(told)).toEqual([`BOOKMARK @${revisionOf(events[3])} end`]);
    expect(revisionOf(events[3])).toBeGreaterThanOrEqual(c);
    past.close();
    stream.close();
  });

  test('W7 W8 without the state: from now on', async () => {
    const namespace = await TestNamespace.create(server);
    await namespace.create('a');
    await present();
    for (const resourceVersion of [undefined, 0]) {
      const stream = await namespace.watch({ resourceVersion, ...noInitial, ...bookmarks });
      const name = `b-${resourceVersion}`;
      const b = await namespace.create(name);
      expect((await sentUntilNow(server, stream)).map(told)).toEqual([`ADDED ${name}@${b}`]);
      stream.close();
    }
  });

  test('W10 H5 by the deprecated paths: the state, and no bookmark after it', async () => {
    const namespace = await TestNamespace.create(server);
    const [a, b] = await namespace.createAll('a', 'b');
    await present();
    const under = `/api/v1/watch/namespaces/${namespace.name}/pods`;
    const everywhere = `/api/v1/watch/pods${queryText({ fieldSelector: `metadata.namespace=${namespace.name}` })}`;
    const cases: [string, string, string[]][] = [
      [`${under}?allowWatchBookmarks=true`, '', [`ADDED a@${a}`, `ADDED b@${b}`]],
      [`${under}?allowWatchBookmarks=true&resourceVersion=0`, '', [`ADDED a@${a}`, `ADDED b@${b}`]],
      [`${under}/b?allowWatchBookmarks=true`, '', [`ADDED b@${b}`]],
      [`${under}?allowWatchBookmarks=true&resourceVersion=${a}`, '', [`ADDED b@${b}`]],
      [`${everywhere}&allowWatchBookmarks=true`, '', [`ADDED a@${a}`, `ADDED b@${b}`]],
      // With `watch` in the query it is a watch like any other.
      [`${under}?allowWatchBookmarks=true&watch=1`, ' end', [`ADDED a@${a}`, `ADDED b@${b}`]],
    ];
    for (const [path, end, state] of cases) {
      const stream = await server.watch(path);
      const lines = (await sentUntilNow(server, stream)).map(told);
      expect(
        lines.filter((line) => !line.startsWith('BOOKMARK')),
        path,
      ).toEqual(state);
      expect(lines.filter((line) => line.startsWith('BOOKMARK')).length, path).toBe(end === '' ? 0 : 1);
      stream.close();
    }
  });

  describe('while the cache is behind the store', () => {
    let valve: WatchValve;
    let behind: WholeServer;
    let namespace: TestNamespace;
    let [old, later] = [0, 0];

    beforeEach(async () => {
      valve = new WatchValve();
      behind = await WholeServer.open({ storage: server.storage, disturbed: valve.behind });
      namespace = await TestNamespace.create(server);
      old = await namespace.create('a');
      await behind.api.get(namespace.path);
      valve.close();
      later = await namespace.create('b');
    });
    afterEach(() => behind.close());

    const ask = (query: Query) => behind.watch(namespace.path + queryText({ watch: 1, ...query }));

    test('W2 W5 W8 who names no revision is told what the cache has', async () => {
      for (const query of [{}, initial]) {
        const stream = await ask({ resourceVersion: 0, ...query, ...bookmarks });
        const [a, end] = await stream.take(2);
        expect([a && told(a), end && told(end)]).toEqual([`ADDED a@${old}`, `BOOKMARK @${revisionOf(end)} end`]);
        expect(revisionOf(end)).toBeLessThan(later);
        stream.close();
      }
      expect((await behind.api.get(`${namespace.path}?resourceVersion=0`)).body.items).toHaveLength(1);
      expect((await behind.api.get(`${namespace.path}/b?resourceVersion=0`)).status).toBe(404);
      // Without a version it is the store that is asked.
      expect((await behind.api.get(`${namespace.path}/b`)).status).toBe(200);
    });

    test.each([
      ['W1', {}],
      ['W4', initial],
      ['W6', { ...initial, resourceVersion: 'later' }],
    ])('K17 %s who must see all that is written gets one error when it takes too long', async (_, query) => {
      const resourceVersion = 'resourceVersion' in query ? later : undefined;
      const stream = await behind.inVain(ask({ ...query, resourceVersion, ...bookmarks }));
      const [error] = await stream.take(1);
      expect(error).toMatchObject({
        type: 'ERROR',
        object: {
          code: 504,
          reason: 'Timeout',
          details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] },
        },
      });
      expect(await stream.end()).toBe(true);
      expect(stream.events).toHaveLength(1);
      const list = await behind.inVain(behind.api.get(namespace.path + queryText({ resourceVersion })));
      expect(list.body).toMatchObject({ code: 504, details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } });
    });

    test('W1 W4 W6 W7 … and all of it when the cache gets there in time', async () => {
      const asked = [
        ask(bookmarks),
        ask({ ...initial, ...bookmarks }),
        ask({ ...initial, ...bookmarks, resourceVersion: later }),
      ];
      // W7 is there at once, for what comes after the store's present: b is not.
      const fromNow = await ask({ ...noInitial, ...bookmarks });
      const list = behind.api.get(namespace.path);
      await behind.clock.waitedFor(3_000);
      valve.open();
      for (const opening of asked) {
        const stream = await opening;
        const [a, b, end] = await stream.take(3);
        expect([a && told(a), b && told(b)]).toEqual([`ADDED a@${old}`, `ADDED b@${later}`]);
        expect(revisionOf(end)).toBeGreaterThanOrEqual(later);
        stream.close();
      }
      expect((await list).body.items).toHaveLength(2);
      const c = await namespace.create('c');
      expect((await sentUntilNow(behind, fromNow)).map(told)).toEqual([`ADDED c@${c}`]);
      fromNow.close();
    });
  });

  describe('WT18', () => {
    const versions = ['unset', '0', 'before', 'current'] as const;
    const sends = [true, false, undefined];
    const cases = versions.flatMap((version) =>
      sends.flatMap((sendInitialEvents) => [true, false].map((allow) => ({ version, sendInitialEvents, allow }))),
    );

    test.each(cases)('%j', async ({ version, sendInitialEvents, allow }) => {
      const namespace = await TestNamespace.create(server);
      const [first = 0, , last = 0] = await namespace.createAll('1', '2', '3');
      const current = await present();
      const resourceVersion = { unset: undefined, '0': '0', before: String(first - 1), current: String(current) }[
        version
      ];
      const query: Query = {
        resourceVersion,
        allowWatchBookmarks: allow || undefined,
        sendInitialEvents,
        resourceVersionMatch: sendInitialEvents === undefined ? undefined : 'NotOlderThan',
      };
      const stream = await namespace.watch(query);

      const legacy = sendInitialEvents === undefined && (version === 'unset' || version === '0');
      const state = sendInitialEvents === true || legacy;
      const existing = state || version === 'before' ? ['1', '2', '3'] : [];
      const events = await stream.take(existing.length);
      expect(events.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual(
        existing.map((name) => `ADDED ${name}`),
      );
      if (state && allow) {
        const [end] = await stream.take(1);
        expect(end).toEqual({
          type: 'BOOKMARK',
          object: {
            kind: 'Pod',
            apiVersion: 'v1',
            metadata: {
              resourceVersion: expect.any(String),
              annotations: { 'k8s.io/initial-events-end': 'true' },
            },
            spec: { containers: null },
            status: {},
          },
        });
        expect(revisionOf(end)).toBeGreaterThanOrEqual(last);
      }
      const later = await namespace.createAll('4', '5');
      const rest = await stream.take(2);
      expect(rest.map(told)).toEqual([`ADDED 4@${later[0]}`, `ADDED 5@${later[1]}`]);
      if (allow) {
        const all = await sentUntilNow(server, stream);
        expect(all).toHaveLength(existing.length + (state ? 1 : 0) + 2);
      }
      stream.close();
    });
  });

  test('WT19 the bookmark that ends the state is of everything, also of other namespaces', async () => {
    const [namespace, other] = [await TestNamespace.create(server), await TestNamespace.create(server)];
    const a = await namespace.create('a');
    const elsewhere = await other.create('b');
    const stream = await namespace.watch({ ...initial, ...bookmarks });
    const [state, end] = await stream.take(2);
    expect([state && told(state), end && told(end)]).toEqual([`ADDED a@${a}`, `BOOKMARK @${revisionOf(end)} end`]);
    expect(revisionOf(end)).toBeGreaterThanOrEqual(elsewhere);
    stream.close();
  });

  test('WT20 one name in all namespaces', async () => {
    const [namespace, other] = [await TestNamespace.create(server), await TestNamespace.create(server)];
    const wanted = await namespace.create(`only-${namespace.name}`);
    const last = await other.create('pod-2');
    const fieldSelector = `metadata.name=only-${namespace.name}`;
    const stream = await server.watch(podsPath() + queryText({ watch: 1, ...initial, ...bookmarks, fieldSelector }));
    const [state, end] = await stream.take(2);
    expect([state && told(state), end && told(end)]).toEqual([
      `ADDED only-${namespace.name}@${wanted}`,
      `BOOKMARK @${revisionOf(end)} end`,
    ]);
    expect(revisionOf(end)).toBeGreaterThanOrEqual(last);
    stream.close();
  });

  test('the state comes in the order of whole keys: a namespace behind one whose name goes on with -', async () => {
    const names = ['order', 'order-a', 'order0'];
    for (const name of names) await (await TestNamespace.create(server, name)).create('x');
    await present();
    const stream = await server.watch(podsPath() + queryText({ watch: 1, ...bookmarks }));
    await stream.until((events) => events.some(({ type }) => type === 'BOOKMARK'));
    const seen = stream.events.map(({ object }) => object.metadata.namespace ?? '');
    expect(seen.filter((name) => names.includes(name))).toEqual(['order-a', 'order', 'order0']);
    stream.close();
  });

  test('1.7 the frames, to the letter', async () => {
    const namespace = await TestNamespace.create(server);
    await namespace.configMaps.create('a', { data: { text: '<b> & "c"\u2028' } });
    const path = `/api/v1/namespaces/${namespace.name}/configmaps`;
    const got = await server.api.get(`${path}/a`);
    const revision = await present();
    const query = { watch: 1, resourceVersion: 0, ...bookmarks, timeoutSeconds: 600 };
    const stream = await server.watch(path + queryText(query));
    await stream.until((events) => events.some(({ type }) => type === 'BOOKMARK'));
    server.clock.forward(600_000);
    expect(await stream.end()).toBe(true);
    const [first, second] = stream.frames;
    expect(first).toBe(`{"type":"ADDED","object":${got.text.trimEnd()}}`);
    expect(first).toContain('"data":{"text":"\\u003cb\\u003e \\u0026 \\"c\\"\\u2028"}');
    expect(first).toMatch(/^\{"type":"ADDED","object":\{"kind":"ConfigMap","apiVersion":"v1","metadata":\{/);
    const bookmark = (more: string) =>
      `{"type":"BOOKMARK","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"${revision}"${more}}}}`;
    expect(second).toBe(bookmark(',"annotations":{"k8s.io/initial-events-end":"true"}'));
    expect(stream.unended).toBe('');
  });
});

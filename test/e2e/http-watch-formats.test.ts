import { get as httpGet, type IncomingMessage } from 'node:http';
import { constants, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { done, queryText, TestNamespace } from '../support/http-objects.ts';
import { RawClient } from '../support/raw-client.ts';
import { told } from '../support/watched.ts';
import { WholeServer } from '../support/whole-server.ts';

/*
 * In what form watches and lists come, on the whole server: H1, H3–H6, H11–H16 and H21 of watch-semantics 4.6. The unit
 * tests of endpoints/ have every corner of these over fakes: H7 and H8 (errors in the stream and before it), backpressure,
 * HTTP/2. H9 is a client's. Protobuf and CBOR are not spoken in answers; H19's resources without metadata are not served.
 */

let etcd: TestEtcd;

beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd.stop());

const watchList = {
  watch: 1,
  allowWatchBookmarks: true,
  sendInitialEvents: true,
  resourceVersionMatch: 'NotOlderThan',
  timeoutSeconds: 600,
};
const accept = (as: string, version = 'v1') => ({ accept: `application/json;as=${as};v=${version};g=meta.k8s.io` });

/** Undecoded. */
const open = (url: string, headers: Record<string, string>): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    httpGet(url, { headers, agent: false }, resolve).on('error', reject);
  });

async function wholeOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe.each(['embedded', 'etcd'])('the forms of watches and lists, on %s', (backend) => {
  let server: WholeServer;

  beforeAll(async () => {
    server = await WholeServer.open({ etcd: backend === 'etcd' ? etcd.endpoint : undefined });
  });
  afterAll(() => server.close());

  test.each(['', '*/*', 'application/json', 'application/json;stream=watch', 'application/json;stream=watch, */*'])(
    'H3 a watch that accepts %j is JSON, chunked, and never cached',
    async (accepted) => {
      const namespace = await TestNamespace.create(server);
      const stream = await namespace.watch({}, { accept: accepted });
      expect([stream.status, stream.headers]).toMatchObject([
        200,
        { 'content-type': 'application/json', 'transfer-encoding': 'chunked', 'cache-control': 'no-cache, private' },
      ]);
      expect(stream.headers['audit-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(stream.headers).not.toHaveProperty('content-encoding');
      stream.close();
    },
  );

  test.each([
    ['application/XYZ', 'Available representations: application/json, '],
    ['application/yaml', 'only the following media types are accepted: application/json'],
  ])('H4 a watch that accepts only %s is refused', async (accepted, said) => {
    const { status, text } = await server.api.get('/api/v1/pods?watch=1', { accept: accepted });
    expect(status).toBe(406);
    // The refusal itself may be YAML.
    expect(text).toMatch(/"?reason"?: ?"?NotAcceptable/);
    expect(text).toContain(said);
  });

  describe('a WebSocket', () => {
    test('H1 has a message for each event, ignores what is said to it, and ends as the watch does', async () => {
      const namespace = await TestNamespace.create(server);
      const a = await namespace.create('a');
      const client = new WebSocket(`${server.url.replace('http', 'ws')}${namespace.path}?watch=1&timeoutSeconds=600`);
      const messages: string[] = [];
      let wake = () => {};
      client.on('message', (data: Buffer, binary: boolean) => {
        messages.push(binary ? 'binary' : told(JSON.parse(data.toString())));
        wake();
      });
      const closed = new Promise<number>((resolve) => client.once('close', resolve));
      const count = async (wanted: number) => {
        while (messages.length < wanted) await new Promise<void>((resolve) => (wake = resolve));
      };
      await count(1);
      client.send('anything');
      const updated = await namespace.update('a', { labels: { n: '1' } });
      await count(2);
      expect(messages).toEqual([`ADDED a@${a}`, `MODIFIED a@${updated}`]);
      server.clock.forward(600_000);
      expect(await closed).toBe(1000);
    });

    test('H1 that the client closes ends its watch', async () => {
      const sample = 'crowsnest_watches_open{group="",resource="endpoints"}';
      const client = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/endpoints?watch=1`);
      await new Promise((resolve) => client.once('open', resolve));
      expect(await server.metric(sample)).toBe(1);
      client.close();
      await server.metricBecomes(sample, 0);
    });

    test.each([
      ['Upgrade', '400'],
      ['keep-alive, Upgrade', '400'],
      ['upgrade', '400'],
      ['keep-alive', '200'],
    ])('H6 `Connection: %s` without a key is answered with %s', async (connection, code) => {
      const client = await RawClient.connect(Number(new URL(server.url).port));
      client.send(`GET /api/v1/pods?watch=1 HTTP/1.1\nConnection: ${connection}\nUpgrade: websocket`);
      expect((await client.hears(/^HTTP\/1\.1 (\d+)/))[1]).toBe(code);
      client.close();
    });
  });

  test('H11 events and their bytes are counted', async () => {
    const namespace = await TestNamespace.create(server);
    const [events, bytes] = [
      'apiserver_watch_events_total{group="",resource="serviceaccounts",version="v1"}',
      'crowsnest_watch_bytes_total{group="",resource="serviceaccounts"}',
    ];
    const before = [await server.metric(events), await server.metric(bytes)];
    const stream = await namespace.serviceAccounts.watch();
    await namespace.serviceAccounts.createAll('a', 'b');
    const frames = (await stream.take(2)).map((event) => `${JSON.stringify(event)}\n`.length);
    const after = [await server.metric(events), await server.metric(bytes)];
    expect(after.map((value, index) => value - (before[index] ?? 0))).toEqual([2, frames[0]! + frames[1]!]);
    stream.close();
  });

  describe('H12 H13 compression', () => {
    test('a WatchList stream is gzip for who takes it, and can be read as it comes', async () => {
      const namespace = await TestNamespace.create(server);
      const [a, b] = await namespace.createAll('a', 'b');
      const url = server.url + namespace.path + queryText(watchList);
      const response = await open(url, { 'accept-encoding': 'gzip, deflate' });
      expect(response.headers).toMatchObject({
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        vary: 'Accept-Encoding',
      });
      const lines = linesOf(response);
      expect(await lines(2)).toEqual([`ADDED a@${a}`, `ADDED b@${b}`]);
      expect((await lines(3))[2]).toMatch(/^BOOKMARK @\d+ end$/);
      const c = await namespace.create('c');
      expect((await lines(4))[3]).toBe(`ADDED c@${c}`);
      response.destroy();
    });

    test.each([
      ['an ordinary watch', { watch: 1, resourceVersion: 1_000_000, allowWatchBookmarks: true }, 'gzip'],
      ['a watch without bookmarks', { ...watchList, allowWatchBookmarks: undefined }, 'gzip'],
      ['a WatchList stream for who does not take it', watchList, 'deflate, br'],
      ['a WatchList stream for who weighs it', watchList, 'gzip;q=0.5'],
    ])('%s is not', async (_, query, encoding) => {
      const response = await open(`${server.url}/api/v1/pods${queryText(query)}`, { 'accept-encoding': encoding });
      expect([response.statusCode, response.headers['content-encoding']]).toEqual([200, undefined]);
      response.destroy();
    });

    test('H15 a list is from 128 KiB on', async () => {
      const { configMaps } = await TestNamespace.create(server);
      const gzip = { 'accept-encoding': 'gzip' };
      await configMaps.create('a', { data: { pad: 'x'.repeat(100_000) } });
      const small = await open(server.url + configMaps.path, gzip);
      expect(small.headers['content-encoding']).toBeUndefined();
      await wholeOf(small);
      await configMaps.create('b', { data: { pad: 'x'.repeat(100_000) } });
      const large = await open(server.url + configMaps.path, gzip);
      expect(large.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
      const text = gunzipSync(await wholeOf(large)).toString();
      expect(text).toBe((await configMaps.list()).text);
    });
  });

  describe('H16 transforms', () => {
    test.each(['v1', 'v1beta1'])('a watch of Tables %s: columns once, a row for each event', async (version) => {
      const namespace = await TestNamespace.create(server);
      await namespace.create('a');
      const stream = await namespace.watch(watchList, accept('Table', version));
      expect(stream.headers['content-type']).toBe('application/json');
      const [added, end] = await stream.take(2);
      await namespace.update('a', { labels: { n: '1' } });
      const [modified] = await stream.take(1);
      const apiVersion = `meta.k8s.io/${version}`;
      expect(added?.object).toMatchObject({ kind: 'Table', apiVersion });
      const columns = added?.object['columnDefinitions'] as { name: string }[];
      expect(columns.map(({ name }) => name).slice(0, 5)).toEqual(['Name', 'Ready', 'Status', 'Restarts', 'Age']);
      for (const event of [added, modified]) {
        expect(event?.object['rows']).toMatchObject([
          {
            cells: ['a', '0/1', 'Pending', '0', expect.any(String), '<none>', '<none>', '<none>', '<none>'],
            object: { kind: 'PartialObjectMetadata', apiVersion, metadata: { name: 'a' } },
          },
        ]);
      }
      for (const event of [end, modified]) expect(event?.object['columnDefinitions']).toBeNull();
      expect(end).toMatchObject({
        type: 'BOOKMARK',
        object: { rows: [{ object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } }] },
      });
      stream.close();
    });

    test.each([
      ['Metadata', 'PartialObjectMetadata'],
      ['Object', 'Pod'],
      ['None', undefined],
    ])('a Table with includeObject=%s, listed, got and watched', async (includeObject, kind) => {
      const namespace = await TestNamespace.create(server);
      await namespace.create('a');
      const list = done(await server.api.get(namespace.path + queryText({ includeObject }), accept('Table')));
      const got = done(await server.api.get(`${namespace.path}/a${queryText({ includeObject })}`, accept('Table')));
      const stream = await namespace.watch({ includeObject }, accept('Table'));
      const [watched] = await stream.take(1);
      for (const table of [list, got, watched?.object]) {
        expect(table).toMatchObject({ kind: 'Table', rows: [{ cells: expect.arrayContaining(['a']) }] });
        expect(table.rows[0].object?.kind).toBe(kind);
      }
      expect(list.columnDefinitions).toEqual(watched?.object['columnDefinitions']);
      expect(got.columnDefinitions).toEqual(list.columnDefinitions);
      stream.close();
    });

    test('metadata alone, of an object, a list and a watch', async () => {
      const namespace = await TestNamespace.create(server);
      await namespace.create('a', { labels: { n: '1' } });
      const whole = done(await server.api.get(`${namespace.path}/a`));
      const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: whole.metadata };
      const got = await server.api.get(`${namespace.path}/a`, accept('PartialObjectMetadata'));
      expect(got.body).toEqual(partial);
      const list = await server.api.get(namespace.path, accept('PartialObjectMetadataList'));
      expect(list.body).toMatchObject({ kind: 'PartialObjectMetadataList', items: [{ metadata: whole.metadata }] });
      const stream = await namespace.watch(watchList, accept('PartialObjectMetadata'));
      const [added, end] = await stream.take(2);
      expect(added).toEqual({ type: 'ADDED', object: partial });
      expect(end).toMatchObject({
        type: 'BOOKMARK',
        object: { kind: 'PartialObjectMetadata', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
      });
      stream.close();
    });

    test.each([
      ['/api/v1/pods', 'Table', 'v2', 406],
      ['/api/v1/pods', 'PartialObjectMetadata', 'v1', 406],
      ['/api/v1/pods?watch=1', 'PartialObjectMetadataList', 'v1', 406],
      ['/api/v1/namespaces/default', 'PartialObjectMetadataList', 'v1', 406],
      ['/api/v1/namespaces/default', 'Status', 'v1', 406],
      ['/api/v1/pods?includeObject=No', 'Table', 'v1', 400],
      ['/api/v1/pods?watch=1&includeObject=No', 'Table', 'v1', 400],
    ])('%s as %s of %s is %i', async (path, as, version, code) => {
      const answer = await server.api.get(path, accept(as, version));
      expect([answer.status, answer.body.kind]).toEqual([code, 'Status']);
    });

    test('H16 H21 what a client likes best of what there is', async () => {
      const namespace = await TestNamespace.create(server);
      await namespace.create('a');
      const kubectl = [accept('Table'), accept('Table', 'v1beta1')].map((one) => one.accept).join(',');
      const table = await server.api.get(namespace.path, { accept: `${kubectl},application/json` });
      expect(table.body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
      const unknown = `${accept('Table', 'v9').accept},application/json`;
      expect((await server.api.get(namespace.path, { accept: unknown })).body.kind).toBe('PodList');
      // An informer's first request, from a client that would take protobuf as well.
      const protobuf = 'application/json,application/vnd.kubernetes.protobuf';
      const stream = await namespace.watch(watchList, { accept: protobuf });
      expect((await stream.take(2)).map(({ type, object }) => [type, object.kind])).toEqual([
        ['ADDED', 'Pod'],
        ['BOOKMARK', 'Pod'],
      ]);
      stream.close();
    });
  });
});

/** The first so many events of a compressed stream, once they can be read. */
function linesOf(response: IncomingMessage): (count: number) => Promise<string[]> {
  let body = Buffer.alloc(0);
  let wake = () => {};
  response.on('data', (piece: Buffer) => {
    body = Buffer.concat([body, piece]);
    wake();
  });
  const read = () => gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH }).toString().split('\n').slice(0, -1);
  return async (count) => {
    while (body.length === 0 || read().length < count) await new Promise<void>((resolve) => (wake = resolve));
    return read()
      .slice(0, count)
      .map((line) => told(JSON.parse(line)));
  };
}

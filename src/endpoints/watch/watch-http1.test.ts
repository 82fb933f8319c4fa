import { Agent, get as httpGet, type IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RawClient } from '../../../test/support/raw-client.ts';
import { type TestServer, testServer } from '../../../test/support/test-server.ts';
import { WatchStream } from '../../../test/support/watch-stream.ts';
import { internalError, tooManyRequests } from '../../machinery/status-errors.ts';
import { defaultLimits } from '../limits.ts';

let server: TestServer;

beforeEach(async () => {
  server = await testServer();
});
afterEach(() => server.close());

const path = '/api/v1/namespaces/default/configmaps?watch=1';

async function opened(at = path, headers: Record<string, string> = {}) {
  const next = server.configmaps.nextWatch();
  const stream = await WatchStream.open(server.url + at, headers);
  return { stream, watch: await next };
}

describe('a watch over HTTP/1.1', () => {
  test('H3: the head comes before any event, and says what a real server says', async () => {
    const { stream, watch } = await opened();
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({
      'content-type': 'application/json',
      'transfer-encoding': 'chunked',
      'cache-control': 'no-cache, private',
      'audit-id': 'audit-1',
    });
    expect(stream.headers.date).toBeDefined();
    watch.close('deadline');
    expect(await stream.end()).toBe(true);
    expect(stream.events).toEqual([]);
  });

  test('H3: events arrive one per line, with the objects as they are stored', async () => {
    const { stream, watch } = await opened(path, { accept: 'application/json;stream=watch' });
    const object = server.configmaps.put('default', 'a', { data: { x: '1' } });
    watch.event('ADDED', object);
    expect(await stream.next()).toEqual({ type: 'ADDED', object: object.parse() });
    watch.event('MODIFIED', object);
    watch.bookmark(9, true);
    const [modified, bookmark] = await stream.take(2);
    expect(modified?.type).toBe('MODIFIED');
    expect(bookmark).toEqual({
      type: 'BOOKMARK',
      object: {
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: {
          resourceVersion: '9',
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
      },
    });
    watch.close('shutdown');
    expect(await stream.end()).toBe(true);
  });

  test('H2: a client that leaves ends its watch', async () => {
    const { stream, watch } = await opened();
    stream.close();
    await watch.until(() => watch.ended !== undefined);
    expect(watch.ended).toBe('client');
    expect(watch.send(Buffer.from('{}\n'))).toBe(true);
  });

  test('a client that left while its watch was being opened ends it too', async () => {
    let open = () => {};
    server.configmaps.gate = new Promise((resolve) => (open = resolve));
    const next = server.configmaps.nextWatch();
    const client = await RawClient.connect(server.port);
    client.send(`GET ${path} HTTP/1.1`);
    const [socket] = await waitFor(() => (server.sockets.size === 1 ? [...server.sockets] : undefined));
    const gone = new Promise((resolve) => socket?.once('close', resolve));
    client.close();
    await gone;
    open();
    const watch = await next;
    await watch.until(() => watch.ended !== undefined);
    expect(watch.ended).toBe('client');
  });

  test('H7: an ERROR event is the last one, and the stream ends cleanly', async () => {
    const { stream, watch } = await opened();
    watch.fail(internalError('we got an error').status);
    const event = await stream.next();
    expect(event?.type).toBe('ERROR');
    expect(event?.object).toMatchObject({
      kind: 'Status',
      code: 500,
      message: 'Internal error occurred: we got an error',
    });
    expect(await stream.end()).toBe(true);
  });

  test('H8: a refusal before the stream is a Status with its code and Retry-After', async () => {
    server.configmaps.failure = tooManyRequests('storage is (re)initializing', 3);
    const stream = await WatchStream.open(server.url + path);
    expect(stream.status).toBe(429);
    expect(stream.headers['retry-after']).toBe('3');
    expect(JSON.parse(await stream.text())).toMatchObject({ kind: 'Status', reason: 'TooManyRequests' });
    expect(server.configmaps.watches).toEqual([]);
  });

  test('the connection carries the next request after a watch has ended, and gathers no listeners', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const counts: unknown[] = [];
    for (const index of [1, 2, 3]) {
      const next = server.configmaps.nextWatch();
      const body = readAll(await get(`${server.url}${path}`, agent));
      const watch = await next;
      watch.send(Buffer.from(`{"n":${index}}\n`));
      watch.close('deadline');
      expect((await body).toString()).toBe(`{"n":${index}}\n`);
      expect((await readAll(await get(`${server.url}/version`, agent))).toString()).toContain('v1.36.0');
      const [socket] = [...server.sockets];
      counts.push(['drain', 'close', 'error'].map((event) => socket?.listenerCount(event)));
    }
    expect(server.sockets.size).toBe(1);
    expect(counts[2]).toEqual(counts[0]);
    agent.destroy();
  });

  test('a watch that is pipelined behind a slow answer waits for its turn and loses nothing', async () => {
    let answer = () => {};
    server.nodes.gate = new Promise((resolve) => (answer = resolve));
    const next = server.configmaps.nextWatch();
    const client = await RawClient.connect(server.port);
    client.send('GET /api/v1/nodes HTTP/1.1');
    client.send(`GET ${path} HTTP/1.1`);
    const watch = await next;
    watch.send(Buffer.from('{"type":"ADDED","object":1}\n'));
    expect(client.heard).toBe('');
    answer();
    await client.hears(/NodeList[^]*\r\n\r\n1c\r\n\{"type":"ADDED","object":1\}\n\r\n$/);
    watch.send(Buffer.from('{"type":"ADDED","object":2}\n'));
    watch.close('deadline');
    await client.hears(/1c\r\n\{"type":"ADDED","object":2\}\n\r\n0\r\n\r\n$/);
    client.close();
  });

  test('a watch that never gets its turn ends with its connection', async () => {
    server.nodes.gate = new Promise(() => {});
    const next = server.configmaps.nextWatch();
    const client = await RawClient.connect(server.port);
    client.send('GET /api/v1/nodes HTTP/1.1');
    client.send(`GET ${path} HTTP/1.1`);
    const watch = await next;
    client.close();
    await watch.until(() => watch.ended !== undefined);
    expect(watch.ended).toBe('client');
  });

  test('a watch that never got its turn is no longer counted', async () => {
    await server.close();
    server = await testServer({ limits: { ...defaultLimits, maxWatches: 1 } });
    server.nodes.gate = new Promise(() => {});
    const next = server.configmaps.nextWatch();
    const client = await RawClient.connect(server.port);
    client.send('GET /api/v1/nodes HTTP/1.1');
    client.send(`GET ${path} HTTP/1.1`);
    const watch = await next;
    client.close();
    await watch.until(() => watch.ended !== undefined);
    const { stream } = await opened();
    expect(stream.status).toBe(200);
  });

  test('over HTTP/1.0 the stream has no chunks and ends with the connection', async () => {
    const next = server.configmaps.nextWatch();
    const client = await RawClient.connect(server.port);
    client.send(`GET ${path} HTTP/1.0`);
    const watch = await next;
    watch.send(Buffer.from('{"type":"ADDED"}\n'));
    watch.close('deadline');
    await client.ended();
    expect(client.heard).not.toMatch(/transfer-encoding/i);
    expect(client.heard).toMatch(/\r\n\r\n\{"type":"ADDED"\}\n$/);
  });

  test('a client that reads nothing stops its watch at the bound, and gets every byte once it reads', async () => {
    const { stream, watch } = await opened();
    stream.pause();
    const frame = (index: number) =>
      Buffer.from(`${JSON.stringify({ type: 'ADDED', object: { index, pad: 'x'.repeat(8_000) } })}\n`);
    let sent = 0;
    while (watch.send(frame(sent++))) {
      if (sent > 10_000) throw new Error('nothing ever pushed back');
      await new Promise((resolve) => setImmediate(resolve));
    }
    const [socket] = [...server.sockets];
    expect(socket?.writableLength).toBeGreaterThanOrEqual(defaultLimits.watchBufferBytes);
    expect(socket?.writableLength).toBeLessThan(defaultLimits.watchBufferBytes + 16_000);
    stream.resume();
    await watch.until(() => watch.drains > 0);
    watch.close('deadline');
    expect(await stream.end()).toBe(true);
    const indices = stream.events.map(({ object }) => object['index']);
    expect(indices).toEqual(Array.from({ length: sent }, (_, index) => index));
  });

  test('H4: an Accept that nobody speaks is 406 and opens nothing', async () => {
    const refused = await fetch(server.url + path, { headers: { accept: 'application/XYZ' } });
    expect(refused.status).toBe(406);
    expect(await refused.json()).toMatchObject({
      message: expect.stringMatching(/^406: Not Acceptable\n\nAvailable representations: application\/json, /),
    });
    const yaml = await fetch(server.url + path, { headers: { accept: 'application/yaml' } });
    expect(yaml.status).toBe(406);
    expect(await yaml.text()).toContain('application/json;stream=watch');
    expect(server.configmaps.watches).toEqual([]);
  });

  test('H5: the deprecated paths watch: all, a namespace, one object', async () => {
    const at = async (watchPath: string) => {
      const { stream, watch } = await opened(watchPath);
      watch.close('deadline');
      expect(await stream.end()).toBe(true);
      return watch;
    };
    const all = await at('/api/v1/watch/configmaps?resourceVersion=5&labelSelector=a%3Db');
    expect(all.scope).toEqual({ namespace: '' });
    expect(all.options).toMatchObject({ resourceVersion: '5', sendInitialEvents: undefined });
    expect(all.options.labels.canonical).toBe('a=b');
    expect((await at('/api/v1/watch/namespaces/other/configmaps')).scope).toEqual({ namespace: 'other' });
    const one = await at('/api/v1/watch/namespaces/other/configmaps/x');
    expect(one.scope).toEqual({ namespace: 'other', name: 'x' });
    expect(one.options.fields.requiredValue('metadata.name')).toBe('x');
  });

  test('the timeout is the client’s, or left to the storage when it names none', async () => {
    const { watch } = await opened(`${path}&timeoutSeconds=7`);
    expect(watch.options.timeoutSeconds).toBe(7);
    const { watch: other } = await opened(`${path}&timeoutSeconds=0`);
    expect(other.options.timeoutSeconds).toBeUndefined();
  });

  test('more watches than allowed are refused; one that ends makes room', async () => {
    await server.close();
    server = await testServer({ limits: { ...defaultLimits, maxWatches: 1 } });
    const { stream } = await opened();
    const refused = await WatchStream.open(server.url + path);
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe('1');
    const [socket] = [...server.sockets];
    const closed = new Promise((resolve) => socket?.once('close', resolve));
    stream.close();
    await closed;
    expect((await opened()).stream.status).toBe(200);
  });

  test('H12, H13: only WatchList streams are compressed, each as one gzip member', async () => {
    const list = `${path}&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan`;
    const gzip = { 'accept-encoding': 'gzip, deflate' };
    const next = server.configmaps.nextWatch();
    const response = await get(server.url + list, undefined, gzip);
    expect(response.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    const watch = await next;
    const body = readAll(response);
    expect(watch.send(Buffer.from('{"n":1}\n'))).toBe(false);
    await watch.until(() => watch.drains === 1);
    watch.send(Buffer.from('{"n":2}\n'));
    watch.close('deadline');
    const bytes = await body;
    expect(gunzipSync(bytes).toString()).toBe('{"n":1}\n{"n":2}\n');

    for (const [at, headers] of [
      [path, gzip],
      [`${path}&allowWatchBookmarks=true&resourceVersion=5`, gzip],
      [list, { 'accept-encoding': 'deflate' }],
    ] as const) {
      const { stream } = await opened(at, headers);
      expect(stream.headers['content-encoding']).toBeUndefined();
    }
  });

  test('while the server drains, answers close their connections', async () => {
    server.shutdown.abort();
    const { stream, watch } = await opened();
    expect(stream.headers.connection).toBe('close');
    watch.close('shutdown');
    expect(await stream.end()).toBe(true);
  });
});

async function waitFor<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const get = (url: string, agent?: Agent, headers: Record<string, string> = {}): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    httpGet(url, { headers, ...(agent === undefined ? {} : { agent }) }, resolve).on('error', reject);
  });

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

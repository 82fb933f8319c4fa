import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestServer, testServer } from '../../../test/support/test-server.ts';
import { defaultLimits } from '../limits.ts';

let server: TestServer;
let client: ClientHttp2Session;

beforeEach(async () => {
  server = await testServer({}, { http2: true });
  client = connect(server.url);
});
afterEach(async () => {
  client.destroy();
  await server.close();
});

const path = '/api/v1/configmaps?watch=1';

async function opened(at = path) {
  const next = server.configmaps.nextWatch();
  const stream = client.request({ ':path': at });
  stream.setEncoding('utf8');
  const headers = await new Promise<Record<string, unknown>>((resolve) => stream.once('response', resolve));
  return { stream, headers, watch: await next };
}

async function readAll(stream: ClientHttp2Stream): Promise<string> {
  let text = '';
  for await (const part of stream) text += part as string;
  return text;
}

describe('a watch over HTTP/2', () => {
  test('has the same head without what HTTP/2 has no place for, and ends with its stream', async () => {
    const { stream, headers, watch } = await opened();
    expect(headers).toMatchObject({
      ':status': 200,
      'content-type': 'application/json',
      'cache-control': 'no-cache, private',
      'audit-id': 'audit-1',
    });
    expect(headers).not.toHaveProperty('transfer-encoding');
    const object = server.configmaps.put('default', 'a');
    watch.event('ADDED', object);
    watch.event('DELETED', object);
    const text = readAll(stream);
    watch.close('deadline');
    expect(
      (await text)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line).type),
    ).toEqual(['ADDED', 'DELETED']);
    expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
  });

  test('a reset stream ends its watch and no other', async () => {
    const first = await opened();
    const second = await opened();
    first.stream.close(constants.NGHTTP2_CANCEL);
    await first.watch.until(() => first.watch.ended !== undefined);
    expect(first.watch.ended).toBe('client');
    expect(second.watch.ended).toBeUndefined();
    second.watch.close('shutdown');
    expect(await readAll(second.stream)).toBe('');
  });

  test('a lost connection ends all of its watches', async () => {
    const watches = [(await opened()).watch, (await opened()).watch];
    client.destroy();
    await Promise.all(watches.map((watch) => watch.until(() => watch.ended !== undefined)));
    expect(watches.map(({ ended }) => ended)).toEqual(['client', 'client']);
  });

  test('a client that reads nothing stops its watch at the bound, and gets every byte once it reads', async () => {
    const { stream, watch } = await opened();
    const frame = Buffer.from(`${'x'.repeat(9_999)}\n`);
    let sent = 0;
    do {
      sent++;
      if (sent > 10_000) throw new Error('nothing ever pushed back');
      await new Promise((resolve) => setImmediate(resolve));
    } while (watch.send(frame));
    expect(sent * frame.length).toBeGreaterThan(defaultLimits.watchBufferBytes);
    const text = readAll(stream);
    await watch.until(() => watch.drains > 0);
    watch.close('deadline');
    expect((await text).length).toBe(sent * frame.length);
  });

  test('no answer says Connection while the server drains', async () => {
    server.shutdown.abort();
    const { headers, stream, watch } = await opened();
    expect(headers).not.toHaveProperty('connection');
    watch.close('shutdown');
    expect(await readAll(stream)).toBe('');
  });

  test('refusals and other verbs work as over HTTP/1.1', async () => {
    const stream = client.request({ ':path': '/api/v1/nope' });
    const headers = await new Promise<Record<string, unknown>>((resolve) => stream.once('response', resolve));
    expect(headers[':status']).toBe(404);
    expect(JSON.parse(await readAll(stream.setEncoding('utf8')))).toMatchObject({ kind: 'Status', code: 404 });
    const body = client.request({ ':path': '/api/v1/namespaces/default/configmaps', ':method': 'POST' });
    body.end('{"metadata":{"name":"made"}}');
    expect(JSON.parse(await readAll(body.setEncoding('utf8')))).toMatchObject({ metadata: { name: 'made' } });
    const gone = client.request({ ':path': '/api/v1/namespaces/default/configmaps/made', ':method': 'DELETE' });
    expect(JSON.parse(await readAll(gone.setEncoding('utf8')))).toMatchObject({ status: 'Success' });
  });
});

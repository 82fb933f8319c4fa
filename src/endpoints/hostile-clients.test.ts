import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RawClient } from '../../test/support/raw-client.ts';
import { type TestServer, testServer } from '../../test/support/test-server.ts';

let server: TestServer;
const rejections: unknown[] = [];
const onRejection = (reason: unknown) => rejections.push(reason);

beforeEach(async () => {
  rejections.length = 0;
  process.on('unhandledRejection', onRejection);
  server = await testServer();
});
afterEach(async () => {
  await server.close();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', onRejection);
  expect(rejections).toEqual([]);
});

const collection = '/api/v1/namespaces/default/configmaps';

async function ask(head: string, body = ''): Promise<RawClient> {
  const client = await RawClient.connect(server.port);
  client.send(head, body);
  return client;
}

const isWell = async () => expect((await fetch(`${server.url}/version`)).status).toBe(200);

/** Resolves when the server has let go of every connection. */
async function allGone(): Promise<void> {
  while (server.sockets.size > 0) {
    const [socket] = [...server.sockets];
    await new Promise((resolve) => socket?.once('close', resolve));
  }
}

describe('clients that misbehave', () => {
  test('a body that stops in the middle writes nothing', async () => {
    const client = await ask(
      `POST ${collection} HTTP/1.1\nContent-Type: application/json\nContent-Length: 100`,
      '{"metadata":',
    );
    client.socket.end();
    await allGone();
    expect(server.configmaps.writes).toEqual([]);
    await isWell();
  });

  test('a client that vanishes in its body writes nothing', async () => {
    const client = await ask(`PUT ${collection}/a HTTP/1.1\nTransfer-Encoding: chunked`, '5\r\n{"a":\r\n');
    client.socket.resetAndDestroy();
    await allGone();
    expect(server.configmaps.writes).toEqual([]);
    await isWell();
  });

  test('a body that is announced too large is refused before it is sent', async () => {
    const client = await ask(`POST ${collection} HTTP/1.1\nContent-Type: application/json\nContent-Length: 99999999`);
    await client.hears(/^HTTP\/1\.1 413 [^]*limit is 3145728/);
    client.close();
  });

  test('a chunked body that never ends is cut at the bound', async () => {
    const client = await ask(`POST ${collection} HTTP/1.1\nContent-Type: application/json\nTransfer-Encoding: chunked`);
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    for (let sent = 0; sent < 4 * 1024 * 1024; sent += 0x10000) client.socket.write(chunk);
    await client.hears(/^HTTP\/1\.1 413 [^]*limit is 3145728/);
    client.close();
    expect(server.configmaps.writes).toEqual([]);
    await isWell();
  });

  test.each([
    ['GET /api/v1/%00 HTTP/1.1', 400],
    ['GET /api/v1/%ZZ HTTP/1.1', 400],
    ['GET /api/v1/configmaps?labelSelector=%ZZ%00 HTTP/1.1', 200],
    [`GET /api/v1/configmaps?labelSelector=${'a,'.repeat(5_000)} HTTP/1.1`, 400],
    [`GET /api/v1/configmaps?${'&='.repeat(4_000)} HTTP/1.1`, 200],
    ['GET /api/v1/configmaps?limit=1&limit=x&watch=0 HTTP/1.1', 200],
    [`GET /${'a/'.repeat(5_000)} HTTP/1.1`, 404],
    ['GET //api//v1//configmaps HTTP/1.1', 404],
    ['GET /api/v1/namespaces/../../../etc/passwd HTTP/1.1', 404],
    [`GET /api/v1/configmaps HTTP/1.1\nAccept: ${'a/b;q=0.1,'.repeat(1_000)}`, 406],
    [`GET /version HTTP/1.1\nX-Flood: ${'x'.repeat(20_000)}`, 431],
    ['GET /version HTTP/1.1\nBad Header: x', 400],
    ['BREW /api/v1/configmaps HTTP/1.1', 400],
  ])('$0 is $1', async (head, code) => {
    const client = await ask(head);
    await client.hears(new RegExp(`^HTTP/1\\.1 ${code} `));
    client.close();
    await isWell();
  });

  test('many watches of clients that vanish at once leave nothing behind', async () => {
    const clients = await Promise.all(Array.from({ length: 50 }, () => ask('GET /api/v1/configmaps?watch=1 HTTP/1.1')));
    while (server.configmaps.watches.length < clients.length) await server.configmaps.nextWatch();
    for (const client of clients) client.socket.resetAndDestroy();
    await Promise.all(server.configmaps.watches.map((watch) => watch.until(() => watch.ended !== undefined)));
    expect(new Set(server.configmaps.watches.map(({ ended }) => ended))).toEqual(new Set(['client']));
    await allGone();
    await isWell();
  });

  test('a client that closes its half and goes on reading is taken for gone', async () => {
    const next = server.configmaps.nextWatch();
    const client = await ask('GET /api/v1/configmaps?watch=1 HTTP/1.1');
    const watch = await next;
    client.socket.end();
    await watch.until(() => watch.ended !== undefined);
    expect(watch.ended).toBe('client');
    client.close();
  });

  test('a write to a watch whose client is gone is harmless, however late', async () => {
    const next = server.configmaps.nextWatch();
    const client = await ask('GET /api/v1/configmaps?watch=1 HTTP/1.1');
    const watch = await next;
    client.socket.resetAndDestroy();
    for (let index = 0; index < 100 && watch.ended === undefined; index++) {
      watch.send(Buffer.alloc(10_000, 0x20));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await watch.until(() => watch.ended !== undefined);
    watch.sink?.write({ frames: [], body: Buffer.from('x'), chunk: Buffer.from('x') });
    watch.sink?.end();
    await isWell();
  });
});

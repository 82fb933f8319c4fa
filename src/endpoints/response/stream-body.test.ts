import { Agent, get as httpGet, type IncomingMessage } from 'node:http';
import { connect } from 'node:http2';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { RawClient } from '../../../test/support/raw-client.ts';
import { type TestServer, testServer } from '../../../test/support/test-server.ts';
import { packed } from './packed.ts';

let server: TestServer;

afterEach(() => server?.close());

const path = '/api/v1/configmaps';

/** A server with `count` objects of some `bytes` each, and what a LIST of them must be. */
async function serverWith(count: number, bytes: number, { http2 = false } = {}): Promise<() => string> {
  server = await testServer({}, { http2 });
  const pad = 'xyzé<'.repeat(Math.ceil(bytes / 5));
  for (let index = 0; index < count; index++) {
    server.configmaps.put('default', `object-${index}`, { data: { index: String(index), pad } });
  }
  return () => {
    const items = [...server.configmaps.objects.values()].map((object) => {
      const { kind: _kind, apiVersion: _version, ...item } = object.parse();
      return item;
    });
    const metadata = { resourceVersion: String(server.configmaps.revision) };
    const list = { kind: 'ConfigMapList', apiVersion: 'v1', metadata, items };
    return `${JSON.stringify(list).replaceAll('<', '\\u003c')}\n`;
  };
}

const get = (at: string, headers: Record<string, string> = {}, agent?: Agent): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    httpGet(`${server.url}${at}`, { headers, ...(agent === undefined ? {} : { agent }) }, resolve).on('error', reject);
  });

async function readAll(response: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe('a large LIST', () => {
  test('has its length in its head and every byte in its body; the connection is used again', async () => {
    const wanted = (await serverWith(2_000, 1_000))();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const _ of [1, 2]) {
      const response = await get(path, {}, agent);
      const body = await readAll(response);
      expect(response.headers['content-length']).toBe(String(body.length));
      expect(body.toString() === wanted).toBe(true);
    }
    expect(server.sockets.size).toBe(1);
    agent.destroy();
  });

  test('with objects larger than a piece', async () => {
    const wanted = (await serverWith(5, 300_000))();
    expect((await readAll(await get(path))).toString() === wanted).toBe(true);
  });

  test('over HTTP/2', async () => {
    const wanted = (await serverWith(500, 1_000, { http2: true }))();
    const client = connect(server.url);
    const body = await readAll(client.request({ ':path': path }));
    expect(body.toString() === wanted).toBe(true);
    client.close();
  });

  test('H15: is compressed from 128 KiB on, for clients that say so, without a length', async () => {
    const wanted = (await serverWith(500, 1_000))();
    const response = await get(path, { 'accept-encoding': 'deflate, gzip' });
    expect(response.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(response.headers['content-length']).toBeUndefined();
    expect(gunzipSync(await readAll(response)).toString() === wanted).toBe(true);
    const weighed = await get(path, { 'accept-encoding': 'gzip;q=0.5' });
    expect(weighed.headers['content-encoding']).toBeUndefined();
    weighed.destroy();
  });

  test('H15: one object and a small list are compressed by the same rule', async () => {
    await serverWith(1, 200_000);
    const big = await get('/api/v1/namespaces/default/configmaps/object-0', { 'accept-encoding': 'gzip' });
    expect(big.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(await readAll(big)).toString())).toMatchObject({ metadata: { name: 'object-0' } });
    const small = await get('/api/v1/nodes', { 'accept-encoding': 'gzip' });
    expect(small.headers['content-encoding']).toBeUndefined();
    small.resume();
  });

  test('H15: exactly 128 KiB are not worth it yet, one byte more is', async () => {
    await serverWith(1, 50_000);
    const lengthOf = async () => (await readAll(await get(path))).length;
    const grow = async (data: string) => server.configmaps.put('default', 'more', { data: { pad: data } });
    await grow('');
    const room = 128 * 1024 - (await lengthOf());
    for (const [more, encoding] of [
      [room, undefined],
      [room + 1, 'gzip'],
    ] as const) {
      await grow('x'.repeat(more));
      expect(await lengthOf()).toBe(128 * 1024 + more - room);
      const response = await get(path, { 'accept-encoding': 'gzip' });
      expect(response.headers['content-encoding']).toBe(encoding);
      response.resume();
    }
  });

  test('in the other formats is streamed too, and says the same', async () => {
    const wanted = JSON.parse((await serverWith(400, 1_000))());
    const pretty = await get(`${path}?pretty=1`);
    expect(pretty.headers['transfer-encoding']).toBe('chunked');
    expect(JSON.parse((await readAll(pretty)).toString())).toEqual(wanted);
    const table = await get(path, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    expect(JSON.parse((await readAll(table)).toString()).rows).toHaveLength(400);
  });

  test('is written no further ahead than two pieces and what the system takes', async () => {
    await serverWith(600, 100_000);
    const client = await RawClient.connect(server.port);
    client.socket.pause();
    client.send(`GET ${path} HTTP/1.1`);
    const socket = await firstSocket();
    let written = -1;
    // It has stopped when nothing more was written over many turns.
    for (let quiet = 0; quiet < 2_000; quiet++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (socket.bytesWritten !== written) quiet = 0;
      written = socket.bytesWritten;
    }
    expect(socket.writableLength).toBeLessThanOrEqual(2 * 128 * 1024 + 1_024);
    expect(socket.bytesWritten).toBeLessThan(30_000_000);
    client.close();
  });

  test('stops when its client goes, and leaves the server well', async () => {
    await serverWith(200, 100_000);
    const client = await RawClient.connect(server.port);
    client.send(`GET ${path} HTTP/1.1`);
    const socket = await firstSocket();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await client.hears(/ConfigMapList/);
    client.close();
    await closed;
    expect((await get('/version')).statusCode).toBe(200);
  });
});

async function firstSocket() {
  for (;;) {
    const [socket] = [...server.sockets];
    if (socket !== undefined) return socket;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Each overwrites what it had before, so that who looks too late sees it. */
function turnsOf(size: number) {
  const buffers = [Buffer.alloc(size), Buffer.alloc(size)];
  let turn = 0;
  return {
    size,
    next() {
      turn = 1 - turn;
      return (buffers[turn] ?? Buffer.alloc(0)).fill(0xee);
    },
  };
}

describe('packing parts into pieces', () => {
  test('keeps every byte in order, in pieces of at most the size unless a part is larger', () => {
    const part = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.integer({ min: 1, max: 30 }), (arrays, size) => {
        const parts = arrays.map((array) => Buffer.from(array));
        const pieces: Buffer[] = [];
        let before: Buffer = Buffer.alloc(0);
        for (const piece of packed(parts, turnsOf(size))) {
          // The one before must still be whole when its successor is there.
          pieces.push(Buffer.from(piece));
          if (pieces.length > 1) expect(before.equals(pieces.at(-2) ?? Buffer.alloc(0))).toBe(true);
          before = piece;
          expect(piece.length <= size || parts.some((part) => part === piece)).toBe(true);
        }
        expect(Buffer.concat(pieces).equals(Buffer.concat(parts))).toBe(true);
      }),
    );
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { RawClient } from '../../../test/support/raw-client.ts';
import { type TestServer, testServer } from '../../../test/support/test-server.ts';
import { defaultLimits } from '../limits.ts';

let server: TestServer;

beforeEach(async () => {
  server = await testServer();
});
afterEach(() => server.close());

const path = '/api/v1/configmaps?watch=1';

/** A client, its messages, and the watch that it opened. */
async function opened(protocols: string[] = []) {
  const next = server.configmaps.nextWatch();
  const client = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, protocols);
  const messages: { data: string; binary: boolean }[] = [];
  const waiting: (() => void)[] = [];
  client.on('message', (data: Buffer, binary: boolean) => {
    messages.push({ data: data.toString(), binary });
    for (const wake of waiting.splice(0)) wake();
  });
  const closed = new Promise<number>((resolve) => client.once('close', resolve));
  const count = async (wanted: number) => {
    while (messages.length < wanted) await new Promise<void>((wake) => waiting.push(wake));
  };
  await new Promise<void>((resolve, reject) => client.once('open', resolve).once('error', reject));
  return { client, messages, closed, count, watch: await next };
}

describe('a watch over a WebSocket', () => {
  test('H1: one text message per event; what the client says is ignored; the end closes normally', async () => {
    const { client, messages, closed, count, watch } = await opened();
    client.send('hello');
    const object = server.configmaps.put('default', 'a');
    watch.send(watch.view.event('ADDED', object, false), watch.view.event('MODIFIED', object, false));
    await count(2);
    expect(messages.map(({ data, binary }) => [JSON.parse(data).type, binary])).toEqual([
      ['ADDED', false],
      ['MODIFIED', false],
    ]);
    expect(JSON.parse(messages[0]?.data ?? '').object).toEqual(object.parse());
    watch.close('deadline');
    expect(await closed).toBe(1000);
  });

  test('H1: a client that closes ends its watch', async () => {
    const { client, watch } = await opened();
    client.close();
    await watch.until(() => watch.ended !== undefined);
    expect(watch.ended).toBe('client');
  });

  test('a client that vanishes ends its watch', async () => {
    const { client, watch } = await opened();
    client.terminate();
    await watch.until(() => watch.ended !== undefined);
    expect(watch.ended).toBe('client');
  });

  test('a protocol that carries a token is never chosen', async () => {
    const { client } = await opened(['base64url.bearer.authorization.k8s.io.dG9rZW4', 'base64.binary.k8s.io']);
    expect(client.protocol).toBe('base64.binary.k8s.io');
  });

  test.each(['Upgrade', 'keep-alive, Upgrade', 'upgrade'])(
    'H6: `Connection: %s` asks for a WebSocket, and without a key it is 400',
    async (connection) => {
      const client = await RawClient.connect(server.port);
      client.send(`GET ${path} HTTP/1.1\nUpgrade: websocket\nConnection: ${connection}`);
      await client.hears(/^HTTP\/1\.1 400 [^]*"reason":"BadRequest"/);
      await client.ended();
      expect(server.configmaps.watches).toEqual([]);
    },
  );

  test('H6: `Connection: keep-alive` is an ordinary watch', async () => {
    const next = server.configmaps.nextWatch();
    const client = await RawClient.connect(server.port);
    client.send(`GET ${path} HTTP/1.1\nConnection: keep-alive`);
    (await next).close('deadline');
    await client.hears(/^HTTP\/1\.1 200 [^]*\r\n0\r\n\r\n$/);
    client.close();
  });

  test('a refusal is an ordinary answer', async () => {
    const client = await RawClient.connect(server.port);
    client.send(`GET /api/v1/nope?watch=1 HTTP/1.1\nUpgrade: websocket\nConnection: Upgrade`);
    await client.hears(/^HTTP\/1\.1 404 [^]*"code":404/);
    await client.ended();
  });

  test('a client that reads nothing stops its watch at the bound, and gets every message once it reads', async () => {
    const { client, count, watch } = await opened();
    client.pause();
    const frame = Buffer.from(`${'x'.repeat(9_999)}\n`);
    let sent = 0;
    do {
      sent++;
      if (sent > 10_000) throw new Error('nothing ever pushed back');
      await new Promise((resolve) => setImmediate(resolve));
    } while (watch.send(frame));
    expect(sent * frame.length).toBeGreaterThan(defaultLimits.watchBufferBytes);
    client.resume();
    await watch.until(() => watch.drains > 0);
    await count(sent);
    watch.close('deadline');
  });
});

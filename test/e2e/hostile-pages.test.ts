import { once } from 'node:events';
import { connect } from 'node:http2';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { hostileBed } from '../support/hostile-bed.ts';
import { RawClient } from '../support/raw-client.ts';

const bed = hostileBed(['--accept-hosts=host.docker.internal']);
const collection = '/api/v1/namespaces/default/configmaps';

async function statusOf(head: string, body = ''): Promise<number> {
  const client = await RawClient.connect(bed.plainPort);
  client.socket.write(`${head.split('\n').join('\r\n')}\r\nConnection: close\r\n\r\n${body}`);
  await client.ended();
  client.close();
  return Number(/^HTTP\/1\.[01] (\d{3}) /.exec(client.heard)?.[1]);
}

const webSocketStatus = async (origin: string): Promise<number | 'open'> => {
  const client = new WebSocket(`${bed.server.plainUrl.replace('http', 'ws')}${collection}?watch=1`, { origin });
  client.on('error', () => undefined);
  const status = await new Promise<number | 'open'>((resolve) => {
    client.once('open', () => resolve('open'));
    client.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  });
  client.terminate();
  return status;
};

describe('a page in a browser', () => {
  test('that lets a name of its own lead here reads and writes nothing', async () => {
    expect(await statusOf(`GET ${collection} HTTP/1.1\nHost: evil.example`)).toBe(403);
    expect(await statusOf(`GET ${collection} HTTP/1.1\nHost: host.docker.internal:80`)).toBe(200);
    const session = connect(bed.server.url, { rejectUnauthorized: false });
    const stream = session.request({ ':path': collection, ':authority': 'evil.example' });
    const [headers] = (await once(stream, 'response')) as [{ readonly ':status': number }];
    expect(headers[':status']).toBe(403);
    stream.resume();
    session.close();
  });

  test('of another origin creates nothing, with or without a type', async () => {
    const body = '{"metadata":{"name":"planted"}}';
    for (const type of ['', '\nContent-Type: text/plain', '\nContent-Type: application/json']) {
      const head = `POST ${collection} HTTP/1.1\nHost: localhost\nOrigin: http://evil.example${type}`;
      expect(await statusOf(`${head}\nContent-Length: ${body.length}`, body)).toBe(403);
    }
    expect((await bed.api.get(`${collection}/planted`)).status).toBe(404);
  });

  test('opens no watch over a WebSocket, but one of the server’s own origin does', async () => {
    expect(await webSocketStatus('http://evil.example')).toBe(403);
    expect(await webSocketStatus('null')).toBe(403);
    expect(await webSocketStatus(bed.server.plainUrl)).toBe('open');
  });
});

describe('hosts that are no browser’s', () => {
  test.each([
    ['GET /healthz HTTP/1.0', 200],
    [`GET ${collection} HTTP/1.0`, 200],
    ['GET /healthz HTTP/1.1\nHost:', 200],
    ['GET /healthz HTTP/1.1', 400],
    ['GET /healthz HTTP/1.1\nHost: a b', 400],
    ['GET /healthz HTTP/1.1\nHost: a/b', 400],
    ['GET /healthz HTTP/1.1\nHost: me@localhost', 400],
    ['GET /healthz HTTP/1.1\nHost: localhost\nHost: localhost', 400],
    ['GET http://localhost/version HTTP/1.0', 200],
  ])('%j is %d', async (head, status) => {
    expect(await statusOf(head)).toBe(status);
  });

  test('a watch over HTTP/1.0 is a stream that the end of the connection ends', async () => {
    const client = await RawClient.connect(bed.plainPort);
    client.socket.write(`GET ${collection}?watch=1&timeoutSeconds=1 HTTP/1.0\r\n\r\n`);
    await client.ended();
    client.close();
    expect(client.heard).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(client.heard).not.toMatch(/transfer-encoding/i);
  });
});

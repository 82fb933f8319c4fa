import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../base/logger.ts';
import type { Bindings } from '../endpoints/bindings.ts';
import { Listener } from './listener.ts';
import { alreadySent, Requests } from './requests.ts';

let listener: Listener | undefined;
afterEach(() => listener?.close());

async function serve(fetch: (request: Request, bindings: Bindings) => Response | Promise<Response>) {
  const requests = new Requests(fetch, silentLogger);
  listener = await Listener.open({
    address: '127.0.0.1',
    port: 'any',
    certificate: undefined,
    maxHeaderBytes: 16_384,
    requestTimeoutMs: 60_000,
    maxStreamsPerConnection: 100,
    sink: requests,
    logger: silentLogger,
  });
  return { requests, url: listener.url, port: listener.port };
}

async function upgrade(port: number, path: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nx-tag: one\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

const watch = '/api/v1/pods?watch=1';

describe('server/requests', () => {
  test('a request is answered, and one under way is waited for', async () => {
    let answer = (_response: Response): void => {};
    const waiting = new Promise<Response>((resolve) => {
      answer = resolve;
    });
    let arrived = (): void => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { requests, url } = await serve(() => {
      arrived();
      return waiting;
    });
    await requests.idle();
    const response = once(get(url), 'response') as Promise<[IncomingMessage]>;
    await arrival;
    expect(requests.underWay).toBe(1);
    const idle = requests.idle();
    answer(new Response('done'));
    const [incoming] = await response;
    expect(String((await incoming.toArray())[0])).toBe('done');
    await idle;
    expect(requests.underWay).toBe(0);
  });

  test('an upgrade that the app takes over is left alone', async () => {
    const { requests, port } = await serve((request, { upgrade: offered, line }) => {
      const tag = request.headers.get('x-tag');
      offered?.socket.end(`HTTP/1.1 101 ok\r\n\r\n${line?.path} ${line?.query.get('c')} ${tag}`);
      return alreadySent;
    });
    expect(await upgrade(port, '/api/v1/pods?watch=1&c=d')).toBe('HTTP/1.1 101 ok\r\n\r\n/api/v1/pods d one');
    await requests.idle();
  });

  test('an upgrade that the app refuses gets its answer and is closed', async () => {
    const { requests, port } = await serve(() => new Response('no', { status: 400, headers: { 'x-why': 'because' } }));
    const text = await upgrade(port, watch);
    expect(text).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
    expect(text).toMatch(/x-why: because\r\n/);
    expect(text).toMatch(/\r\n\r\nno$/);
    await requests.idle();
  });

  test('an upgrade that fails inside is cut off', async () => {
    const { requests, port } = await serve(() => Promise.reject(new Error('bug')));
    await expect(upgrade(port, watch)).resolves.toBe('');
    await requests.idle();
  });
});

import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { realClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { type AnyRequest, type AnyResponse, Listener, type ListenerOptions, type RequestSink } from './listener.ts';
import { selfMadeCertificate } from './tls/self-made-certificate.ts';
import type { ServingCertificate } from './tls/serving-certificate.ts';

let certificate: ServingCertificate;
beforeAll(async () => {
  const names = ['localhost', '127.0.0.1'];
  certificate = await selfMadeCertificate({ directory: undefined, names, clock: realClock, logger: silentLogger });
});

let listener: Listener | undefined;
afterEach(() => listener?.close());

/** Answers with the request line, the headers that are not about the connection, and the body. */
async function echo(request: AnyRequest, response: AnyResponse): Promise<void> {
  let body = '';
  try {
    for await (const chunk of request) body += String(chunk);
  } catch {
    return;
  }
  const { upgrade, 'x-tag': tag } = request.headers;
  const text = JSON.stringify([request.method, request.url, body, tag, upgrade]);
  response.setHeader('content-length', Buffer.byteLength(text));
  response.end(text);
}

const takesTea: RequestSink = {
  request: (request, response) => void echo(request, response),
  takesUpgrade: (request) => request.headers.upgrade === 'tea',
  upgrade: (_request, socket, head) => socket.end(`HTTP/1.1 101 ok\r\n\r\n${head.toString()}`),
};

async function open(
  secure: boolean,
  more: Partial<ListenerOptions> = {},
): Promise<{ socket: Socket; all: Promise<string> }> {
  listener = await Listener.open({
    address: '127.0.0.1',
    port: 'any',
    certificate: secure ? certificate : undefined,
    maxHeaderBytes: 16_384,
    requestTimeoutMs: 60_000,
    maxStreamsPerConnection: 100,
    sink: takesTea,
    logger: silentLogger,
    ...more,
  });
  const { port } = listener;
  const socket = secure
    ? connectTls({ host: '127.0.0.1', port, ca: certificate.authority, ALPNProtocols: ['http/1.1'] })
    : connectTcp({ host: '127.0.0.1', port });
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('error', () => socket.destroy());
  return { socket, all: once(socket, 'close').then(() => text) };
}

const head = (...lines: string[]) => `${lines.join('\r\n')}\r\nHost: localhost\r\n\r\n`;
const offer = (protocol: string) => [
  `Connection: Upgrade, HTTP2-Settings`,
  `Upgrade: ${protocol}`,
  'HTTP2-Settings: AAM',
];
const answers = (text: string) =>
  text
    .split('\r\n')
    .filter((line) => line.startsWith('['))
    .map((line) => JSON.parse(line.replace(/HTTP\/1.*$/, '')) as unknown);

describe.each([
  ['plain', false],
  ['TLS', true],
])('a protocol that is offered over %s', (_name, secure) => {
  test('and taken by nobody: the request is an ordinary one, with its body', async () => {
    const { socket, all } = await open(secure);
    socket.write(head('DELETE /a HTTP/1.1', ...offer('h2c'), 'X-Tag: one', 'Content-Length: 4', 'Connection: close'));
    socket.write('body');
    expect(answers(await all)).toEqual([['DELETE', '/a', 'body', 'one', null]]);
  });

  test.each([
    ['in one piece with its head', (body: string) => [body]],
    ['byte by byte', (body: string) => body.split('')],
  ])('a chunked body comes whole, %s', async (_how, pieces) => {
    const { socket, all } = await open(secure, {});
    const body = '3\r\nabc\r\n5\r\ndefgh\r\n0\r\n\r\n';
    const request = head('POST /%2e%2e//x HTTP/1.1', ...offer('websocket'), 'Transfer-Encoding: chunked') + body;
    for (const piece of pieces(request)) {
      socket.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.write(head('GET /last HTTP/1.1', 'Connection: close'));
    expect(answers(await all)).toEqual([
      ['POST', '/%2e%2e//x', 'abcdefgh', null, null],
      ['GET', '/last', '', null, null],
    ]);
  });

  test('with every request of a connection, one behind the other: all are answered in their order', async () => {
    const { socket, all } = await open(secure);
    const one = (index: number) => head(`PUT /${index} HTTP/1.1`, ...offer('h2c'), 'Content-Length: 1') + index;
    socket.write(`${[1, 2, 3, 4, 5].map(one).join('')}${head('GET /6 HTTP/1.1', 'Connection: close')}`);
    expect(answers(await all)).toEqual([
      ...[1, 2, 3, 4, 5].map((index) => ['PUT', `/${index}`, String(index), null, null]),
      ['GET', '/6', '', null, null],
    ]);
  });

  test('behind a request that is not answered yet: it waits for that answer', async () => {
    const waiting: AnyResponse[] = [];
    const sink: RequestSink = {
      ...takesTea,
      request: (request, response) =>
        request.url === '/slow' ? void waiting.push(response) : void echo(request, response),
    };
    const { socket, all } = await open(secure, { sink });
    socket.write(`${head('GET /slow HTTP/1.1')}${head('POST /b HTTP/1.1', ...offer('h2c'), 'Content-Length: 1')}x`);
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    waiting[0]?.end('["slow"]\r\n');
    socket.write(head('GET /c HTTP/1.1', ...offer('tea')));
    const text = await all;
    expect(answers(text)).toEqual([['slow'], ['POST', '/b', 'x', null, null]]);
    expect(text).toMatch(/HTTP\/1.1 101 ok\r\n\r\n$/);
  });

  test('and taken: the connection is handed over with what was sent behind the head', async () => {
    const { socket, all } = await open(secure);
    socket.write(`${head('GET /a HTTP/1.1', ...offer('tea'))}milk`);
    expect(await all).toBe('HTTP/1.1 101 ok\r\n\r\nmilk');
  });

  test('who does not send the body that was announced is cut off', async () => {
    const { socket, all } = await open(secure, { requestTimeoutMs: 200 });
    socket.write(`${head('DELETE /a HTTP/1.1', ...offer('h2c'), 'Content-Length: 10')}abc`);
    expect(await all).toMatch(/^HTTP\/1.1 408/);
  });

  test('more headers than node counts hide nothing', async () => {
    const { socket, all } = await open(secure);
    const many = Array.from({ length: 2_500 }, () => 'a:');
    socket.write(`${head('POST /a HTTP/1.1', ...offer('h2c'), ...many, 'Content-Length: 2', 'Connection: close')}hi`);
    expect(answers(await all)).toEqual([['POST', '/a', 'hi', null, null]]);
  });

  test('CONNECT is answered, not cut off', async () => {
    const { socket, all } = await open(secure, {
      sink: { ...takesTea, upgrade: (request, to) => to.end(`HTTP/1.1 405 ${request.method}\r\n\r\n`) },
    });
    socket.write(head('CONNECT a.example:80 HTTP/1.1'));
    expect(await all).toBe('HTTP/1.1 405 CONNECT\r\n\r\n');
  });
});

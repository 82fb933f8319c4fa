import { once } from 'node:events';
import { Agent, get as getHttp, type IncomingMessage } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { get as getHttps } from 'node:https';
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

const open: Listener[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listener) => listener.close()));
});

const answer = (request: AnyRequest, response: AnyResponse) => {
  response.end(`${request.httpVersion} ${request.url}`);
};
const echo: RequestSink = {
  request: answer,
  takesUpgrade: (request) => request.headers.upgrade === 'websocket',
  upgrade: (_request, socket) => socket.end('HTTP/1.1 101 ok\r\n\r\nhello'),
};

async function listen(secure: boolean, more: Partial<ListenerOptions> = {}): Promise<Listener> {
  const listener = await Listener.open({
    address: '127.0.0.1',
    port: 'any',
    certificate: secure ? certificate : undefined,
    maxHeaderBytes: 16_384,
    requestTimeoutMs: 60_000,
    maxStreamsPerConnection: 100,
    sink: echo,
    logger: silentLogger,
    ...more,
  });
  open.push(listener);
  return listener;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  return text;
}

/** A raw connection, with all that came back once it is over. */
function raw(listener: Listener, secure: boolean): { socket: Socket; all: Promise<string> } {
  const socket = secure
    ? connectTls({ host: '127.0.0.1', port: listener.port, ca: certificate.authority, ALPNProtocols: ['http/1.1'] })
    : connectTcp({ host: '127.0.0.1', port: listener.port });
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('error', () => socket.destroy());
  return { socket, all: once(socket, 'close').then(() => text) };
}

function request2(listener: Listener, path: string) {
  const session = connectHttp2(listener.url, { ca: certificate.authority });
  const stream = session.request({ ':path': path });
  const body = (async () => {
    let text = '';
    for await (const chunk of stream.setEncoding('utf8')) text += String(chunk);
    return text;
  })();
  return { session, stream, body };
}

describe('server/listener', () => {
  test('one TLS port speaks HTTP/2 and HTTP/1.1', async () => {
    const listener = await listen(true);
    expect(listener.url).toBe(`https://127.0.0.1:${listener.port}`);
    const { session, body } = request2(listener, '/two');
    expect(await body).toBe('2.0 /two');
    session.close();
    const [response] = (await once(getHttps(`${listener.url}/one`, { ca: certificate.authority }), 'response')) as [
      IncomingMessage,
    ];
    expect(await textOf(response)).toBe('1.1 /one');
  });

  test('HTTP/2 announces its limits', async () => {
    const listener = await listen(true, { maxStreamsPerConnection: 7 });
    const { session, body } = request2(listener, '/');
    await body;
    expect(session.remoteSettings.maxConcurrentStreams).toBe(7);
    expect(session.remoteSettings.initialWindowSize).toBe(256 * 1024);
    session.close();
  });

  test('a port that is taken is an error of open', async () => {
    const { port } = await listen(false);
    await expect(listen(false, { port })).rejects.toThrow('EADDRINUSE');
  });

  describe.each([
    ['plain', false],
    ['TLS', true],
  ])('%s', (_name, secure) => {
    test('headers beyond the limit are refused with 431, below it they pass', async () => {
      const listener = await listen(secure, { maxHeaderBytes: 32_768 });
      const small = raw(listener, secure);
      small.socket.write(`GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx: ${'a'.repeat(24_000)}\r\n\r\n`);
      expect(await small.all).toMatch(/^HTTP\/1.1 200/);
      const large = raw(listener, secure);
      large.socket.write(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`);
      expect(await large.all).toMatch(/^HTTP\/1.1 431/);
    });

    test('who does not finish the headers is cut off', async () => {
      const listener = await listen(secure, { requestTimeoutMs: 200 });
      const { socket, all } = raw(listener, secure);
      socket.write('GET / HTTP/1.1\r\nhost: x\r\nx: ');
      expect(await all).toMatch(/^HTTP\/1.1 408/);
    });

    test('who does not finish the body is cut off', async () => {
      const sink: RequestSink = { ...echo, request: (request) => request.resume() };
      const listener = await listen(secure, { requestTimeoutMs: 200, sink });
      const { socket, all } = raw(listener, secure);
      socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc');
      expect(await all).toMatch(/^HTTP\/1.1 408/);
    });

    test('an answer may take longer than any request', async () => {
      let finish = (): void => {};
      const started = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const timeout = 200;
      const sink: RequestSink = {
        ...echo,
        request: (_request, response) => {
          (response as { write(text: string): boolean }).write('first ');
          void started.then(() => response.end('last'));
        },
      };
      const listener = await listen(secure, { requestTimeoutMs: timeout, sink });
      const other = raw(listener, secure);
      const long = raw(listener, secure);
      long.socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
      await once(long.socket, 'data');
      // A connection that began after the answer did has been cut off: so the answer has outlived the limit.
      other.socket.write('GET / HTTP/1.1\r\n');
      await other.all;
      finish();
      expect(await long.all).toMatch(/last/);
    });

    test('an upgrade gets the raw connection', async () => {
      const listener = await listen(secure);
      const { socket, all } = raw(listener, secure);
      socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
      expect(await all).toMatch(/^HTTP\/1.1 101 ok\r\n\r\nhello$/);
    });

    test('stop lets the running answer end and takes nobody new; close leaves nothing open', async () => {
      const waiting: AnyResponse[] = [];
      const sink: RequestSink = { ...echo, request: (_request, response) => void waiting.push(response) };
      const listener = await listen(secure, { sink });
      const { socket, all } = raw(listener, secure);
      socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
      while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
      const { port } = listener;
      listener.stop();
      const refused = connectTcp({ host: '127.0.0.1', port });
      expect(((await once(refused, 'error')) as [NodeJS.ErrnoException])[0].code).toBe('ECONNREFUSED');
      waiting[0]?.end('done');
      expect(await all).toMatch(/done$/);
      await listener.close();
    });

    test('close cuts off answers that never end', async () => {
      const started: AnyResponse[] = [];
      const listener = await listen(secure, {
        sink: { ...echo, request: (_request, response) => void started.push(response) },
      });
      const { socket, all } = raw(listener, secure);
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
      while (started.length === 0) await new Promise((resolve) => setImmediate(resolve));
      await listener.close();
      expect(await all).toBe('');
    });
  });

  test('stop closes idle keep-alive connections', async () => {
    const listener = await listen(false);
    const agent = new Agent({ keepAlive: true });
    const [response] = (await once(getHttp(listener.url, { agent }), 'response')) as [IncomingMessage];
    const closed = once(response.socket, 'close');
    await textOf(response);
    listener.stop();
    await closed;
    await listener.close();
  });

  test('stop lets an HTTP/2 stream end and then closes its connection', async () => {
    const waiting: AnyResponse[] = [];
    const listener = await listen(true, {
      sink: { ...echo, request: (_request, response) => void waiting.push(response) },
    });
    const { session, body } = request2(listener, '/');
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = once(session, 'close');
    listener.stop();
    waiting[0]?.end('done');
    expect(await body).toBe('done');
    await closed;
    await listener.close();
  });
});

import { get as httpGet, type IncomingMessage } from 'node:http';
import { connect } from 'node:http2';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { FakeWatch } from '../../../test/support/fake-rest-storage.ts';
import { type TestServer, testServer } from '../../../test/support/test-server.ts';
import { defaultLimits } from '../limits.ts';

let server: TestServer;
afterEach(() => server.close());

const plain = '/api/v1/configmaps?watch=1';
const watchList = `${plain}&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan`;
const gzip = { 'accept-encoding': 'gzip' };

/** What a client of one transport has: how much came, and how to stop and go on reading. */
interface Client {
  readonly received: () => number;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly ping?: () => void;
  /** The stream has ended, or the socket has closed. */
  readonly ended: Promise<unknown>;
}

function reading(stream: Readable, compressed: boolean): Client {
  const whole = compressed ? stream.pipe(createGunzip()) : stream;
  let bytes = 0;
  whole.on('data', (part: Buffer) => (bytes += part.length));
  const ended = new Promise((resolve) => whole.once('end', resolve));
  return { received: () => bytes, pause: () => void whole.pause(), resume: () => void whole.resume(), ended };
}

function http1(path: string, headers: Record<string, string>): Promise<Client> {
  return new Promise((resolve, reject) => {
    httpGet(server.url + path, { headers }, (response: IncomingMessage) => {
      resolve(reading(response, response.headers['content-encoding'] === 'gzip'));
    }).on('error', reject);
  });
}

function http2(path: string, headers: Record<string, string>): Promise<Client> {
  const session = connect(server.url);
  const stream = session.request({ ':path': path, ...headers });
  return new Promise((resolve, reject) => {
    session.on('error', reject);
    stream.on('response', (head) => {
      resolve(reading(stream, head['content-encoding'] === 'gzip'));
    });
  });
}

function webSocket(path: string): Promise<Client> {
  const client = new WebSocket(server.url.replace('http', 'ws') + path);
  let bytes = 0;
  client.on('message', (data: Buffer) => (bytes += data.length + 1));
  const pause = () => client.pause();
  const resume = () => client.resume();
  const ended = new Promise((closed) => client.once('close', closed));
  return new Promise((resolve, reject) => {
    client.once('error', reject);
    client.once('open', () => resolve({ received: () => bytes, pause, resume, ping: () => client.ping(), ended }));
  });
}

const transports = {
  'HTTP/1.1': { http2: false, open: () => http1(plain, {}) },
  'HTTP/1.1, compressed': { http2: false, open: () => http1(watchList, gzip) },
  'HTTP/2': { http2: true, open: () => http2(plain, {}) },
  'HTTP/2, compressed': { http2: true, open: () => http2(watchList, gzip) },
  WebSocket: { http2: false, open: () => webSocket(plain) },
};

/** So many characters that do not compress well. */
function noise(length: number): string {
  const bytes = Buffer.alloc(length);
  for (let at = 0, state = 1; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes.toString('base64').slice(0, length);
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Writes frames until the sink has pushed back, and again when it takes more, so many times over. */
async function push(watch: FakeWatch, client: Client, frame: Buffer, rounds: number): Promise<number> {
  let sent = 0;
  for (let round = 0; round < rounds; round++) {
    client.pause();
    const drains = watch.drains;
    let free = true;
    for (let writes = 0; free && writes < 40; writes++) {
      client.ping?.();
      sent++;
      free = watch.send(frame);
      await turn();
    }
    client.resume();
    if (!free) await watch.until(() => watch.drains > drains);
  }
  return sent * frame.length;
}

describe.each(Object.entries(transports))('a watch over %s', (_, transport) => {
  test.each([
    [1_024, 10],
    [1_024, 900],
    [1_024, 10_000],
    [8 * 1_024, 10_000],
    [20_000, 16_384],
    [64 * 1_024, 10_000],
    [64 * 1_024, 100_000],
    [1_024 * 1_024, 200_000],
  ])('that may have %i bytes wait, with events of %i, takes more after it wanted no more', async (buffer, length) => {
    const limits = { ...defaultLimits, watchBufferBytes: buffer };
    server = await testServer({ limits }, { http2: transport.http2 });
    const next = server.configmaps.nextWatch();
    const client = await transport.open();
    const watch = await next;
    const sent = await push(watch, client, Buffer.from(`${noise(length - 1)}\n`), 4);
    watch.close('deadline');
    await client.ended;
    expect(client.received()).toBe(sent);
  });
});

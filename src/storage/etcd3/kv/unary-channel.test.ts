import {
  createServer as createHttp2Server,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { realClock } from '../../../base/clock.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import { UnaryChannel } from './unary-channel.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).toReversed()) close();
});

const options = { metadata: { hasleader: 'true' }, timeoutMs: 5_000 };
const frame = (text: string): Buffer => {
  const message = Buffer.from(text);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

async function listening(server: Server | Http2Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function channelTo(url: string, clock = realClock): UnaryChannel {
  const channel = new UnaryChannel(url, undefined, clock);
  closers.push(() => channel.close());
  return channel;
}

type Answer = (stream: ServerHttp2Stream, session: ServerHttp2Session) => void;

/** A server that does with each call what the test says, and the sessions that it has had. */
async function serverThat(...answers: Answer[]) {
  const server = createHttp2Server();
  const sessions: ServerHttp2Session[] = [];
  const seen: string[] = [];
  server.on('session', (session) => {
    sessions.push(session);
    session.on('error', () => {});
    closers.push(() => session.destroy());
    session.on('stream', (stream, headers) => {
      seen.push([headers[':path'], headers['hasleader'], headers['grpc-timeout']].join(' '));
      stream.on('error', () => {});
      stream.resume();
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      stream.on('end', () => answer?.(stream, session));
    });
  });
  return { url: await listening(server), sessions, seen };
}

/** An answer in as many pieces as there are texts, and how the call went. */
const answering =
  (pieces: readonly Buffer[], trailers: Record<string, string> = { 'grpc-status': '0' }): Answer =>
  (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    for (const piece of pieces) stream.write(piece);
    stream.end();
  };

const refusal = (promise: Promise<unknown>): Promise<Error & { code?: number }> =>
  promise.then(
    () => Promise.reject(new Error('was not refused')),
    (error: Error) => error,
  );

describe('storage/etcd3/kv/unary-channel', () => {
  test('one connection carries all calls, each with its metadata', async () => {
    const { url, sessions, seen } = await serverThat(answering([frame('yes')]));
    const channel = channelTo(url);
    const answers = await Promise.all([1, 2, 3].map((n) => channel.call(`/a/${n}`, frame('?'), options)));
    expect(answers.map(String)).toEqual(['yes', 'yes', 'yes']);
    expect([sessions.length, seen]).toEqual([1, ['/a/1 true 5000m', '/a/2 true 5000m', '/a/3 true 5000m']]);
  });

  test('an answer comes in as many pieces as it likes, and may be large', async () => {
    const large = frame('x'.repeat(9_000_000));
    const { url } = await serverThat(answering([large.subarray(0, 3), large.subarray(3, 700), large.subarray(700)]));
    expect(await channelTo(url).call('/a', frame('?'), options)).toHaveLength(9_000_000);
  });

  test.each([
    ['nothing', []],
    ['less than it says', [frame('abc').subarray(0, 7)]],
    ['two messages', [frame('a'), frame('b')]],
    ['something compressed', [Buffer.concat([Buffer.of(1), frame('a').subarray(1)])]],
  ])('%s is no answer', async (_, pieces) => {
    const { url } = await serverThat(answering(pieces));
    expect((await refusal(channelTo(url).call('/a', frame('?'), options))).message).toMatch(
      /^13 INTERNAL: an answer of \d+ bytes is not one message$/,
    );
  });

  test('a refusal has its code and its text, with or without a body before it', async () => {
    const saying = (code: string, text: string) => ({ 'grpc-status': code, 'grpc-message': text });
    const { url } = await serverThat(answering([], saying('11', 'caf%C3%A9 100%25')), (stream) =>
      stream.respond({ ':status': 200, ...saying('5', '100%') }, { endStream: true }),
    );
    const channel = channelTo(url);
    const ask = () => refusal(channel.call('/a', frame('?'), options));
    expect(await ask()).toMatchObject({ code: 11, message: '11 OUT_OF_RANGE: café 100%' });
    expect(await ask()).toMatchObject({ code: 5, message: '5 NOT_FOUND: 100%' });
  });

  test.each([
    [503, 14],
    [404, 12],
    [401, 16],
    [418, 2],
  ])('HTTP status %d without one of gRPC', async (httpStatus, code) => {
    const { url } = await serverThat((stream) => {
      stream.respond({ ':status': httpStatus });
      stream.end('<html>');
    });
    const error = await refusal(channelTo(url).call('/a', frame('?'), options));
    expect([error.code, error.message.endsWith(`HTTP status ${httpStatus}`)]).toEqual([code, true]);
  });

  test('where nobody listens, the call has not left', async () => {
    const server = createTcpServer();
    const url = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    const error = await refusal(channelTo(url).call('/a', frame('?'), options));
    expect(error.code).toBe(14);
    expect(error.message).toMatch(/^14 UNAVAILABLE: No connection established\. Last error: .*ECONNREFUSED/);
  });

  test('a connection that is lost fails its calls, and the next one is made anew', async () => {
    const { url, sessions } = await serverThat((_, session) => session.destroy(), answering([frame('yes')]));
    const channel = channelTo(url);
    const error = await refusal(channel.call('/a', frame('?'), options));
    expect([error.code, error.message]).toEqual([14, expect.stringContaining('14 UNAVAILABLE: Connection dropped')]);
    expect(String(await channel.call('/a', frame('?'), options))).toBe('yes');
    expect(sessions).toHaveLength(2);
  });

  test('a server that goes finishes what it has, and gets nothing more', async () => {
    let finish = () => {};
    const { url, sessions } = await serverThat(
      (stream, session) => {
        finish = () => answering([frame('old')])(stream, session);
      },
      (stream, session) => {
        session.goaway();
        answering([frame('going')])(stream, session);
      },
      answering([frame('new')]),
    );
    const channel = channelTo(url);
    const old = channel.call('/a', frame('?'), options);
    expect(String(await channel.call('/b', frame('?'), options))).toBe('going');
    expect(String(await channel.call('/c', frame('?'), options))).toBe('new');
    finish();
    expect(String(await old)).toBe('old');
    expect(sessions).toHaveLength(2);
  });

  test('without an answer in time the call is given up, here and there; a connection that lives stays', async () => {
    const clock = new ManualClock();
    let cancelled = () => {};
    const given = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    let asked = () => {};
    const begun = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const { url, sessions } = await serverThat(
      (stream) => {
        stream.on('close', () => cancelled());
        asked();
      },
      answering([frame('yes')]),
    );
    const channel = channelTo(url, clock);
    const late = refusal(channel.call('/a', frame('?'), options));
    await begun;
    clock.advance(5_000);
    expect(await late).toMatchObject({ code: 4, message: '4 DEADLINE_EXCEEDED: no answer within 5000 ms' });
    await given;
    expect(String(await channel.call('/a', frame('?'), options))).toBe('yes');
    clock.advance(5_000);
    expect(String(await channel.call('/a', frame('?'), options))).toBe('yes');
    expect([sessions.length, clock.pending]).toEqual([1, 0]);
  });

  test('a server that has vanished costs its calls their time, and then its connection', async () => {
    const clock = new ManualClock();
    const sockets: Socket[] = [];
    let connected = () => {};
    const server = createTcpServer((socket) => {
      sockets.push(socket);
      closers.push(() => socket.destroy());
      socket.on('error', () => {});
      // It takes everything and says nothing.
      socket.once('data', () => connected());
      socket.resume();
    });
    const url = await listening(server);
    const channel = channelTo(url, clock);
    for (const connections of [1, 2]) {
      const heard = new Promise<void>((resolve) => {
        connected = resolve;
      });
      const late = refusal(channel.call('/a', frame('?'), options));
      await heard;
      clock.advance(5_000);
      expect((await late).code).toBe(4);
      clock.advance(5_000);
      expect(sockets).toHaveLength(connections);
    }
  });

  test('a closed channel makes no calls', async () => {
    const channel = channelTo('http://127.0.0.1:1');
    channel.close();
    channel.close();
    expect((await refusal(channel.call('/a', frame('?'), options))).message).toBe(
      '14 UNAVAILABLE: Channel has been shut down',
    );
  });
});

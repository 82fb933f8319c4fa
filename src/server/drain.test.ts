import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { silentLogger } from '../base/logger.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { drain } from './drain.ts';
import { Listener } from './listener.ts';
import { Requests } from './requests.ts';

/** A server on which one request is under way, answered when `finish` is called. */
async function oneUnderWay() {
  let finish = (): void => {};
  let arrived = (): void => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const requests = new Requests(() => {
    arrived();
    return new Promise<Response>((resolve) => {
      finish = () => resolve(new Response('done'));
    });
  }, silentLogger);
  const listener = await Listener.open({
    address: '127.0.0.1',
    port: 'any',
    certificate: undefined,
    maxHeaderBytes: 16_384,
    requestTimeoutMs: 60_000,
    maxStreamsPerConnection: 100,
    sink: requests,
    logger: silentLogger,
  });
  const socket: Socket = connect(listener.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const closed = once(socket, 'close').then(() => text);
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await arrival;
  return { requests, listeners: [listener], closed, finish: () => finish() };
}

test('server/drain: waits for what is under way and then closes its connection, though the client would keep it', async () => {
  const { requests, listeners, closed, finish } = await oneUnderWay();
  const clock = new ManualClock();
  const drained = drain({ listeners, requests, endWatches: () => {}, clock, graceMs: 1_000 });
  finish();
  await drained;
  expect(await closed).toMatch(/done/);
  expect(clock.pending).toBe(0);
});

test('server/drain: cuts off what is under way when the grace period is over', async () => {
  const { requests, listeners, closed } = await oneUnderWay();
  const clock = new ManualClock();
  const drained = drain({ listeners, requests, endWatches: () => {}, clock, graceMs: 1_000 });
  clock.advance(1_000);
  await drained;
  expect(await closed).toBe('');
  expect(clock.pending).toBe(0);
});

test('server/drain: ends watches again and again, since some may be opened meanwhile', async () => {
  const { requests, listeners, closed, finish } = await oneUnderWay();
  const clock = new ManualClock();
  let ended = 0;
  const drained = drain({ listeners, requests, endWatches: () => (ended += 1), clock, graceMs: 60_000 });
  expect(ended).toBe(1);
  clock.advance(1_000);
  expect(ended).toBe(11);
  finish();
  await Promise.all([drained, closed]);
  expect(clock.pending).toBe(0);
});

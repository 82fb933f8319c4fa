import { afterEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { silentMeter } from '../../src/base/meter.ts';
import { reflectorMetrics } from '../../src/reflector/metrics.ts';
import { Reflector } from '../../src/reflector/reflector.ts';
import type { ReflectorSignal } from '../../src/reflector/reflector-signal.ts';
import { answerMs, askAgainMs, quietMs } from '../../src/reflector/watchdog.ts';
import { startEtcd } from '../support/etcd.ts';
import { openTestEtcd } from '../support/etcd-storage.ts';
import { FakeEtcd } from '../support/fake-etcd.ts';
import { ForwardClock } from '../support/forward-clock.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { WholeServer } from '../support/whole-server.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function startFake(revision: string): Promise<FakeEtcd> {
  const fake = await FakeEtcd.start();
  ends.push(() => fake.stop());
  fake.revision = revision;
  return fake;
}

describe('a watch that etcd has created and forgotten', () => {
  test('is asked for its progress, again and again, and then replaced by one with another member', async () => {
    const [forgetful, other] = [await startFake('5'), await startFake('5')];
    const storage = await openTestEtcd([forgetful.endpoint, other.endpoint], { random: () => 0 });
    ends.push(() => storage.close());
    const clock = new ForwardClock();
    const told: ReflectorSignal[] = [];
    const reflector = new Reflector({
      storage,
      prefix: '/r/',
      clock,
      random: () => 0.5,
      logger: silentLogger,
      metrics: reflectorMetrics(silentMeter),
      replayRevisions: 0,
    });
    const running = reflector.signals.subscribe((signal) => told.push(signal));
    ends.push(() => running.unsubscribe());

    const first = await forgetful.watch();
    first.created('5');
    await expect.poll(() => reflector.state).toBe('watching');
    await clock.waitedFor(quietMs);
    clock.forward(quietMs);
    for (let asked = 1; asked <= answerMs / askAgainMs; asked++) {
      await forgetful.until(() => first.requests.length === 1 + asked);
      await clock.waitedFor(askAgainMs);
      clock.forward(askAgainMs);
    }
    await forgetful.until(() => first.cancelled);
    const second = await other.watch();
    expect(second.requests).toMatchObject([{ create_request: { start_revision: '6' } }]);
    second.created('6');
    second.events('6', [{ key: '/r/a', value: '1', mod: '6' }]);
    await expect.poll(() => told.at(-1)).toMatchObject({ type: 'events', revision: 6 });
    expect(told.map(({ type }) => type)).toEqual(['list', 'page', 'listed', 'events']);
  });
});

describe('a server whose etcd is reached and not heard', { timeout: 60_000 }, () => {
  test('gives the silent watch up, and its watchers miss and repeat nothing', async () => {
    const etcd = await startEtcd();
    ends.push(() => etcd.stop());
    const proxy = await TcpProxy.start(etcd.endpoint);
    ends.push(() => proxy.close());
    const beside = await WholeServer.open({ etcd: etcd.endpoint });
    ends.push(() => beside.close());
    const server = await WholeServer.open({ etcd: proxy.endpoint });
    ends.push(() => server.close());
    const path = '/api/v1/namespaces/default/configmaps';
    const create = (name: string) => beside.api.post(path, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    const watch = await server.watch(`${path}?watch=true`);
    await create('before');
    await watch.take(1);

    proxy.stall('down');
    await create('meanwhile');
    const lost = 'crowsnest_reflector_failures_total{what="watch",code="unavailable"}';
    expect(await server.metric(lost)).toBeNaN();
    await server.metricBecomes(lost, 1);
    proxy.flow('down');
    await create('after');
    await watch.take(2);
    expect(watch.events.map(({ object }) => object.metadata.name)).toEqual(['before', 'meanwhile', 'after']);
    expect(watch.endedCleanly).toBeUndefined();
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { defaultServiceCidr } from '../../src/controllers/default-service-cidr.ts';
import { type Endpoint, kubernetesService } from '../../src/controllers/kubernetes-service.ts';
import { makeStartObjects } from '../../src/controllers/start-objects.ts';
import { textAt } from '../../src/machinery/json/json-path.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { openEmbedded } from '../../src/storage/embedded/open-embedded.ts';
import { deletion, RegistryFixture, write } from '../support/registry.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function replicas(count: number): Promise<RegistryFixture[]> {
  const storage = await openEmbedded({ directory: ':memory:', clock: realClock, logger: silentLogger });
  open.push(storage);
  const fixtures: RegistryFixture[] = [];
  for (let at = 0; at < count; at++) {
    const fixture = await RegistryFixture.open({ storage });
    open.push(fixture);
    fixtures.push(fixture);
  }
  return fixtures;
}

async function one(): Promise<RegistryFixture> {
  const [fixture] = await replicas(1);
  if (fixture === undefined) throw new Error('no fixture');
  return fixture;
}

const here: Endpoint = { address: '192.0.2.9', port: 6443 };
const cidrs = ['10.0.0.0/16'];

const start = (fixture: RegistryFixture, endpoint: Endpoint | undefined = here, ranges = cidrs) =>
  makeStartObjects({
    objects: [
      defaultServiceCidr(fixture.store('servicecidrs'), ranges, realClock),
      ...kubernetesService({
        services: fixture.store('services'),
        endpoints: fixture.store('endpoints'),
        slices: fixture.store('endpointslices'),
        clusterIp: '10.0.0.1',
        endpoint,
      }),
    ],
    clock: realClock,
    logger: silentLogger,
    signal: new AbortController().signal,
  });

const found = async (fixture: RegistryFixture, resource: string, namespace = 'default', name = 'kubernetes') =>
  (await fixture.store(resource).get({ namespace, name }, '')).parse();

describe('what every cluster has at its start', () => {
  test('a range of addresses that is ready, and the service of the API server with what is behind it', async () => {
    const fixture = await one();
    await start(fixture);
    expect(await found(fixture, 'servicecidrs', '')).toMatchObject({
      spec: { cidrs },
      status: {
        conditions: [
          { type: 'Ready', status: 'True', message: 'Kubernetes default Service CIDR is ready', reason: '' },
        ],
      },
    });
    expect(await found(fixture, 'services')).toMatchObject({
      metadata: { labels: { component: 'apiserver', provider: 'kubernetes' } },
      spec: { clusterIP: '10.0.0.1', ports: [{ name: 'https', port: 443, targetPort: 6443 }] },
    });
    expect(await found(fixture, 'ipaddresses', '', '10.0.0.1')).toMatchObject({
      spec: { parentRef: { resource: 'services', namespace: 'default', name: 'kubernetes' } },
    });
    const ports = [{ name: 'https', port: 6443, protocol: 'TCP' }];
    expect(await found(fixture, 'endpoints')).toMatchObject({ subsets: [{ addresses: [{ ip: '192.0.2.9' }], ports }] });
    expect(await found(fixture, 'endpointslices')).toMatchObject({
      metadata: { labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['192.0.2.9'], conditions: { ready: true } }],
      ports,
    });
  });

  test('another start writes nothing', async () => {
    const fixture = await one();
    await start(fixture);
    const revision = await fixture.caughtUp();
    await start(fixture);
    expect(await fixture.caughtUp()).toBe(revision);
  });

  test('who starts at another place is behind the service from then on', async () => {
    const fixture = await one();
    await start(fixture);
    await start(fixture, { address: '2001:db8::9', port: 7443 });
    const ports = [{ name: 'https', port: 7443, protocol: 'TCP' }];
    expect(await found(fixture, 'endpoints')).toMatchObject({
      subsets: [{ addresses: [{ ip: '2001:db8::9' }], ports }],
    });
    expect(await found(fixture, 'services')).toMatchObject({ spec: { clusterIP: '10.0.0.1' } });
  });

  test('what has gone is made again, but who is behind the service is what the last one said', async () => {
    const fixture = await one();
    await start(fixture);
    await start(fixture, { address: '192.0.2.10', port: 6443 });
    await fixture.store('services').delete({ namespace: 'default', name: 'kubernetes' }, deletion(), write);
    await fixture.caughtUp();
    const parts = kubernetesService({
      services: fixture.store('services'),
      endpoints: fixture.store('endpoints'),
      slices: fixture.store('endpointslices'),
      clusterIp: '10.0.0.1',
      endpoint: here,
    });
    for (const { ensure, restore = ensure } of parts) await restore();
    expect(await found(fixture, 'services')).toMatchObject({ spec: { clusterIP: '10.0.0.1' } });
    expect(await found(fixture, 'endpoints')).toMatchObject({ subsets: [{ addresses: [{ ip: '192.0.2.10' }] }] });
  });

  test('replicas that start at the same moment make it once', async () => {
    const fixtures = await replicas(3);
    await Promise.all(fixtures.map((fixture) => start(fixture)));
    for (const fixture of fixtures) {
      await fixture.caughtUp();
      for (const resource of ['servicecidrs', 'services', 'endpoints', 'endpointslices', 'ipaddresses'])
        expect(fixture.of(resource).cache.snapshot().size).toBe(1);
    }
  });

  test('reached from nowhere else, the service has nothing behind it', async () => {
    const fixture = await one();
    await makeStartObjects({
      objects: kubernetesService({
        services: fixture.store('services'),
        endpoints: fixture.store('endpoints'),
        slices: fixture.store('endpointslices'),
        clusterIp: '10.0.0.1',
        endpoint: undefined,
      }),
      clock: realClock,
      logger: silentLogger,
      signal: new AbortController().signal,
    });
    await fixture.caughtUp();
    expect(fixture.of('services').cache.snapshot().size).toBe(1);
    expect(fixture.of('endpoints').cache.snapshot().size).toBe(0);
  });

  test('when another service has its address, the start goes on without it', async () => {
    const fixture = await one();
    const mine: JsonObject = { metadata: { name: 'mine' }, spec: { clusterIP: '10.0.0.1', ports: [{ port: 80 }] } };
    await fixture.store('services').create({ namespace: 'default' }, mine, write);
    await start(fixture);
    expect(textAt(await found(fixture, 'services', 'default', 'mine'), 'spec', 'clusterIP')).toBe('10.0.0.1');
    expect(await found(fixture, 'endpoints')).toHaveProperty('subsets');
  });

  test('a second family that is configured later is added to the range, and one that was there stays', async () => {
    const fixture = await one();
    await start(fixture);
    await start(fixture, here, ['10.0.0.0/16', 'fd00::/112']);
    expect(await found(fixture, 'servicecidrs', '')).toMatchObject({ spec: { cidrs: ['10.0.0.0/16', 'fd00::/112'] } });
    await start(fixture);
    expect(await found(fixture, 'servicecidrs', '')).toMatchObject({ spec: { cidrs: ['10.0.0.0/16', 'fd00::/112'] } });
  });

  test('what somebody said of the range stays, and another range than the configured one is left alone', async () => {
    const fixture = await one();
    const range: JsonObject = { metadata: { name: 'kubernetes' }, spec: { cidrs: ['10.9.0.0/16'] } };
    await fixture.store('servicecidrs').create({ namespace: '' }, range, write);
    await start(fixture);
    const left = await found(fixture, 'servicecidrs', '');
    expect([left['spec'], left['status']]).toEqual([{ cidrs: ['10.9.0.0/16'] }, {}]);
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import { builtInKinds } from '../../src/api/built-in-kinds.ts';
import { serviceRangesOf } from '../../src/api/core/service-ranges.ts';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { numberAt, objectIn, objectsAt, stringsAt, textAt } from '../../src/machinery/json/json-path.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { openEmbedded } from '../../src/storage/embedded/open-embedded.ts';
import { deletion, dryRun, parsed, RegistryFixture, refusal, write } from '../support/registry.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** `replicas` servers on one store, with little to give. */
async function replicas(count: number, clusterIps = '10.9.0.0/24', nodePorts = '30000-30099') {
  const storage = await openEmbedded({ directory: ':memory:', clock: realClock, logger: silentLogger });
  open.push(storage);
  const kinds = builtInKinds({ serviceRanges: serviceRangesOf(clusterIps, nodePorts) });
  const fixtures: RegistryFixture[] = [];
  for (let at = 0; at < count; at++) {
    const fixture = await RegistryFixture.open({ storage, kinds });
    open.push(fixture);
    fixtures.push(fixture);
  }
  return fixtures;
}

const stores = (fixtures: readonly RegistryFixture[]) => fixtures.map((fixture) => fixture.store('services'));

const namespace = 'a';
const service = (name: string, spec: JsonObject = {}): JsonObject => ({
  metadata: { name },
  spec: { ports: [{ port: 80 }], ...spec },
});

async function one(clusterIps?: string) {
  const [fixture] = await replicas(1, clusterIps);
  if (fixture === undefined) throw new Error('no fixture');
  const store = fixture.store('services');
  const create = async (name: string, spec?: JsonObject) =>
    parsed(await store.create({ namespace }, service(name, spec), write));
  const put = async (name: string, spec?: JsonObject) =>
    parsed(await store.update({ namespace, name }, '', service(name, spec), write));
  /** Who has which address, as everybody sees it: `10.9.0.7: a/s`. */
  const records = async () => {
    await fixture.caughtUp();
    return fixture
      .of('ipaddresses')
      .cache.snapshot()
      .objects(undefined, undefined)
      .map((record) => {
        const parent = objectIn(record.parse(), 'spec', 'parentRef');
        return `${record.name}: ${textAt(parent, 'namespace')}/${textAt(parent, 'name')}`;
      });
  };
  return { fixture, store, create, put, records };
}

const ipOf = (object: JsonObject): string => textAt(object, 'spec', 'clusterIP');
const portsOf = (object: JsonObject): number[] =>
  objectsAt(object, 'spec', 'ports').map((port) => numberAt(port, 'nodePort'));

describe('addresses and ports of services', () => {
  test('no two services have the same, whichever of two replicas gives them at the same moment', async () => {
    const made = await Promise.all(
      stores(await replicas(2)).flatMap((store, replica) =>
        Array.from({ length: 20 }, (_, at) =>
          store.create({ namespace }, service(`s${replica}-${at}`, { type: 'NodePort' }), write),
        ),
      ),
    );
    const objects = made.map(parsed);
    expect(new Set(objects.map(ipOf)).size).toBe(40);
    expect(new Set(objects.flatMap(portsOf)).size).toBe(40);
    for (const object of objects) {
      expect(ipOf(object)).toMatch(/^10\.9\.0\.\d+$/);
      expect(stringsAt(object, 'spec', 'clusterIPs')).toEqual([ipOf(object)]);
    }
  });

  test('what a service that is gone had can be had again, and only then', async () => {
    const { store, create } = await one();
    const wanted = { type: 'NodePort', clusterIP: '10.9.0.7', ports: [{ port: 80, nodePort: 30_007 }] };
    await create('first', wanted);
    const refused = await refusal(store.create({ namespace }, service('second', wanted), write));
    expect(refused.message).toBe(
      'Service "second" is invalid: spec.clusterIPs: Invalid value: ["10.9.0.7"]: failed to allocate IP 10.9.0.7: ' +
        'provided IP is already allocated',
    );
    const port = await refusal(store.create({ namespace }, service('second', { ...wanted, clusterIP: '' }), write));
    expect(port.message).toBe(
      'Service "second" is invalid: spec.ports[0].nodePort: Invalid value: 30007: provided port is already allocated',
    );
    await store.delete({ namespace, name: 'first' }, deletion(), write);
    expect(ipOf(await create('second', wanted))).toBe('10.9.0.7');
  });

  test.each([
    [
      { clusterIP: '10.8.0.1' },
      /failed to allocate IP 10.8.0.1: the provided network does not match the current range$/,
    ],
    [{ clusterIP: '10.9.0.0' }, /10.9.0.0: the provided network does not match the current range$/],
    [
      { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] },
      /provided port is not in the valid range. The range of valid ports is 30000-30099$/,
    ],
    [{ ipFamilies: ['IPv6'] }, /spec.ipFamilies\[0\]: Invalid value: "IPv6": not configured on this cluster$/],
  ])('%j is refused', async (spec, message) => {
    const { store } = await one();
    const status = await refusal(store.create({ namespace }, service('s', spec), write));
    expect([status.code, status.message]).toEqual([422, expect.stringMatching(message)]);
  });

  test('when nothing is left, that is said, and a service that goes makes room', async () => {
    const { store } = await one('10.9.0.0/29');
    for (let at = 0; at < 6; at++) await store.create({ namespace }, service(`s${at}`), write);
    const full = await refusal(store.create({ namespace }, service('more'), write));
    expect([full.code, full.message]).toEqual([
      500,
      'Internal error occurred: failed to allocate a serviceIP for Service "more": range is full',
    ]);
    await store.delete({ namespace, name: 's3' }, deletion(), write);
    expect(parsed(await store.create({ namespace }, service('more'), write))).toMatchObject({
      spec: { ipFamilies: ['IPv4'] },
    });
  });

  test('a dry run takes nothing', async () => {
    const { store, create } = await one();
    const wanted = { clusterIP: '10.9.0.9' };
    await store.create({ namespace }, service('dry', wanted), dryRun);
    expect(ipOf(await create('real', wanted))).toBe('10.9.0.9');
  });

  test('who sends again what was first written keeps what was given', async () => {
    const { create, put } = await one();
    const before = await create('s', { type: 'NodePort' });
    const after = await put('s', { type: 'NodePort' });
    expect([ipOf(after), portsOf(after)]).toEqual([ipOf(before), portsOf(before)]);
  });

  test('a service becomes any type, with what belongs to it', async () => {
    const { create, put } = await one();
    const before = await create('s');
    const balanced = await put('s', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' });
    expect(ipOf(balanced)).toBe(ipOf(before));
    expect(numberAt(balanced, 'spec', 'healthCheckNodePort')).toBeGreaterThan(0);
    expect(portsOf(balanced)).toEqual([expect.any(Number)]);
    expect(balanced).toMatchObject({ spec: { allocateLoadBalancerNodePorts: true } });

    const internal = await put('s', { type: 'ClusterIP' });
    expect([ipOf(internal), portsOf(internal)]).toEqual([ipOf(before), [0]]);
    expect(internal['spec']).not.toHaveProperty('healthCheckNodePort');
    expect(internal['spec']).not.toHaveProperty('externalTrafficPolicy');

    const external = await put('s', { type: 'ExternalName', externalName: 'example.com' });
    expect(external['spec']).toEqual({
      type: 'ExternalName',
      externalName: 'example.com',
      sessionAffinity: 'None',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    });
    expect(await create('other', { clusterIP: ipOf(before) })).toMatchObject({ spec: { clusterIP: ipOf(before) } });
    expect(ipOf(await put('s', { type: 'ClusterIP' }))).toMatch(/^10\.9\.0\./);
  });

  test('of two families a service has an address each', async () => {
    const { store, records } = await one('10.9.0.0/24,fd00::/112');
    const made = parsed(await store.create({ namespace }, service('s', { ipFamilyPolicy: 'PreferDualStack' }), write));
    expect(made).toMatchObject({
      spec: {
        ipFamilies: ['IPv4', 'IPv6'],
        clusterIPs: [expect.stringMatching(/^10\.9\./), expect.stringMatching(/^fd00::/)],
      },
    });
    expect(await records()).toEqual(stringsAt(made, 'spec', 'clusterIPs').map((ip) => `${ip}: a/s`));
    const single = parsed(
      await store.update({ namespace, name: 's' }, '', service('s', { ipFamilyPolicy: 'SingleStack' }), write),
    );
    expect(stringsAt(single, 'spec', 'clusterIPs')).toEqual([ipOf(made)]);
  });

  test('a dry run shows what it always does, and asks the configured range', async () => {
    const { store } = await one();
    expect(ipOf(parsed(await store.create({ namespace }, service('s'), dryRun)))).toBe('10.9.0.0');
    const refused = await refusal(store.create({ namespace }, service('s', { clusterIP: '10.8.0.1' }), dryRun));
    expect(refused.message).toMatch(/10.8.0.1\) is not in the valid range. The range of valid IPs is 10.9.0.0\/24$/);
  });

  test('the first addresses are kept for those who ask for one', async () => {
    const { create } = await one();
    const given = [];
    for (let at = 0; at < 20; at++) given.push(Number(ipOf(await create(`s${at}`)).split('.')[3]));
    expect(Math.min(...given)).toBeGreaterThan(16);
    expect(ipOf(await create('asked', { clusterIP: '10.9.0.3' }))).toBe('10.9.0.3');
  });
});

describe('addresses of services, as objects', () => {
  test('a service has one as soon as it is there, and it goes with the service', async () => {
    const { fixture, store, create, records } = await one();
    const made = await create('s');
    expect(await records()).toEqual([`${ipOf(made)}: a/s`]);
    const record = (await fixture.store('ipaddresses').get({ namespace: '', name: ipOf(made) }, '')).parse();
    expect(record).toMatchObject({
      kind: 'IPAddress',
      metadata: {
        labels: {
          'ipaddress.kubernetes.io/ip-family': 'IPv4',
          'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
        },
        managedFields: [{ manager: 'kube-apiserver', operation: 'Update' }],
      },
      spec: { parentRef: { resource: 'services', namespace: 'a', name: 's' } },
    });
    await store.delete({ namespace, name: 's' }, deletion(), write);
    expect(await records()).toEqual([]);
  });

  test('it goes when the service wants none, and comes when it wants one', async () => {
    const { create, put, records } = await one();
    await create('s', { clusterIP: '10.9.0.7' });
    await create('headless', { clusterIP: 'None' });
    await put('s', { type: 'ExternalName', externalName: 'example.com' });
    expect(await records()).toEqual([]);
    const again = await put('s', { type: 'ClusterIP' });
    expect(await records()).toEqual([`${ipOf(again)}: a/s`]);
  });

  test('it goes with a service that waited for its last finalizer', async () => {
    const { store, create, records } = await one();
    await create('s');
    const hold = { metadata: { finalizers: ['example.com/f'] } };
    await store.update(
      { namespace, name: 's' },
      '',
      (old) => ({ ...old, metadata: { ...(old['metadata'] as JsonObject), ...hold.metadata } }),
      write,
    );
    await store.delete({ namespace, name: 's' }, deletion(), write);
    expect(await records()).toHaveLength(1);
    await store.update(
      { namespace, name: 's' },
      '',
      (old) => ({ ...old, metadata: { ...(old['metadata'] as JsonObject), finalizers: [] } }),
      write,
    );
    expect(await records()).toEqual([]);
  });

  test('nothing is left of a service that is refused, and of a dry run', async () => {
    const { store, create, records } = await one();
    await create('s', { clusterIP: '10.9.0.7' });
    await refusal(store.create({ namespace }, service('s'), write));
    await refusal(store.create({ namespace }, service('wrong', { sessionAffinity: 'No' }), write));
    await store.create({ namespace }, service('dry'), dryRun);
    expect(await records()).toEqual(['10.9.0.7: a/s']);
  });

  test('an address that somebody else has written down is taken', async () => {
    const { fixture, store, create, records } = await one('10.9.0.0/30');
    const foreign = { metadata: { name: '10.9.0.1' }, spec: { parentRef: { resource: 'gateways', name: 'g' } } };
    await fixture.store('ipaddresses').create({ namespace: '' }, foreign, write);
    const refused = await refusal(store.create({ namespace }, service('s', { clusterIP: '10.9.0.1' }), write));
    expect(refused.message).toMatch(/failed to allocate IP 10.9.0.1: provided IP is already allocated$/);
    expect(ipOf(await create('s'))).toBe('10.9.0.2');
    const full = await refusal(store.create({ namespace }, service('more'), write));
    expect(full.message).toMatch(/range is full$/);
    expect(await records()).toEqual(['10.9.0.1: /g', '10.9.0.2: a/s']);
  });
});

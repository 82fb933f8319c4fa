import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { RequestContext } from '../../src/machinery/request-context.ts';
import { metadataOf, parsed, RegistryFixture } from '../support/registry.ts';

let fixture: RegistryFixture;
const namespace = 'ns';

beforeAll(async () => {
  fixture = await RegistryFixture.open();
});
afterAll(() => fixture.close());

/** What was heard beside the answer, and the answer. */
async function create(resource: string, object: JsonObject, name?: string) {
  const request = RequestContext.of('');
  const scope = { namespace: fixture.of(resource).stored.namespaced ? namespace : '' };
  const store = fixture.store(resource);
  const answer =
    name === undefined
      ? await store.create(scope, object, request)
      : await store.update({ ...scope, name }, '', object, request);
  return { told: [...request.warnings], answer };
}
const update = (resource: string, object: JsonObject, name: string) => create(resource, object, name);

async function updateStatus(resource: string, name: string, status: JsonObject) {
  const request = RequestContext.of('');
  const store = fixture.store(resource);
  const existing = parsed({ bytes: (await store.get({ namespace, name }, '')).bytes });
  await store.update({ namespace, name }, 'status', { ...existing, status }, request);
  return [...request.warnings];
}

const owner = (uid: string, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  name: 'x',
  uid,
  ...more,
});
const repeated = (when: string, uids: string) =>
  `.metadata.ownerReferences contains duplicate entries${when}; API server dedups owner references in 1.20+, and may ` +
  `reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${uids}`;

describe('the same owner reference twice', () => {
  test('is kept once, and said, on create and on update', async () => {
    const ownerReferences = [owner('1'), owner('2'), owner('1'), owner('2', { controller: true }), owner('2')];
    const kept = [owner('1'), owner('2'), owner('2', { controller: true })];
    const object = () => ({ metadata: { name: 'owned', ownerReferences: structuredClone(ownerReferences) } });
    const created = await create('configmaps', object());
    expect(metadataOf(created.answer)['ownerReferences']).toEqual(kept);
    expect(created.told).toEqual([repeated('', '1, 2')]);
    const updated = await update('configmaps', object(), 'owned');
    expect(metadataOf(updated.answer)['ownerReferences']).toEqual(kept);
    expect(updated.told).toEqual([repeated('', '1, 2')]);
    expect((await update('leases', { ...object(), spec: {} }, 'owned')).told).toEqual([repeated('', '1, 2')]);
  });

  test('also when a patch made it so', async () => {
    await create('configmaps', { metadata: { name: 'patched', ownerReferences: [owner('1')] } });
    const request = RequestContext.of('');
    const twice = (existing: JsonObject): JsonObject => {
      (existing['metadata'] as JsonObject)['ownerReferences'] = [owner('1'), owner('1')];
      return existing;
    };
    const result = await fixture.store('configmaps').update({ namespace, name: 'patched' }, '', twice, request);
    expect(metadataOf(result)['ownerReferences']).toEqual([owner('1')]);
    expect([...request.warnings]).toEqual([repeated(' after mutating admission happens', '1')]);
  });
});

describe('what a kind has to say', () => {
  const template = (label: string): JsonObject => ({
    metadata: { labels: { a: 'b' } },
    spec: { containers: [{ name: 'a', image: 'i' }], nodeSelector: { [label]: 'x' } },
  });
  const workload = (name: string, label: string): JsonObject => ({
    metadata: { name },
    spec: { selector: { matchLabels: { a: 'b' } }, template: template(label) },
  });

  test('is said on create, of templates again when they change, and not when the object is refused', async () => {
    for (const resource of ['deployments', 'replicasets', 'statefulsets', 'daemonsets']) {
      const [os, arch] = ['beta.kubernetes.io/os', 'beta.kubernetes.io/arch'];
      expect((await create(resource, workload('w', os))).told).toEqual([
        expect.stringContaining(`[${os}]: deprecated`),
      ]);
      expect((await update(resource, workload('w', os), 'w')).told).toEqual([]);
      expect((await update(resource, workload('w', arch), 'w')).told).toEqual([expect.stringContaining(`[${arch}]`)]);
    }
    const request = RequestContext.of('');
    const refused = fixture
      .store('deployments')
      .create({ namespace }, { metadata: { name: 'a.b' }, spec: {} }, request);
    await expect(refused).rejects.toThrow('spec.selector');
    expect([...request.warnings]).toEqual([]);
  });

  test.each<[string, JsonObject, string[]]>([
    [
      'services',
      {
        spec: { ports: [{ port: 1 }], externalIPs: ['1.2.3.4'], externalName: 'x', trafficDistribution: 'PreferClose' },
      },
      [
        'spec.externalIPs is deprecated and may no longer be implemented in some clusters',
        'spec.externalName is ignored when spec.type is not "ExternalName"',
        'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
      ],
    ],
    [
      'services',
      { spec: { ports: [{ port: 1 }], clusterIP: 'None', loadBalancerIP: '1.2.3.4', sessionAffinity: 'ClientIP' } },
      ['spec.loadBalancerIP is ignored for headless services', 'spec.SessionAffinity is ignored for headless services'],
    ],
    [
      'endpoints',
      { subsets: [{ notReadyAddresses: [{ ip: 'FD00::1' }] }] },
      ['subsets[0].notReadyAddresses[0].ip: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")'],
    ],
    [
      'nodes',
      { spec: { externalID: 'x', configSource: {} } },
      ['spec.externalID: this field is deprecated, and is unused by Kubernetes'],
    ],
    [
      'persistentvolumes',
      {
        spec: {
          accessModes: ['ReadWriteOnce'],
          capacity: { storage: '1Gi' },
          persistentVolumeReclaimPolicy: 'Recycle',
          rbd: { monitors: ['a'], image: 'b' },
        },
      },
      [
        'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
        'spec.rbd: deprecated in v1.28, non-functional in v1.31+',
      ],
    ],
    [
      'persistentvolumeclaims',
      { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1500m' } } } },
      ['spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer'],
    ],
    ['configmaps', {}, []],
  ])('%s %j', async (resource, object, told) => {
    expect((await create(resource, { ...object, metadata: { name: `n${++sequence}` } })).told).toEqual(told);
  });

  test('of an annotation of a ServiceAccount when it is new', async () => {
    const object = () => ({
      metadata: { name: 'a', annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } },
    });
    expect((await create('serviceaccounts', object())).told).toEqual([expect.stringContaining('deprecated in v1.32+')]);
    expect((await update('serviceaccounts', object(), 'a')).told).toEqual([]);
  });

  test('of addresses in a status', async () => {
    await create('pods', { metadata: { name: 'p' }, spec: { containers: [{ name: 'a', image: 'i' }] } });
    expect(await updateStatus('pods', 'p', { podIPs: [{ ip: 'FD00::1' }] })).toEqual([
      'status.podIPs[0].ip: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")',
    ]);
    await create('services', { metadata: { name: 's' }, spec: { type: 'LoadBalancer', ports: [{ port: 1 }] } });
    const loadBalancer = { ingress: [{ ip: 'FD00::1' }, { hostname: 'x' }] };
    expect(await updateStatus('services', 's', { loadBalancer })).toEqual([
      'status.loadBalancer.ingress[0]: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")',
    ]);
  });
});

let sequence = 0;

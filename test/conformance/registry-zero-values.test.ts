import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shapeOf } from '../../src/api/stored-kind.ts';
import { noRevision } from '../../src/base/revision.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { dryRun, parsed, RegistryFixture, write } from '../support/registry.ts';

let fixture: RegistryFixture;
const namespace = 'ns';

beforeAll(async () => {
  fixture = await RegistryFixture.open();
});
afterAll(() => fixture.close());

const containers = [{ name: 'c', image: 'i' }];
const template = { metadata: { labels: { a: 'b' } }, spec: { containers } };
const workload = { spec: { selector: { matchLabels: { a: 'b' } }, template } };

// What kube-apiserver 1.37.2 answers with for the same objects.
describe('what Go always writes is there', () => {
  test.each<[resource: string, given: JsonObject, wanted: JsonObject]>([
    [
      'nodes',
      {},
      { spec: {}, status: { nodeInfo: { osImage: '' }, daemonEndpoints: { kubeletEndpoint: { Port: 0 } } } },
    ],
    [
      'events',
      { involvedObject: { namespace } },
      {
        source: {},
        firstTimestamp: null,
        lastTimestamp: null,
        eventTime: null,
        reportingComponent: '',
        reportingInstance: '',
      },
    ],
    ['leases', {}, { spec: {} }],
    ['replicasets', workload, { status: { replicas: 0 } }],
    ['statefulsets', workload, { spec: { serviceName: '' }, status: { replicas: 0, availableReplicas: 0 } }],
    [
      'daemonsets',
      workload,
      { status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 } },
    ],
    [
      'persistentvolumeclaims',
      { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } } },
      { spec: { volumeMode: 'Filesystem' }, status: { phase: 'Pending' } },
    ],
    [
      'pods',
      {
        spec: {
          containers: [{ name: 'c', image: 'i', env: [{ name: 'A' }] }],
          readinessGates: [{ conditionType: 'x' }],
        },
      },
      { spec: { containers: [{ env: [{ name: 'A' }], resources: {} }], securityContext: {} } },
    ],
  ])('in %s that are created, or as good as', async (resource, given, wanted) => {
    const scope = { namespace: fixture.of(resource).stored.namespaced ? namespace : '' };
    const object = { ...given, metadata: { name: 'created' } };
    expect(parsed(await fixture.store(resource).create(scope, structuredClone(object), dryRun))).toMatchObject(wanted);
    const created = await fixture.store(resource).create(scope, object, write);
    expect(parsed(created)).toMatchObject(wanted);
    expect((await fixture.store(resource).get({ ...scope, name: 'created' }, '')).bytes).toEqual(created.bytes);
  });

  test('in what is written to status', async () => {
    const pods = fixture.store('pods');
    const created = parsed(await pods.create({ namespace }, { metadata: { name: 'a' }, spec: { containers } }, write));
    const status = { containerStatuses: [{ name: 'c' }], conditions: [{ type: 'Ready', status: 'True' }] };
    const updated = parsed(await pods.update({ namespace, name: 'a' }, 'status', { ...created, status }, write));
    expect(updated['status']).toMatchObject({
      containerStatuses: [
        { name: 'c', image: '', imageID: '', lastState: {}, ready: false, restartCount: 0, state: {} },
      ],
      conditions: [{ type: 'Ready', status: 'True', lastProbeTime: null, lastTransitionTime: null }],
    });
  });

  test('so an update that leaves it out changes nothing', async () => {
    const events = fixture.store('events');
    const event = () => ({ metadata: { name: 'same' }, involvedObject: { namespace } });
    const created = await events.create({ namespace }, event(), write);
    expect((await events.update({ namespace, name: 'same' }, '', event(), write)).bytes).toEqual(created.bytes);
    const sets = fixture.store('statefulsets');
    const set = () => ({ ...structuredClone(workload), metadata: { name: 'same' } });
    const first = await sets.create({ namespace }, set(), write);
    expect((await sets.update({ namespace, name: 'same' }, '', set(), write)).bytes).toEqual(first.bytes);
  });

  test('in what somebody stored who left it out', async () => {
    const pods = fixture.of('pods');
    const head = '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"older","namespace":"ns"}';
    const value = Buffer.from(`${head},"spec":{},"status":{"containerStatuses":[{"name":"c"}]}}`);
    const key = `${shapeOf(pods.stored, '/registry').keyPrefix}ns/older`;
    await fixture.storage.transact({
      compare: [{ key, modRevision: noRevision }],
      operations: [{ type: 'put', key, value }],
    });
    await fixture.caughtUp();
    const wanted = { spec: { containers: null }, status: { containerStatuses: [{ restartCount: 0, image: '' }] } };
    expect((await pods.store.get({ namespace, name: 'older' }, '')).parse()).toMatchObject(wanted);
    expect((await pods.store.get({ namespace, name: 'older' }, '0')).parse()).toMatchObject(wanted);
  });
});

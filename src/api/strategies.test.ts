import { describe, expect, test } from 'vitest';
import { occasion } from '../../test/support/occasion.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { builtInKinds } from './built-in-kinds.ts';
import type { Strategy } from './strategy/strategy.ts';

function strategyOf(resource: string): Strategy {
  const kind = builtInKinds().find(({ stored }) => stored.resource === resource);
  if (kind === undefined) throw new Error(`no resource ${resource}`);
  return kind.stored.strategy;
}

/** Of the kinds whose rules depend on the version, core's. */
const hub = { group: '', version: 'v1' };

/** The object as a create would store it, less what the store itself adds. */
function created(resource: string, object: JsonObject): JsonObject {
  const copy = structuredClone(object);
  strategyOf(resource).setDefaults(copy);
  strategyOf(resource).prepareForCreate(copy, occasion);
  return copy;
}

const wrong = (resource: string, object: JsonObject): string[] =>
  strategyOf(resource)
    .validateCreate(created(resource, object), { requested: hub, metadataErrors: () => [] })
    .map(({ field, message }) => `${field}: ${message}`);

const wrongChange = (resource: string, object: JsonObject, old: JsonObject): string[] =>
  strategyOf(resource)
    .validateUpdate(object, old, hub, occasion)
    .map(({ field, message }) => `${field}: ${message}`);

describe('strategies: finalizers', () => {
  const named = (finalizers: string[]) => ({ metadata: { finalizers } });
  const unknown = (resource: string) => wrong(resource, named(['kubernetes', 'x.io/y', 'mine']))[0];

  test('have a domain or are known, but for kinds that take any', () => {
    const resources = builtInKinds().map(({ stored }) => stored.resource);
    const takesAny = resources.filter((resource) => !unknown(resource)?.includes('finalizers[2]'));
    expect(takesAny).toEqual([
      'events',
      'leases',
      'mutatingadmissionpolicies',
      'mutatingadmissionpolicybindings',
      'mutatingwebhookconfigurations',
      'validatingadmissionpolicies',
      'validatingadmissionpolicybindings',
      'validatingwebhookconfigurations',
      'runtimeclasses',
      'poddisruptionbudgets',
      'apiservices',
      'customresourcedefinitions',
    ]);
    expect(unknown('pods')).toBe(
      'metadata.finalizers[2]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    );
  });

  test('are looked at on every way', () => {
    const strategy = strategyOf('deployments');
    const old = created('deployments', named([]));
    for (const path of [strategy, strategy.subresources['status']]) {
      const errors = path?.validateUpdate(created('deployments', named(['mine'])), old, hub, occasion);
      expect(errors?.[0]?.field).toBe('metadata.finalizers[0]');
    }
  });
});

describe('strategies: configmaps and secrets', () => {
  test('keys are file names, and none is in both maps', () => {
    expect(wrong('configmaps', { data: { 'a.b_c-D': '' }, binaryData: { x: 'AAEC' } })).toEqual([]);
    expect(wrong('configmaps', { data: { 'a/b': '' } })[0]).toContain(
      'data[a/b]: Invalid value: "a/b": a valid config key must consist of alphanumeric characters',
    );
    expect(wrong('configmaps', { data: { '..': '' } })[0]).toContain("must not be '..'");
    expect(wrong('configmaps', { data: { x: '' }, binaryData: { x: '' } })[0]).toContain(
      'duplicate of key present in binaryData',
    );
  });

  test('together they hold a mebibyte, in bytes', () => {
    expect(wrong('configmaps', { data: { x: 'ä'.repeat(512 * 1024) } })).toEqual([]);
    expect(wrong('configmaps', { data: { x: `${'ä'.repeat(512 * 1024)}x` } })).toEqual([
      '[]: Too long: may not be more than 1048576 bytes',
    ]);
    expect(wrong('secrets', { data: { x: Buffer.alloc(1024 * 1024).toString('base64') } })).toEqual([]);
    expect(wrong('secrets', { data: { x: Buffer.alloc(1024 * 1024 + 1).toString('base64') } })).toHaveLength(1);
  });

  test('what is immutable stays as it is, and stays immutable', () => {
    const old = { immutable: true, data: { a: '1' } };
    expect(wrongChange('configmaps', { immutable: true, data: { a: '1' }, metadata: { labels: {} } }, old)).toEqual([]);
    expect(wrongChange('configmaps', { data: { a: '2' } }, old)).toEqual([
      'immutable: Forbidden: field is immutable when `immutable` is set',
      'data: Forbidden: field is immutable when `immutable` is set',
    ]);
    expect(wrongChange('configmaps', { immutable: true, data: { a: '2' } }, { data: { a: '1' } })).toEqual([]);
  });

  test('a secret is Opaque, and its plain text is kept as base64 only', () => {
    expect(created('secrets', { data: { a: 'QQ==' }, stringData: { a: 'B', b: 'C' } })).toEqual({
      type: 'Opaque',
      data: { a: 'Qg==', b: 'Qw==' },
    });
  });

  test('a secret of a type has what the type needs, and keeps its type', () => {
    expect(wrong('secrets', { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } })).toEqual([
      'data[tls.key]: Required value',
    ]);
    expect(wrong('secrets', { type: 'kubernetes.io/basic-auth', data: { username: '' } })).toEqual([]);
    expect(wrong('secrets', { type: 'constructor' })).toEqual([]);
    expect(wrongChange('secrets', { type: 'b' }, { type: 'a' })).toEqual([
      'type: Invalid value: "b": field is immutable',
    ]);
  });
});

describe('strategies: pods', () => {
  const container = (requests?: JsonObject, limits?: JsonObject): JsonObject => ({
    name: 'a',
    image: 'registry:5000/a',
    resources: { ...(requests === undefined ? {} : { requests }), ...(limits === undefined ? {} : { limits }) },
  });

  test('what a client leaves out is filled in', () => {
    const pod = created('pods', { spec: { containers: [{ name: 'a', image: 'a:1', ports: [{ containerPort: 1 }] }] } });
    expect(pod).toMatchObject({
      spec: {
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        dnsPolicy: 'ClusterFirst',
        schedulerName: 'default-scheduler',
        enableServiceLinks: true,
        securityContext: {},
        containers: [{ imagePullPolicy: 'IfNotPresent', ports: [{ protocol: 'TCP' }], resources: {} }],
      },
      status: { phase: 'Pending', qosClass: 'BestEffort' },
      metadata: { generation: 1 },
    });
  });

  test.each([
    ['a', 'Always'],
    ['a:latest', 'Always'],
    ['registry:5000/a', 'Always'],
    ['a:1', 'IfNotPresent'],
    ['a@sha256:0', 'IfNotPresent'],
  ])('image %s is pulled %s', (image, policy) => {
    const pod = created('pods', { spec: { containers: [{ name: 'a', image }] } });
    expect(pod).toMatchObject({ spec: { containers: [{ imagePullPolicy: policy }] } });
  });

  test.each([
    ['BestEffort', [container()]],
    ['BestEffort', [container({ cpu: '0' })]],
    ['Burstable', [container({ cpu: '1' })]],
    ['Burstable', [container({}, { cpu: 1 })]],
    ['Burstable', [container({}, { cpu: '1', memory: '1Gi' }), container()]],
    ['Guaranteed', [container({}, { cpu: '1', memory: '1Gi' })]],
    ['Guaranteed', [container({ cpu: '1', memory: '1Gi' }, { cpu: '1', memory: '1Gi' })]],
    ['Burstable', [container({ cpu: '1', memory: '1Gi' }, { cpu: '2', memory: '1Gi' })]],
    ['Guaranteed', [container({ cpu: '1000m', memory: '1024Mi' }, { cpu: 1, memory: '1Gi' })]],
    ['BestEffort', [container({ cpu: 'many' })]],
  ])('quality of service %s', (qosClass, containers) => {
    expect(created('pods', { spec: { containers } })).toMatchObject({ status: { qosClass } });
  });

  test('one with scheduling gates says that nobody schedules it, since it was created', () => {
    const pod = (schedulingGates: JsonObject[]): JsonObject => ({
      metadata: { creationTimestamp: '2026-01-01T00:00:00Z' },
      spec: { containers: [container()], schedulingGates },
    });
    expect(created('pods', pod([]))['status']).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
    expect(created('pods', pod([{ name: 'example.com/quota' }]))['status']).toEqual({
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          lastProbeTime: null,
          lastTransitionTime: '2026-01-01T00:00:00Z',
          reason: 'SchedulingGated',
          message: 'Scheduling is blocked due to non-empty scheduling gates',
        },
      ],
      qosClass: 'BestEffort',
    });
  });

  test('only what runs has grace', () => {
    const { gracefulDeletion } = strategyOf('pods');
    const spec = { nodeName: 'n', terminationGracePeriodSeconds: 30 };
    expect(gracefulDeletion?.({ spec }, undefined)).toBe(30);
    expect(gracefulDeletion?.({ spec }, 5)).toBe(5);
    expect(gracefulDeletion?.({ spec, status: { phase: 'Succeeded' } }, 5)).toBe(0);
    expect(gracefulDeletion?.({ spec: { ...spec, nodeName: '' } }, 5)).toBe(0);
  });
});

describe('strategies: workloads', () => {
  const workload = (matchLabels: JsonObject, labels: JsonObject): JsonObject => ({
    spec: {
      selector: { matchLabels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    },
  });

  test('the selector is there, selects the template, and never changes', () => {
    expect(wrong('deployments', workload({ a: 'b' }, { a: 'b', c: 'd' }))).toEqual([]);
    expect(wrong('deployments', { spec: {} })).toEqual([
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`',
      'spec.template.spec.containers: Required value',
    ]);
    expect(wrong('statefulsets', workload({}, { a: 'b' }))[0]).toContain('empty selector is invalid for statefulset');
    expect(wrong('daemonsets', workload({ a: 'c' }, { a: 'b' }))).toEqual([
      'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
    ]);
    const [object, old] = [{ a: 'b' }, { c: 'd' }].map((selector) =>
      created('deployments', workload(selector as JsonObject, { a: 'b', c: 'd' })),
    ) as [JsonObject, JsonObject];
    expect(wrongChange('deployments', object, old)).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: field is immutable',
    ]);
  });

  test('generation counts changes of the spec, a deployment’s also of its annotations', () => {
    const old = { ...created('deployments', workload({ a: 'b' }, { a: 'b' })) };
    const changed = structuredClone(old);
    (changed['metadata'] as JsonObject)['annotations'] = { x: 'y' };
    strategyOf('deployments').prepareForUpdate(changed, old, occasion);
    expect(changed).toMatchObject({ metadata: { generation: 2 } });
    const same = structuredClone(old);
    (same['metadata'] as JsonObject)['labels'] = { x: 'y' };
    strategyOf('deployments').prepareForUpdate(same, old, occasion);
    expect(same).toMatchObject({ metadata: { generation: 1 } });
  });

  test('a replication controller selects what its template is labelled with', () => {
    const rc = created('replicationcontrollers', { spec: { template: { metadata: { labels: { a: 'b' } } } } });
    expect(rc).toMatchObject({ spec: { replicas: 1, selector: { a: 'b' } }, metadata: { labels: { a: 'b' } } });
  });
});

describe('strategies: fields that are there twice, or that only older clients read', () => {
  test.each<[JsonObject, JsonObject]>([
    [{ podIP: '1.1.1.1' }, { podIP: '1.1.1.1', podIPs: [{ ip: '1.1.1.1' }] }],
    [
      { podIPs: [{ ip: '1.1.1.1' }, { ip: 'fd00::1' }] },
      { podIP: '1.1.1.1', podIPs: [{ ip: '1.1.1.1' }, { ip: 'fd00::1' }] },
    ],
    [
      { podIP: '2.2.2.2', podIPs: [{ ip: '1.1.1.1' }] },
      { podIP: '2.2.2.2', podIPs: [{ ip: '2.2.2.2' }] },
    ],
    [{}, {}],
  ])('the address of a pod is the first of its addresses: %j', (status, wanted) => {
    const pod = { metadata: {}, status: { ...status, qosClass: 'x' } };
    strategyOf('pods').setDefaults(pod);
    expect(pod.status).toEqual({ ...wanted, qosClass: 'x' });
  });

  test('the range of a node is the first of its ranges, and all of it can be used unless it says else', () => {
    expect(created('nodes', { spec: { podCIDR: '10.0.0.0/24' }, status: { capacity: { cpu: '4' } } })).toMatchObject({
      spec: { podCIDRs: ['10.0.0.0/24'] },
      status: { allocatable: { cpu: '4' } },
    });
    const node = { metadata: {}, status: { capacity: { cpu: '4' }, allocatable: { cpu: '3' } } };
    strategyOf('nodes').setDefaults(node);
    expect(node.status.allocatable).toEqual({ cpu: '3' });
  });

  test('a daemon set counts changes of its template in an annotation that clients cannot set', () => {
    const counted = (set: JsonObject) => (set as { metadata: { annotations: JsonObject } }).metadata.annotations;
    const annotation = (generation: string) => ({ 'deprecated.daemonset.template.generation': generation });
    const set = created('daemonsets', { spec: { template: { metadata: { labels: { a: 'b' } } } } });
    expect(counted(set)).toEqual(annotation('1'));
    const same = { ...structuredClone(set), metadata: { annotations: annotation('7') } };
    strategyOf('daemonsets').prepareForUpdate(same, set, occasion);
    expect(counted(same)).toEqual(annotation('1'));
    const changed = { ...structuredClone(set), metadata: {}, spec: { template: { metadata: { labels: { a: 'c' } } } } };
    strategyOf('daemonsets').prepareForUpdate(changed, set, occasion);
    expect(counted(changed)).toEqual(annotation('2'));
    const status = { metadata: {}, status: {} };
    strategyOf('daemonsets').subresources['status']?.prepareForUpdate(status, changed, occasion);
    expect(counted(status)).toEqual(annotation('2'));
  });

  test('a stateful set updates one pod after the other, and its claims are whole', () => {
    expect(created('statefulsets', { spec: { volumeClaimTemplates: [{ spec: {} }] } })).toMatchObject({
      spec: {
        updateStrategy: { rollingUpdate: { partition: 0, maxUnavailable: 1 } },
        volumeClaimTemplates: [
          {
            kind: 'PersistentVolumeClaim',
            apiVersion: 'v1',
            spec: { volumeMode: 'Filesystem' },
            status: { phase: 'Pending' },
          },
        ],
      },
    });
  });

  test('a load balancer has ports of nodes, and addresses of its own', () => {
    const service = created('services', { spec: { type: 'LoadBalancer', ports: [{ port: 1 }] } });
    expect(service).toMatchObject({ spec: { allocateLoadBalancerNodePorts: true } });
    const ingress = [{ ip: '1.1.1.1' }, { ip: '1.1.1.2', ipMode: 'Proxy' }, { hostname: 'x' }];
    strategyOf('services').setDefaults({ ...service, status: { loadBalancer: { ingress } } });
    expect(ingress).toEqual([{ ip: '1.1.1.1', ipMode: 'VIP' }, { ip: '1.1.1.2', ipMode: 'Proxy' }, { hostname: 'x' }]);
  });

  test('a volume has been what it is since it was created', () => {
    const metadata = { creationTimestamp: '2026-01-01T00:00:00Z' };
    expect(created('persistentvolumes', { metadata, spec: {} })).toMatchObject({
      status: { phase: 'Pending', lastPhaseTransitionTime: '2026-01-01T00:00:00Z' },
    });
  });
});

describe('strategies: the others', () => {
  test('a PUT creates what the original’s creates, and who does not say what it replaces is refused where he is there', () => {
    const strategies = builtInKinds().map(({ stored: { resource, strategy } }) => ({ resource, strategy }));
    const having = (key: 'allowCreateOnUpdate' | 'allowUnconditionalUpdate', value: boolean) =>
      new Set(strategies.filter(({ strategy }) => strategy[key] === value).map(({ resource }) => resource));
    const creating = having('allowCreateOnUpdate', true);
    for (const resource of ['endpoints', 'events', 'limitranges', 'services', 'leases', 'roles', 'runtimeclasses'])
      expect(creating).toContain(resource);
    for (const resource of ['pods', 'configmaps', 'ingresses', 'endpointslices', 'storageclasses'])
      expect(creating).not.toContain(resource);
    const careful = having('allowUnconditionalUpdate', false);
    for (const resource of ['leases', 'runtimeclasses', 'csidrivers', 'volumeattachments', 'apiservices'])
      expect(careful).toContain(resource);
    for (const resource of ['clustertrustbundles', 'validatingwebhookconfigurations'])
      expect(careful).toContain(resource);
    for (const resource of ['pods', 'ingresses', 'ipaddresses', 'roles', 'storageclasses'])
      expect(careful).not.toContain(resource);
  });

  test('a service has ports that lead somewhere', () => {
    expect(created('services', { spec: { ports: [{ port: 80 }, { port: 443, targetPort: 'https' }] } })).toMatchObject({
      spec: {
        type: 'ClusterIP',
        sessionAffinity: 'None',
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }, { targetPort: 'https' }],
      },
      status: { loadBalancer: {} },
    });
  });

  test('an event lies where the thing is that it is about', () => {
    const event = (namespace: string, about: string): JsonObject => ({
      metadata: { namespace },
      involvedObject: { namespace: about },
    });
    expect(wrong('events', event('a', 'a'))).toEqual([]);
    expect(wrong('events', event('default', ''))).toEqual([]);
    expect(wrong('events', event('a', 'b'))).toEqual([
      'involvedObject.namespace: Invalid value: "b": does not match event.namespace',
    ]);
  });

  test('a lease lasts', () => {
    expect(wrong('leases', { spec: { leaseDurationSeconds: 0 } })).toEqual([
      'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
    ]);
    expect(wrong('leases', { spec: { leaseDurationSeconds: 1, leaseTransitions: 0 } })).toEqual([]);
  });

  test('a node comes with what its kubelet knows of it, and keeps it on updates', () => {
    const node = created('nodes', { status: { phase: 'x' } });
    expect(node).toEqual({ status: { phase: 'x' } });
    const update = { metadata: {} };
    strategyOf('nodes').prepareForUpdate(update, node, occasion);
    expect(update).toMatchObject({ status: { phase: 'x' } });
  });
});

import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../machinery/json-value.ts';
import { builtInKinds } from '../built-in-kinds.ts';
import { textThen } from './aging-text.ts';
import type { Cell } from './printer-column.ts';

const now = Date.parse('2026-01-01T01:00:00Z');
const created = '2026-01-01T00:00:00Z';

const versionOf = (resource: string) => builtInKinds().find(({ stored }) => stored.resource === resource)?.versions[0];

/** What `kubectl get -o wide` shows of an object, by column. */
function printed(resource: string, object: JsonObject): Record<string, unknown> {
  const served = versionOf(resource);
  if (served === undefined) throw new Error(`no resource ${resource}`);
  const metadata = { name: 'a', creationTimestamp: created, ...(object['metadata'] as JsonObject | undefined) };
  return Object.fromEntries(served.columns.map(({ name, cell }) => [name, shown(cell({ ...object, metadata }))]));
}

const shown = (cell: Cell) => (typeof cell === 'object' && cell !== null ? textThen(cell, now) : cell);

const marks: Readonly<Record<string, string>> = { 'string ': '', 'string name': '@', 'integer ': '#' };

/** Each column by its name: with `#` it is an integer, with `@` it has the format `name`, in brackets it is wide. */
const columns = (resource: string): string[] =>
  versionOf(resource)?.columns.map(({ name, type, format = '', priority = 0 }) => {
    const marked = `${name}${marks[`${type} ${format}`] ?? '?'}`;
    return priority === 0 ? marked : `(${marked})`;
  }) ?? [];

const completed = (reason: string, message: string): JsonObject => ({
  type: 'Completed',
  status: 'True',
  reason,
  message,
});

const containers = (...names: string[]): JsonObject[] => names.map((name) => ({ name, image: `${name}:1` }));

describe('printing: columns are those of Kubernetes 1.37', () => {
  test.each([
    ['pods', 'Name@,Ready,Status,Restarts,Age,(IP),(Node),(Nominated Node),(Readiness Gates)'],
    ['services', 'Name@,Type,Cluster-IP,External-IP,Port(s),Age,(Selector)'],
    ['endpoints', 'Name@,Endpoints,Age'],
    ['events', 'Last Seen,Type,Reason,Object,(Subobject),(Source),Message,(First Seen),(Count),(Name@)'],
    ['namespaces', 'Name@,Status,Age'],
    [
      'nodes',
      'Name@,Status,Roles,Age,Version,(Internal-IP),(External-IP),(OS-Image),(Kernel-Version),(Container-Runtime)',
    ],
    ['configmaps', 'Name@,Data,Age'],
    ['secrets', 'Name@,Type,Data,Age'],
    ['serviceaccounts', 'Name@,Age'],
    [
      'persistentvolumes',
      'Name@,Capacity,Access Modes,Reclaim Policy,Status,Claim,StorageClass,VolumeAttributesClass,Reason,Age,(VolumeMode)',
    ],
    [
      'persistentvolumeclaims',
      'Name@,Status,Volume,Capacity,Access Modes,StorageClass,VolumeAttributesClass,Age,(VolumeMode)',
    ],
    ['replicationcontrollers', 'Name@,Desired#,Current#,Ready#,Age,(Containers),(Images),(Selector)'],
    ['deployments', 'Name@,Ready,Up-to-date,Available,Age,(Containers),(Images),(Selector)'],
    ['replicasets', 'Name@,Desired#,Current#,Ready#,Age,(Containers),(Images),(Selector)'],
    ['statefulsets', 'Name@,Ready,Age,(Containers),(Images)'],
    [
      'daemonsets',
      'Name@,Desired#,Current#,Ready#,Up-to-date#,Available#,Node Selector,Age,(Containers),(Images),(Selector)',
    ],
    ['leases', 'Name@,Holder,Age'],
  ])('%s', (resource, wanted) => {
    expect(columns(resource).join(',')).toBe(wanted);
  });
});

describe('printing: pods', () => {
  const running = (name: string, more: JsonObject = {}): JsonObject => ({
    name,
    ready: true,
    restartCount: 0,
    state: { running: {} },
    ...more,
  });

  test('one that waits for its node', () => {
    const pod = printed('pods', { spec: { containers: containers('a', 'b') }, status: { phase: 'Pending' } });
    expect(pod).toEqual({
      Name: 'a',
      Ready: '0/2',
      Status: 'Pending',
      Restarts: '0',
      Age: '60m',
      IP: '<none>',
      Node: '<none>',
      'Nominated Node': '<none>',
      'Readiness Gates': '<none>',
    });
  });

  test('one that runs, and restarted', () => {
    const lastState = { terminated: { finishedAt: '2026-01-01T00:55:00Z' } };
    const pod = printed('pods', {
      spec: { containers: containers('a', 'b'), nodeName: 'n', readinessGates: [{ conditionType: 'x' }] },
      status: {
        phase: 'Running',
        podIPs: [{ ip: '10.0.0.1' }],
        conditions: [{ type: 'x', status: 'True' }],
        containerStatuses: [running('a', { restartCount: 3, lastState }), running('b', { ready: false })],
      },
    });
    expect(pod).toMatchObject({
      Ready: '1/2',
      Status: 'Running',
      Restarts: '3 (5m ago)',
      IP: '10.0.0.1',
      Node: 'n',
      'Readiness Gates': '1/1',
    });
  });

  test.each<[string, JsonObject]>([
    ['CrashLoopBackOff', { containerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff' } } }] }],
    ['Error', { containerStatuses: [{ state: { terminated: { reason: 'Error', exitCode: 1 } } }] }],
    ['ExitCode:3', { containerStatuses: [{ state: { terminated: { exitCode: 3 } } }] }],
    ['Signal:9', { containerStatuses: [{ state: { terminated: { signal: 9, exitCode: 137 } } }] }],
    ['Init:0/1', { initContainerStatuses: [{ name: 'i', state: { running: {} } }] }],
    ['Init:ImagePullBackOff', { initContainerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff' } } }] }],
    ['Init:Error', { initContainerStatuses: [{ state: { terminated: { reason: 'Error', exitCode: 1 } } }] }],
    ['Evicted', { phase: 'Failed', reason: 'Evicted' }],
    ['SchedulingGated', { conditions: [{ type: 'PodScheduled', reason: 'SchedulingGated' }] }],
    [
      'NotReady',
      { containerStatuses: [running('a'), { state: { terminated: { reason: 'Completed', exitCode: 0 } } }] },
    ],
    [
      'Error',
      {
        containerStatuses: [
          { state: { terminated: { reason: 'Completed', exitCode: 0 } } },
          { state: { terminated: { reason: 'Error', exitCode: 1 } } },
          running('a'),
        ],
      },
    ],
  ])('%s', (wanted, status) => {
    const spec = { containers: containers('a'), initContainers: containers('i') };
    expect(printed('pods', { spec, status: { phase: 'Running', ...status } })).toMatchObject({ Status: wanted });
  });

  test('one that is going, unless it ended before', () => {
    const metadata = { deletionTimestamp: created };
    const of = (status: JsonObject) => printed('pods', { metadata, spec: {}, status })['Status'];
    expect(of({ phase: 'Running' })).toBe('Terminating');
    expect(of({ phase: 'Running', reason: 'NodeLost' })).toBe('Unknown');
    expect(of({ phase: 'Succeeded' })).toBe('Succeeded');
  });

  test.each<[string, JsonObject[]]>([
    ['Running', []],
    ['Succeeded', [completed('Succeeded', 'The pod has completed successfully.')]],
    ['Failed', [completed('Failed', 'The pod failed.')]],
  ])('the row of one that is %s says whether its work is over', (phase, conditions) => {
    expect(versionOf('pods')?.rowConditions?.({ status: { phase } })).toEqual(conditions);
  });

  test('a sidecar counts among the containers, its restarts among the restarts', () => {
    const sidecar = { name: 's', image: 's', restartPolicy: 'Always' };
    const pod = printed('pods', {
      spec: { containers: containers('a'), initContainers: [sidecar] },
      status: {
        phase: 'Running',
        initContainerStatuses: [running('s', { started: true, restartCount: 2 })],
        containerStatuses: [running('a', { restartCount: 1 })],
      },
    });
    expect(pod).toMatchObject({ Ready: '2/2', Status: 'Running', Restarts: '3' });
  });
});

describe('printing: the others', () => {
  test('services', () => {
    const ports = [
      { port: 80, protocol: 'TCP' },
      { port: 443, nodePort: 30443, protocol: 'TCP' },
    ];
    const spec = { type: 'NodePort', clusterIPs: ['10.0.0.1'], ports, selector: { b: '2', a: '1' } };
    expect(printed('services', { spec })).toMatchObject({
      'Cluster-IP': '10.0.0.1',
      'External-IP': '<none>',
      'Port(s)': '80/TCP,443:30443/TCP',
      Selector: 'a=1,b=2',
    });
    const external = (type: string, more: JsonObject, status: JsonObject = {}) =>
      printed('services', { spec: { type, ...more }, status })['External-IP'];
    expect(external('LoadBalancer', {})).toBe('<pending>');
    const ingress = [{ hostname: 'x' }, { ip: '1.2.3.4' }];
    expect(external('LoadBalancer', { externalIPs: ['9.9.9.9'] }, { loadBalancer: { ingress } })).toBe(
      '1.2.3.4,x,9.9.9.9',
    );
    expect(external('ExternalName', { externalName: 'example.com' })).toBe('example.com');
  });

  test('endpoints', () => {
    const addresses = ['10.0.0.1', '10.0.0.2', 'fd00::1', '10.0.0.4'].map((ip) => ({ ip }));
    const of = (subsets: JsonObject[]) => printed('endpoints', { subsets })['Endpoints'];
    expect(of([])).toBe('<none>');
    expect(of([{ addresses, ports: [{ port: 80 }] }])).toBe('10.0.0.1:80,10.0.0.2:80,[fd00::1]:80 + 1 more...');
    expect(of([{ addresses: addresses.slice(0, 1) }])).toBe('10.0.0.1');
  });

  test('nodes', () => {
    const labels = { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/control-plane': '' };
    const conditions = [{ type: 'Ready', status: 'True' }];
    const nodeInfo = { kubeletVersion: 'v1.37.0', osImage: 'Linux' };
    const status = { conditions, nodeInfo, addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] };
    expect(printed('nodes', { metadata: { labels }, spec: { unschedulable: true }, status })).toMatchObject({
      Status: 'Ready,SchedulingDisabled',
      Roles: 'control-plane,worker',
      Version: 'v1.37.0',
      'Internal-IP': '10.0.0.1',
      'External-IP': '<none>',
      'OS-Image': 'Linux',
      'Kernel-Version': '<unknown>',
    });
    const kernel = (nodeInfo: JsonObject) => printed('nodes', { status: { nodeInfo } })['Kernel-Version'];
    expect(kernel({ kernelVersion: '6.1', architecture: 'amd64' })).toBe('6.1 (amd64)');
    expect(kernel({ kernelVersion: '6.1' })).toBe('6.1');
    expect(kernel({ architecture: 'arm64' })).toBe('<unknown> (arm64)');
    expect(printed('nodes', {})).toMatchObject({ Status: 'Unknown', Roles: '<none>' });
  });

  test('events, old and new', () => {
    const involvedObject = { kind: 'Pod', name: 'x' };
    const old = { involvedObject, count: 4, firstTimestamp: created, lastTimestamp: '2026-01-01T00:59:00Z' };
    expect(printed('events', { ...old, source: { component: 'kubelet', host: 'n' }, message: ' m \n' })).toMatchObject({
      'Last Seen': '60s',
      'First Seen': '60m',
      Object: 'pod/x',
      Count: 4,
      Source: 'kubelet, n',
      Message: 'm',
    });
    const series = { count: 7, lastObservedTime: '2026-01-01T00:59:30.000000Z' };
    expect(printed('events', { involvedObject, eventTime: created, series })).toMatchObject({
      'Last Seen': '30s',
      'First Seen': '60m',
      Count: 7,
    });
    expect(printed('events', { involvedObject })).toMatchObject({ 'Last Seen': '<unknown>', Count: 1 });
  });

  test('workloads', () => {
    const template = { spec: { containers: containers('a', 'b') } };
    const selector = {
      matchLabels: { z: '1', a: '2' },
      matchExpressions: [{ key: 'm', operator: 'In', values: ['y', 'x'] }],
    };
    const spec = { replicas: 3, template, selector };
    const status = { replicas: 3, readyReplicas: 2, updatedReplicas: 1, availableReplicas: 2 };
    const wide = { Containers: 'a,b', Images: 'a:1,b:1', Selector: 'a=2,m in (x,y),z=1' };
    expect(printed('deployments', { spec, status })).toMatchObject({
      Ready: '2/3',
      'Up-to-date': 1,
      Available: 2,
      ...wide,
    });
    expect(printed('replicasets', { spec, status })).toMatchObject({ Desired: 3, Current: 3, Ready: 2, ...wide });
    expect(printed('statefulsets', { spec, status })).toMatchObject({ Ready: '2/3' });
    expect(printed('daemonsets', { spec, status: { numberReady: 1 } })).toMatchObject({
      Ready: 1,
      'Node Selector': '<none>',
    });
  });

  test('volumes', () => {
    const volume = {
      spec: {
        capacity: { storage: '5Gi' },
        accessModes: ['ReadWriteMany', 'ReadWriteOnce'],
        claimRef: { namespace: 'n', name: 'c' },
        volumeMode: 'Block',
      },
      status: { phase: 'Bound' },
    };
    expect(printed('persistentvolumes', volume)).toMatchObject({
      Capacity: '5Gi',
      'Access Modes': 'RWO,RWX',
      Status: 'Bound',
      Claim: 'n/c',
      VolumeAttributesClass: '<unset>',
      VolumeMode: 'Block',
    });
    const claim = { spec: { volumeName: '' }, status: { phase: 'Pending', capacity: { storage: '5Gi' } } };
    expect(printed('persistentvolumeclaims', claim)).toMatchObject({ Status: 'Pending', Capacity: '' });
    const annotations = { 'volume.beta.kubernetes.io/storage-class': '' };
    const old = { metadata: { annotations }, spec: { storageClassName: 'new' } };
    expect(printed('persistentvolumes', old)).toMatchObject({ StorageClass: '' });
  });
});

import { expect, test } from 'vitest';
import { describeKubectl } from '../support/kubectl-bed.ts';

/** A resource with one object, and what `kubectl get` shows of it. */
interface Shown {
  readonly resource: string;
  /** Of the collection. */
  readonly path: string;
  readonly object: Record<string, unknown>;
  /** Written through the status subresource. */
  readonly status?: object;
  /** With `-o wide`, separated by `|`, as the row is. */
  readonly columns: string;
  /** Those that only `-o wide` shows. */
  readonly wideOnly: string;
  readonly row: string;
}

const template = (name: string) => ({
  metadata: { labels: { app: name } },
  spec: {
    containers: [
      { name: 'main', image: 'nginx:1' },
      { name: 'side', image: 'crow:2' },
    ],
  },
});
const workload = (kind: string, name: string, spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name },
  spec: { selector: { matchLabels: { app: name } }, template: template(name), ...spec },
});
const core = (kind: string, name: string, more: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, ...metadata },
  ...more,
});

/** Long ago: `6y120d`. */
const longAgo = '2020-01-01T00:00:00Z';

const shown = (namespace: string): readonly Shown[] => [
  {
    resource: 'configmaps',
    path: `/api/v1/namespaces/${namespace}/configmaps`,
    object: core('ConfigMap', 'cm', { data: { a: '1', b: '2' }, binaryData: { c: 'YQ==' } }),
    columns: 'NAME|DATA|AGE',
    wideOnly: '',
    row: 'cm|3|<age>',
  },
  {
    resource: 'secrets',
    path: `/api/v1/namespaces/${namespace}/secrets`,
    object: core('Secret', 'secret', { type: 'example.com/crow', stringData: { a: '1' } }),
    columns: 'NAME|TYPE|DATA|AGE',
    wideOnly: '',
    row: 'secret|example.com/crow|1|<age>',
  },
  {
    resource: 'serviceaccounts',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts`,
    object: core('ServiceAccount', 'sa', { secrets: [{ name: 'secret' }] }),
    columns: 'NAME|AGE',
    wideOnly: '',
    row: 'sa|<age>',
  },
  {
    resource: 'pods',
    path: `/api/v1/namespaces/${namespace}/pods`,
    object: core('Pod', 'pod', {
      spec: {
        nodeName: 'node-1',
        readinessGates: [{ conditionType: 'example.com/a' }, { conditionType: 'example.com/b' }],
        containers: [
          { name: 'main', image: 'nginx:1' },
          { name: 'side', image: 'crow:2' },
        ],
      },
    }),
    status: {
      phase: 'Running',
      podIP: '10.1.2.3',
      podIPs: [{ ip: '10.1.2.3' }],
      conditions: [{ type: 'example.com/a', status: 'True' }],
      containerStatuses: [
        { name: 'main', ready: true, restartCount: 0, image: 'nginx:1', imageID: '', state: { running: {} } },
        {
          name: 'side',
          ready: false,
          restartCount: 4,
          image: 'crow:2',
          imageID: '',
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 1, finishedAt: longAgo } },
        },
      ],
    },
    columns: 'NAME|READY|STATUS|RESTARTS|AGE|IP|NODE|NOMINATED NODE|READINESS GATES',
    wideOnly: 'IP|NODE|NOMINATED NODE|READINESS GATES',
    row: 'pod|1/2|CrashLoopBackOff|4 (<ago> ago)|<age>|10.1.2.3|node-1|<none>|1/2',
  },
  {
    resource: 'services',
    path: `/api/v1/namespaces/${namespace}/services`,
    object: core('Service', 'svc', {
      spec: {
        type: 'LoadBalancer',
        clusterIP: '10.0.0.10',
        clusterIPs: ['10.0.0.10'],
        ports: [
          { name: 'web', port: 80, nodePort: 30080 },
          { name: 'dns', port: 53, nodePort: 30053, protocol: 'UDP' },
        ],
        selector: { b: '2', a: '1' },
      },
    }),
    status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }, { hostname: 'lb.example.com' }] } },
    columns: 'NAME|TYPE|CLUSTER-IP|EXTERNAL-IP|PORT(S)|AGE|SELECTOR',
    wideOnly: 'SELECTOR',
    row: 'svc|LoadBalancer|10.0.0.10|1.2.3.4,lb.example.com|80:30080/TCP,53:30053/UDP|<age>|a=1,b=2',
  },
  {
    resource: 'endpoints',
    path: `/api/v1/namespaces/${namespace}/endpoints`,
    object: core('Endpoints', 'ep', {
      subsets: [
        {
          addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }],
          ports: [
            { name: 'a', port: 80 },
            { name: 'b', port: 443 },
          ],
        },
      ],
    }),
    columns: 'NAME|ENDPOINTS|AGE',
    wideOnly: '',
    row: 'ep|10.0.0.1:80,10.0.0.2:80,10.0.0.1:443 + 1 more...|<age>',
  },
  {
    resource: 'persistentvolumeclaims',
    path: `/api/v1/namespaces/${namespace}/persistentvolumeclaims`,
    object: core('PersistentVolumeClaim', 'pvc', {
      spec: {
        accessModes: ['ReadWriteOnce', 'ReadOnlyMany'],
        resources: { requests: { storage: '1Gi' } },
        storageClassName: 'fast',
        volumeName: `pv-${namespace}`,
      },
    }),
    status: { phase: 'Bound', capacity: { storage: '2Gi' }, accessModes: ['ReadOnlyMany', 'ReadWriteOnce'] },
    columns: 'NAME|STATUS|VOLUME|CAPACITY|ACCESS MODES|STORAGECLASS|VOLUMEATTRIBUTESCLASS|AGE|VOLUMEMODE',
    wideOnly: 'VOLUMEMODE',
    row: `pvc|Bound|pv-${namespace}|2Gi|RWO,ROX|fast|<unset>|<age>|Filesystem`,
  },
  {
    resource: 'persistentvolumes',
    path: '/api/v1/persistentvolumes',
    object: core('PersistentVolume', `pv-${namespace}`, {
      spec: {
        capacity: { storage: '2Gi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Delete',
        storageClassName: 'fast',
        claimRef: { namespace, name: 'pvc' },
        hostPath: { path: '/data' },
      },
    }),
    status: { phase: 'Bound', reason: 'why' },
    columns:
      'NAME|CAPACITY|ACCESS MODES|RECLAIM POLICY|STATUS|CLAIM|STORAGECLASS|VOLUMEATTRIBUTESCLASS|REASON|AGE|VOLUMEMODE',
    wideOnly: 'VOLUMEMODE',
    row: `pv-${namespace}|2Gi|RWO|Delete|Bound|${namespace}/pvc|fast|<unset>|why|<age>|Filesystem`,
  },
  {
    resource: 'nodes',
    path: '/api/v1/nodes',
    object: core(
      'Node',
      `node-${namespace}`,
      { spec: { unschedulable: true } },
      { labels: { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/control-plane': '' } },
    ),
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      addresses: [
        { type: 'Hostname', address: 'host' },
        { type: 'InternalIP', address: '192.168.0.1' },
        { type: 'ExternalIP', address: '1.1.1.1' },
      ],
      nodeInfo: {
        machineID: '',
        systemUUID: '',
        bootID: '',
        kernelVersion: '6.1',
        osImage: 'Linux',
        architecture: 'amd64',
        containerRuntimeVersion: 'crow://1',
        kubeletVersion: 'v1.36.0',
        kubeProxyVersion: '',
        operatingSystem: 'linux',
      },
    },
    columns: 'NAME|STATUS|ROLES|AGE|VERSION|INTERNAL-IP|EXTERNAL-IP|OS-IMAGE|KERNEL-VERSION|CONTAINER-RUNTIME',
    wideOnly: 'INTERNAL-IP|EXTERNAL-IP|OS-IMAGE|KERNEL-VERSION|CONTAINER-RUNTIME',
    row: `node-${namespace}|Ready,SchedulingDisabled|control-plane,worker|<age>|v1.36.0|192.168.0.1|1.1.1.1|Linux|6.1 (amd64)|crow://1`,
  },
  {
    resource: 'replicationcontrollers',
    path: `/api/v1/namespaces/${namespace}/replicationcontrollers`,
    object: core('ReplicationController', 'rc', {
      spec: { replicas: 3, selector: { app: 'rc' }, template: template('rc') },
    }),
    status: { replicas: 2, readyReplicas: 1 },
    columns: 'NAME|DESIRED|CURRENT|READY|AGE|CONTAINERS|IMAGES|SELECTOR',
    wideOnly: 'CONTAINERS|IMAGES|SELECTOR',
    row: 'rc|3|2|1|<age>|main,side|nginx:1,crow:2|app=rc',
  },
  {
    resource: 'replicasets',
    path: `/apis/apps/v1/namespaces/${namespace}/replicasets`,
    object: workload('ReplicaSet', 'rs', { replicas: 3 }),
    status: { replicas: 2, readyReplicas: 1 },
    columns: 'NAME|DESIRED|CURRENT|READY|AGE|CONTAINERS|IMAGES|SELECTOR',
    wideOnly: 'CONTAINERS|IMAGES|SELECTOR',
    row: 'rs|3|2|1|<age>|main,side|nginx:1,crow:2|app=rs',
  },
  {
    resource: 'deployments',
    path: `/apis/apps/v1/namespaces/${namespace}/deployments`,
    object: workload('Deployment', 'deploy', { replicas: 3 }),
    status: { replicas: 3, readyReplicas: 2, updatedReplicas: 1, availableReplicas: 1 },
    columns: 'NAME|READY|UP-TO-DATE|AVAILABLE|AGE|CONTAINERS|IMAGES|SELECTOR',
    wideOnly: 'CONTAINERS|IMAGES|SELECTOR',
    row: 'deploy|2/3|1|1|<age>|main,side|nginx:1,crow:2|app=deploy',
  },
  {
    resource: 'statefulsets',
    path: `/apis/apps/v1/namespaces/${namespace}/statefulsets`,
    object: workload('StatefulSet', 'sts', { replicas: 3, serviceName: 'sts' }),
    status: { replicas: 3, readyReplicas: 2 },
    columns: 'NAME|READY|AGE|CONTAINERS|IMAGES',
    wideOnly: 'CONTAINERS|IMAGES',
    row: 'sts|2/3|<age>|main,side|nginx:1,crow:2',
  },
  {
    resource: 'daemonsets',
    path: `/apis/apps/v1/namespaces/${namespace}/daemonsets`,
    object: workload('DaemonSet', 'ds', {
      template: { ...template('ds'), spec: { ...template('ds').spec, nodeSelector: { disk: 'ssd' } } },
    }),
    status: {
      desiredNumberScheduled: 5,
      currentNumberScheduled: 4,
      numberReady: 3,
      updatedNumberScheduled: 2,
      numberAvailable: 1,
      numberMisscheduled: 0,
    },
    columns: 'NAME|DESIRED|CURRENT|READY|UP-TO-DATE|AVAILABLE|NODE SELECTOR|AGE|CONTAINERS|IMAGES|SELECTOR',
    wideOnly: 'CONTAINERS|IMAGES|SELECTOR',
    row: 'ds|5|4|3|2|1|disk=ssd|<age>|main,side|nginx:1,crow:2|app=ds',
  },
  {
    resource: 'leases',
    path: `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`,
    object: {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'lease' },
      spec: { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime: '2026-01-01T00:00:00.000000Z' },
    },
    columns: 'NAME|HOLDER|AGE',
    wideOnly: '',
    row: 'lease|me|<age>',
  },
  {
    resource: 'events',
    path: `/api/v1/namespaces/${namespace}/events`,
    object: core('Event', 'event', {
      involvedObject: { kind: 'Pod', namespace, name: 'pod', fieldPath: 'spec.containers{main}' },
      type: 'Warning',
      reason: 'BackOff',
      message: '  back-off restarting ',
      firstTimestamp: longAgo,
      lastTimestamp: longAgo,
      count: 7,
      source: { component: 'kubelet', host: 'node-1' },
    }),
    columns: 'LAST SEEN|TYPE|REASON|OBJECT|SUBOBJECT|SOURCE|MESSAGE|FIRST SEEN|COUNT|NAME',
    wideOnly: 'SUBOBJECT|SOURCE|FIRST SEEN|COUNT|NAME',
    row: '<ago>|Warning|BackOff|pod/pod|spec.containers{main}|kubelet, node-1|back-off restarting|<ago>|7|event',
  },
];

/** The cells of each line, by where the header has its columns; ages without their number. */
function cells(text: string): string[][] {
  const [header = '', ...rows] = text.split('\n').filter((line) => line !== '');
  const starts = [...header.matchAll(/\S+(?: \S+)*/g)].map(({ index }) => index);
  return [header, ...rows].map((line) =>
    starts.map((start, i) =>
      line
        .slice(start, starts[i + 1])
        .trim()
        .replace(/^\d+m?\d*s$/, '<age>')
        .replace(/\b\d+y(\d+d)?\b/, '<ago>'),
    ),
  );
}

/** What is asked for together comes as tables with an empty line between; names are then given with their kind. */
const tables = (text: string): string[][][] =>
  text.split('\n\n').map((table) => {
    const [header = [], ...rows] = cells(table);
    return [
      header,
      ...rows.map((row) => row.map((cell, i) => (header[i] === 'NAME' ? cell.replace(/^.*\//, '') : cell))),
    ];
  });

describeKubectl('kubectl shows tables', (bed) => {
  test('with the columns and cells of Kubernetes, short and wide', async () => {
    const inNamespace = await bed.newNamespace();
    const [, namespace] = inNamespace;
    const all = shown(namespace);
    const objects = all.map(({ object }) => object);
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    await bed.kubectl.run(['create', ...inNamespace, '-f', '-'], list);
    for (const { path, object, status } of all) {
      if (status === undefined) continue;
      const { name } = object['metadata'] as { name: string };
      await bed.kubectl.run(
        ['replace', '--raw', `${path}/${name}/status`, '-f', '-'],
        JSON.stringify({ ...object, status }),
      );
    }
    const resources = all.map(({ resource }) => resource).join(',');
    const wide = tables(await bed.kubectl.run(['get', resources, ...inNamespace, '-o', 'wide']));
    expect(wide).toEqual(all.map(({ columns, row }) => [columns.split('|'), row.split('|')]));
    const short = tables(await bed.kubectl.run(['get', resources, ...inNamespace]));
    const shortened = all.map(({ columns, wideOnly, row }) => {
      const isShort = columns.split('|').map((column) => !wideOnly.split('|').includes(column));
      return [columns, row].map((line) => line.split('|').filter((_, i) => isShort[i]));
    });
    expect(short).toEqual(shortened);
    const namespaces = cells(await bed.kubectl.run(['get', 'namespaces', namespace, '-o', 'wide']));
    expect(namespaces).toEqual([
      ['NAME', 'STATUS', 'AGE'],
      [namespace, 'Active', '<age>'],
    ]);
    await bed.kubectl.run(['delete', `node/node-${namespace}`, `pv/pv-${namespace}`]);
  });

  test('many kinds at once are tables below one another, everywhere with a namespace before', async () => {
    const inNamespace = await bed.newNamespace();
    await bed.kubectl.run(['create', 'configmap', 'a', ...inNamespace]);
    await bed.kubectl.run(['create', 'secret', 'generic', 'a', ...inNamespace]);
    const both = await bed.kubectl.run(['get', 'configmaps,secrets', ...inNamespace]);
    expect(both.replaceAll(/ +\d+s/g, '   0s')).toBe(
      `NAME          DATA   AGE
configmap/a   0   0s

NAME       TYPE     DATA   AGE
secret/a   Opaque   0   0s
`,
    );
    const everywhere = await bed.kubectl.run([
      'get',
      'cm',
      '-A',
      '--field-selector',
      `metadata.namespace=${inNamespace[1]}`,
    ]);
    expect(cells(everywhere)).toEqual([
      ['NAMESPACE', 'NAME', 'DATA', 'AGE'],
      [inNamespace[1], 'a', '0', '<age>'],
    ]);
  });
});

import type { Example } from './objects.ts';

const example = (apiVersion: string, resource: string, kind: string, name: string, body: object): Example => ({
  name: `${kind}, ${name}`,
  base: `/apis/${apiVersion}`,
  resource,
  namespaced: ['Role', 'RoleBinding', 'CSIStorageCapacity'].includes(kind),
  object: { apiVersion, kind, metadata: { name: `${name}-${kind.toLowerCase()}` }, ...body },
});
const rbac = (resource: string, kind: string, name: string, body: object) =>
  example('rbac.authorization.k8s.io/v1', resource, kind, name, body);
const storage = (resource: string, kind: string, name: string, body: object) =>
  example('storage.k8s.io/v1', resource, kind, name, body);
const priority = (name: string, body: object) =>
  example('scheduling.k8s.io/v1', 'priorityclasses', 'PriorityClass', name, body);
const runtime = (name: string, body: object) => example('node.k8s.io/v1', 'runtimeclasses', 'RuntimeClass', name, body);

const rule = { apiGroups: ['', 'apps'], resources: ['pods', 'deployments'], verbs: ['get', 'list'] };
const topology = {
  matchLabels: { 'topology.kubernetes.io/zone': 'a' },
  matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }],
};

/** Of each kind the least that is accepted, and one with much in it. */
export const storageExamples: readonly Example[] = [
  rbac('roles', 'Role', 'least', {}),
  rbac('roles', 'Role', 'full', { rules: [rule, { ...rule, resourceNames: ['one'], verbs: ['*'] }] }),
  rbac('rolebindings', 'RoleBinding', 'least', { roleRef: { kind: 'Role', name: 'r' } }),
  rbac('rolebindings', 'RoleBinding', 'full', {
    subjects: [
      { kind: 'User', name: 'u' },
      { kind: 'Group', name: 'system:masters', apiGroup: 'rbac.authorization.k8s.io' },
      { kind: 'ServiceAccount', name: 's', namespace: 'n' },
    ],
    roleRef: { kind: 'ClusterRole', name: 'view', apiGroup: 'rbac.authorization.k8s.io' },
  }),
  rbac('clusterroles', 'ClusterRole', 'full', {
    rules: [rule, { nonResourceURLs: ['/healthz', '/metrics*'], verbs: ['get'] }],
  }),
  rbac('clusterrolebindings', 'ClusterRoleBinding', 'full', {
    subjects: [{ kind: 'ServiceAccount', name: 's', namespace: 'n' }],
    roleRef: { kind: 'ClusterRole', name: 'view' },
  }),
  storage('storageclasses', 'StorageClass', 'least', { provisioner: 'example.com/p' }),
  storage('storageclasses', 'StorageClass', 'full', {
    provisioner: 'Example.com/P',
    parameters: { type: 'fast', empty: '' },
    reclaimPolicy: 'Retain',
    mountOptions: ['discard'],
    allowVolumeExpansion: true,
    volumeBindingMode: 'WaitForFirstConsumer',
    allowedTopologies: [
      { matchLabelExpressions: [{ key: 'topology.kubernetes.io/zone', values: ['a', 'b'] }] },
      { matchLabelExpressions: [{ key: 'beta.kubernetes.io/os', values: ['linux'] }] },
    ],
  }),
  storage('volumeattachments', 'VolumeAttachment', 'least', {
    spec: { attacher: 'csi.example.com', nodeName: 'n', source: { persistentVolumeName: 'v' } },
  }),
  storage('volumeattachments', 'VolumeAttachment', 'full', {
    spec: {
      attacher: 'CSI.example.com',
      nodeName: 'n',
      source: {
        inlineVolumeSpec: {
          accessModes: ['ReadWriteOnce'],
          csi: { driver: 'csi.example.com', volumeHandle: 'h', volumeAttributes: { a: 'b' } },
          mountOptions: ['discard'],
          volumeMode: 'Filesystem',
          persistentVolumeReclaimPolicy: 'Retain',
        },
      },
    },
    status: { attached: true },
  }),
  storage('csidrivers', 'CSIDriver', 'least', {}),
  storage('csidrivers', 'CSIDriver', 'full', {
    spec: {
      attachRequired: false,
      podInfoOnMount: true,
      volumeLifecycleModes: ['Persistent', 'Ephemeral'],
      storageCapacity: true,
      fsGroupPolicy: 'File',
      tokenRequests: [{ audience: 'a', expirationSeconds: 3600 }, { audience: '' }],
      requiresRepublish: true,
      seLinuxMount: true,
      nodeAllocatableUpdatePeriodSeconds: 60,
      serviceAccountTokenInSecrets: true,
    },
  }),
  storage('csinodes', 'CSINode', 'full', {
    spec: {
      drivers: [
        { name: 'csi.example.com', nodeID: 'i', topologyKeys: ['example.com/zone'], allocatable: { count: 8 } },
        { name: 'other.example.com', nodeID: 'j' },
      ],
    },
    status: { storageHealth: [{ name: 'csi.example.com' }] },
  }),
  storage('csistoragecapacities', 'CSIStorageCapacity', 'full', {
    nodeTopology: topology,
    storageClassName: 'fast',
    capacity: '100Gi',
    maximumVolumeSize: '10Gi',
  }),
  storage('volumeattributesclasses', 'VolumeAttributesClass', 'full', {
    driverName: 'csi.example.com',
    parameters: { iops: '100' },
  }),
  priority('least', {}),
  priority('full', { value: 1_000_000, globalDefault: false, preemptionPolicy: 'Never', description: 'first' }),
  runtime('least', { handler: 'runc' }),
  runtime('full', {
    handler: 'kata',
    overhead: { podFixed: { cpu: '250m', memory: '120Mi' } },
    scheduling: {
      nodeSelector: { 'beta.kubernetes.io/os': 'linux' },
      tolerations: [
        { key: 'kata', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 },
        { key: 'size', value: 'l' },
      ],
    },
  }),
];

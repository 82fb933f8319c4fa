import type { JsonObject } from '../../../src/machinery/json-value.ts';
import { admissionRegistrationExamples } from './admissionregistration-objects.ts';
import { certificatesExamples } from './certificates-objects.ts';
import { networkingExamples } from './networking-objects.ts';
import { resourceExamples } from './resource-objects.ts';
import { storageExamples } from './storage-objects.ts';
import { workloadExamples } from './workload-objects.ts';

const labels = { app: 'a' };
const container = { name: 'c', image: 'registry.example.com/i:1' };
const template = { metadata: { labels }, spec: { containers: [container] } };
const selector = { matchLabels: labels };
const claim = {
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: '1Gi' } },
};

const full: JsonObject = {
  name: 'full',
  image: 'registry.example.com/i',
  command: ['/bin/c'],
  args: ['--a'],
  workingDir: '/w',
  ports: [
    { name: 'http', containerPort: 8080 },
    { containerPort: 53, protocol: 'UDP' },
  ],
  env: [
    { name: 'PLAIN', value: 'v' },
    { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
    { name: 'FILE', valueFrom: { configMapKeyRef: { name: 'm', key: 'k', optional: true } } },
  ],
  envFrom: [{ prefix: 'P_', secretRef: { name: 's' } }],
  resources: { limits: { cpu: '500m', memory: '64Mi' }, requests: { cpu: '0.1' } },
  volumeMounts: [
    { name: 'empty', mountPath: '/empty' },
    { name: 'map', mountPath: '/map', readOnly: true, subPath: 'k' },
  ],
  livenessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 5 },
  readinessProbe: { tcpSocket: { port: 8080 } },
  startupProbe: { exec: { command: ['true'] }, failureThreshold: 30 },
  lifecycle: { preStop: { exec: { command: ['sleep', '1'] } } },
  securityContext: { runAsNonRoot: true, capabilities: { drop: ['ALL'] } },
};

const podSpec: JsonObject = {
  containers: [full],
  initContainers: [{ ...container, name: 'init', restartPolicy: 'Always' }],
  volumes: [
    { name: 'empty', emptyDir: { sizeLimit: '1Mi' } },
    { name: 'map', configMap: { name: 'm', items: [{ key: 'k', path: 'p', mode: 256 }] } },
    { name: 'secret', secret: { secretName: 's' } },
    {
      name: 'projected',
      projected: {
        sources: [
          { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
          { serviceAccountToken: { path: 'token' } },
        ],
      },
    },
    { name: 'host', hostPath: { path: '/h' } },
    { name: 'claim', persistentVolumeClaim: { claimName: 'c' } },
  ],
  serviceAccountName: 'builder',
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 5,
  nodeSelector: { disk: 'ssd' },
  tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }],
  affinity: {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, podAffinityTerm: { labelSelector: selector, topologyKey: 'kubernetes.io/hostname' } },
      ],
    },
  },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector },
  ],
  hostAliases: [{ ip: '127.0.0.1', hostnames: ['h.example.com'] }],
  dnsConfig: { nameservers: ['192.0.2.1'], options: [{ name: 'ndots', value: '2' }] },
  securityContext: { fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } },
};

/** An object and where its kind is: `apis/apps/v1`, `deployments`. */
export interface Example {
  /** `Pod, full` */
  readonly name: string;
  readonly base: string;
  readonly resource: string;
  readonly namespaced: boolean;
  readonly object: JsonObject;
}

const core = (resource: string, kind: string, name: string, body: object, namespaced = true): Example => ({
  name: `${kind}, ${name}`,
  base: '/api/v1',
  resource,
  namespaced,
  object: { apiVersion: 'v1', kind, metadata: { name: `${name}-example` }, ...body },
});
const grouped = (apiVersion: string, resource: string, kind: string, name: string, body: object): Example => ({
  ...core(resource, kind, name, body),
  base: `/apis/${apiVersion}`,
  object: { apiVersion, kind, metadata: { name: `${name}-example` }, ...body },
});
const apps = (resource: string, kind: string, name: string, spec: object): Example =>
  grouped('apps/v1', resource, kind, name, { spec });

/** Of each kind the least that is accepted, and one with much in it. */
export const examples: readonly Example[] = [
  core('configmaps', 'ConfigMap', 'least', {}),
  core('configmaps', 'ConfigMap', 'full', {
    metadata: { name: 'full', labels, annotations: { 'example.com/a': 'b' }, finalizers: [] },
    data: { 'key.txt': 'text', other: '' },
    binaryData: { bytes: 'AAEC' },
    immutable: false,
  }),
  core('secrets', 'Secret', 'least', {}),
  core('secrets', 'Secret', 'full', { type: 'Opaque', data: { a: 'Yg==' }, stringData: { c: 'd' } }),
  core('secrets', 'Secret', 'docker', {
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': '{}' },
  }),
  core('serviceaccounts', 'ServiceAccount', 'full', {
    automountServiceAccountToken: false,
    secrets: [{ name: 's' }],
    imagePullSecrets: [{ name: 'p' }],
  }),
  core('endpoints', 'Endpoints', 'full', {
    subsets: [
      {
        addresses: [{ ip: '192.0.2.1', hostname: 'h', targetRef: { kind: 'Pod', name: 'p' } }],
        notReadyAddresses: [{ ip: '192.0.2.2' }],
        ports: [{ name: 'http', port: 80 }],
      },
    ],
  }),
  core('events', 'Event', 'full', {
    involvedObject: { kind: 'Pod', name: 'p', apiVersion: 'v1' },
    reason: 'Started',
    message: 'it did',
    type: 'Normal',
    count: 1,
    source: { component: 'c' },
  }),
  core('services', 'Service', 'least', { spec: { ports: [{ port: 80 }] } }),
  core('services', 'Service', 'full', {
    spec: {
      type: 'NodePort',
      selector: labels,
      ports: [
        { name: 'http', port: 80, targetPort: 'http' },
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 5353 },
      ],
      sessionAffinity: 'ClientIP',
      externalTrafficPolicy: 'Local',
    },
  }),
  core('services', 'Service', 'headless', { spec: { clusterIP: 'None', selector: labels } }),
  core('services', 'Service', 'external', { spec: { type: 'ExternalName', externalName: 'a.example.com' } }),
  core('services', 'Service', 'balanced', {
    spec: { type: 'LoadBalancer', ports: [{ port: 443 }], loadBalancerSourceRanges: ['192.0.2.0/24'] },
  }),
  core('persistentvolumeclaims', 'PersistentVolumeClaim', 'least', { spec: claim }),
  core('persistentvolumeclaims', 'PersistentVolumeClaim', 'full', {
    spec: { ...claim, storageClassName: 'fast', volumeMode: 'Block', selector, volumeName: 'v' },
  }),
  core(
    'persistentvolumes',
    'PersistentVolume',
    'full',
    {
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce', 'ReadOnlyMany'],
        persistentVolumeReclaimPolicy: 'Retain',
        storageClassName: 'fast',
        hostPath: { path: '/h' },
        claimRef: { namespace: 'n', name: 'c' },
      },
    },
    false,
  ),
  core('nodes', 'Node', 'least', {}, false),
  core(
    'nodes',
    'Node',
    'full',
    {
      spec: {
        podCIDR: '192.0.2.0/24',
        podCIDRs: ['192.0.2.0/24'],
        providerID: 'p://1',
        taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }],
      },
    },
    false,
  ),
  core('pods', 'Pod', 'least', { spec: { containers: [container] } }),
  core('pods', 'Pod', 'full', { metadata: { name: 'full', labels }, spec: podSpec }),
  core('replicationcontrollers', 'ReplicationController', 'full', {
    spec: { replicas: 2, selector: labels, template },
  }),
  apps('deployments', 'Deployment', 'least', { selector, template }),
  apps('deployments', 'Deployment', 'full', {
    replicas: 3,
    selector,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '10%', maxUnavailable: 0 } },
    minReadySeconds: 5,
    revisionHistoryLimit: 2,
    progressDeadlineSeconds: 60,
    paused: true,
    template: { metadata: { labels }, spec: { ...template.spec, restartPolicy: 'Always' } },
  }),
  apps('replicasets', 'ReplicaSet', 'full', { replicas: 2, minReadySeconds: 1, selector, template }),
  apps('statefulsets', 'StatefulSet', 'full', {
    replicas: 2,
    serviceName: 's',
    selector,
    template,
    podManagementPolicy: 'Parallel',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim }],
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' },
  }),
  apps('daemonsets', 'DaemonSet', 'full', {
    selector,
    template,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
  }),
  grouped('coordination.k8s.io/v1', 'leases', 'Lease', 'full', {
    spec: { holderIdentity: 'h', leaseDurationSeconds: 15, renewTime: '2026-01-01T00:00:00.000000Z' },
  }),
  grouped('events.k8s.io/v1', 'events', 'Event', 'new', {
    eventTime: '2026-01-01T00:00:00.000000Z',
    action: 'Start',
    reason: 'Started',
    type: 'Normal',
    reportingController: 'example.com/c',
    reportingInstance: 'c-1',
    regarding: { kind: 'Pod', name: 'p', namespace: 'default' },
  }),
  ...admissionRegistrationExamples,
  ...networkingExamples,
  ...storageExamples,
  ...workloadExamples,
  ...resourceExamples,
  ...certificatesExamples,
];

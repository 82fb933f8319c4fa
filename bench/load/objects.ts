import { dataset } from '../dataset.ts';
import { markerText } from './marker.ts';

/** A ConfigMap of about `bytes` bytes of JSON as the server returns it, carrying its sequence number. */
export function configMapJson(namespace: string, name: string, sequence: number, bytes: number): string {
  const metadata = { name, namespace, labels: { app: 'bench', slot: String(sequence % 10) } };
  return padded(
    (payload) => ({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata,
      data: { seq: markerText(sequence), payload },
    }),
    bytes,
  );
}

/** What writers change: of another resource than the lists, so that the lists' contents stay what they were. */
export function hotObjectJson(namespace: string, name: string, sequence: number, bytes: number): string {
  return padded(
    (payload) => ({
      kind: 'Endpoints',
      apiVersion: 'v1',
      metadata: { name, namespace, annotations: { seq: markerText(sequence), payload } },
    }),
    bytes,
  );
}

/** What a controller or a pipeline applies again and again: about 1.5 KB as the server returns it, defaults left out. */
export function deploymentJson(namespace: string, name: string): string {
  const labels = { app: name };
  const container = (image: string, port: number) => ({
    name: image,
    image: `registry.example.com/${image}:1`,
    ports: [{ name: 'http', containerPort: port }],
    env: [
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    ],
    resources: { limits: { cpu: '500m', memory: '128Mi' }, requests: { cpu: '100m', memory: '64Mi' } },
    readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 5 },
  });
  return JSON.stringify({
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: { name, namespace, labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container('web', 8080), container('proxy', 8443)] } },
    },
  });
}

function padded(object: (payload: string) => unknown, bytes: number): string {
  // uid, resourceVersion and creationTimestamp are the server's: about 150 bytes.
  const left = bytes - 150 - JSON.stringify(object('')).length;
  return JSON.stringify(object('x'.repeat(Math.max(0, left))));
}

export const namespaceJson = (name: string): string =>
  JSON.stringify({ kind: 'Namespace', apiVersion: 'v1', metadata: { name } });

export const objectName = (index: number): string => `cm-${String(index).padStart(6, '0')}`;

/** Of one width, so that key order is the order of the numbers. */
export const namespaceName = (index: number): string => `bench-${String(index).padStart(3, '0')}`;

/** Object `index` of `objects`: equally many in each namespace, in key order. */
export const namespaceOf = (index: number, objects: number): string =>
  namespaceName(Math.floor(index / Math.ceil(objects / dataset.namespaces)));

export const collectionPath = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`;

export const deploymentsPath = (namespace: string): string => `/apis/apps/v1/namespaces/${namespace}/deployments`;

export const hotPath = (namespace: string): string => `/api/v1/namespaces/${namespace}/endpoints`;

/** Runs `task` for 0 … count-1, `concurrency` at a time, in order of start; rejects with the first failure. */
export async function inParallel(
  count: number,
  concurrency: number,
  task: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: Math.min(count, concurrency) }, worker));
}

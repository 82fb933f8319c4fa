import { markerText } from './marker.ts';

/** A ConfigMap of about `bytes` bytes of JSON as the server returns it, carrying its sequence number. */
export function configMapJson(namespace: string, name: string, sequence: number, bytes: number): string {
  const object = {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name, namespace, labels: { app: 'bench', slot: String(sequence % 10) } },
    data: { seq: markerText(sequence), payload: '' },
  };
  // uid, resourceVersion and creationTimestamp are the server's: about 150 bytes.
  object.data.payload = 'x'.repeat(Math.max(0, bytes - 150 - JSON.stringify(object).length));
  return JSON.stringify(object);
}

export const namespaceJson = (name: string): string =>
  JSON.stringify({ kind: 'Namespace', apiVersion: 'v1', metadata: { name } });

export const objectName = (index: number): string => `cm-${String(index).padStart(6, '0')}`;

/** Of one width, so that key order is the order of the numbers. */
export const namespaceName = (index: number): string => `bench-${String(index).padStart(3, '0')}`;

export const collectionPath = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`;

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

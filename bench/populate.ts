import {
  collectionPath,
  configMapJson,
  hotObjectJson,
  hotPath,
  inParallel,
  namespaceJson,
  namespaceName,
  objectName,
} from './load/objects.ts';
import { RequestClient } from './load/request-client.ts';
import { dataset, hotNamespace, hotObjects } from './profiles.ts';
import type { Target } from './target.ts';

const concurrency = 32;

/** Makes the data set through the API, and the namespace of the hot objects; what is there already is left. */
export async function populate(target: Target, objects = dataset.objects): Promise<void> {
  const client = new RequestClient(target, concurrency);
  const post = async (path: string, body: string) => {
    const { status, text } = await client.send({ method: 'POST', path, body });
    if (status !== 201 && status !== 409) throw new Error(`${target.name}: POST ${path}: ${status} ${text}`);
  };
  const namespaces = [hotNamespace, ...Array.from({ length: dataset.namespaces }, (_, i) => namespaceName(i))];
  await inParallel(namespaces.length, concurrency, (i) =>
    post('/api/v1/namespaces', namespaceJson(namespaces[i] ?? '')),
  );
  const perNamespace = Math.ceil(objects / dataset.namespaces);
  await inParallel(objects, concurrency, (i) => {
    const namespace = namespaceName(Math.floor(i / perNamespace));
    return post(collectionPath(namespace), configMapJson(namespace, objectName(i), i, dataset.objectBytes));
  });
  await inParallel(hotObjects, concurrency, (i) =>
    post(hotPath(hotNamespace), hotObjectJson(hotNamespace, objectName(i), 0, dataset.objectBytes)),
  );
  client.close();
}

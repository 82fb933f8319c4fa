import { dataset, hotNamespace, hotObjects } from './dataset.ts';
import { defaultPatienceMs } from './load/job.ts';
import {
  collectionPath,
  configMapJson,
  hotObjectJson,
  hotPath,
  inParallel,
  namespaceJson,
  namespaceName,
  namespaceOf,
  objectName,
} from './load/objects.ts';
import { RequestClient } from './load/request-client.ts';
import type { Target } from './target.ts';

const concurrency = 32;

/** Makes `objects` ConfigMaps through the API, and all namespaces; what is there already is left. */
export async function populate(target: Target, objects: number): Promise<void> {
  await makeHotObjects(target);
  await posting(target, async (post) => {
    await inParallel(dataset.namespaces, concurrency, (i) =>
      post('/api/v1/namespaces', namespaceJson(namespaceName(i))),
    );
    await inParallel(objects, concurrency, (i) => {
      const namespace = namespaceOf(i, objects);
      return post(collectionPath(namespace), configMapJson(namespace, objectName(i), i, dataset.objectBytes));
    });
  });
}

/** Where writers write, and what they change. */
export const makeHotObjects = (target: Target): Promise<void> =>
  posting(target, async (post) => {
    await post('/api/v1/namespaces', namespaceJson(hotNamespace));
    await inParallel(hotObjects, concurrency, (i) =>
      post(hotPath(hotNamespace), hotObjectJson(hotNamespace, objectName(i), 0, dataset.objectBytes)),
    );
  });

type Post = (path: string, body: string) => Promise<void>;

async function posting(target: Target, use: (post: Post) => Promise<void>): Promise<void> {
  const client = new RequestClient(target, concurrency, defaultPatienceMs);
  try {
    await use(async (path, body) => {
      const { status, text } = await client.send({ method: 'POST', path, body });
      if (status !== 201 && status !== 409)
        throw new Error(`${target.name}: POST ${path}: ${status} ${text.trimEnd()}`);
    });
  } finally {
    client.close();
  }
}

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { silentMeter } from '../../src/base/meter.ts';
import { openEmbedded } from '../../src/storage/embedded/open-embedded.ts';
import { openEtcd } from '../../src/storage/etcd3/open-etcd.ts';
import type { Operation, Storage } from '../../src/storage/storage.ts';
import { dataset } from '../dataset.ts';
import { configMapJson, inParallel, namespaceOf, objectName } from '../load/objects.ts';
import type { Store } from './crowsnest.ts';

/** etcd takes 128 operations in a transaction. */
const perTransaction = 100;
const transactionsAtOnce = 8;

/**
 * Writes the data set where a server will find it, past the API because that is quicker: the ConfigMaps only, as a server
 * stores them. Then the store forgets how it came about, so that a server started on it has a history that begins now.
 * @throws {Error} for a store in memory, which nobody else can reach.
 */
export async function fillStore(store: Store, objects: number): Promise<void> {
  const storage = await open(store);
  try {
    await inParallel(Math.ceil(objects / perTransaction), transactionsAtOnce, async (transaction) => {
      const first = transaction * perTransaction;
      const count = Math.min(perTransaction, objects - first);
      const operations = Array.from({ length: count }, (_, i) => put(first + i, objects));
      await storage.transact({ compare: [], operations });
    });
    await storage.compact(await storage.currentRevision());
  } finally {
    await storage.close();
  }
}

function open(store: Store): Promise<Storage> {
  const parts = { clock: realClock, logger: silentLogger, meter: silentMeter, random: Math.random };
  switch (store.backend) {
    case 'embedded':
      return openEmbedded({ directory: join(store.dataDir, 'store'), ...parts });
    case 'etcd':
      return openEtcd({ ...parts, servers: [store.endpoint], prefix: '/registry/', compactionIntervalMs: 0 });
    case 'memory':
      throw new Error('a store in memory can be filled through its server only');
    default:
      return store satisfies never;
  }
}

function put(index: number, objects: number): Operation {
  const [namespace, name] = [namespaceOf(index, objects), objectName(index)];
  const object = configMapJson(namespace, name, index, dataset.objectBytes);
  const own = `"uid":"${randomUUID()}","creationTimestamp":"2026-01-01T00:00:00Z"`;
  const value = Buffer.from(object.replace('"metadata":{', `"metadata":{${own},`));
  return { type: 'put', key: `/registry/configmaps/${namespace}/${name}`, value };
}

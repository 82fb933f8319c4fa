import { startEtcd } from '../support/etcd.ts';
import { openTestEtcd } from '../support/etcd-storage.ts';
import { describeGarbageCollector } from './garbage-collector.ts';

describeGarbageCollector('etcd3', async () => {
  const etcd = await startEtcd();
  const storage = await openTestEtcd(etcd.endpoint, { prefix: '/registry/' });
  return {
    storage,
    close: async () => {
      await storage.close();
      await etcd.stop();
    },
  };
});

import { afterAll, beforeAll } from 'vitest';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { openEtcd } from '../../src/storage/etcd3/open-etcd.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { describePipeline } from './pipeline.ts';

let etcd: TestEtcd;

beforeAll(async () => {
  etcd = await startEtcd();
});

afterAll(async () => {
  await etcd.stop();
});

const openAt = (server: string) =>
  openEtcd({
    servers: [server],
    prefix: '/registry/',
    clock: realClock,
    logger: silentLogger,
    random: Math.random,
    compactionIntervalMs: 0,
  });

const open = async () => {
  const proxy = await TcpProxy.start(etcd.endpoint);
  const [storage, writer] = await Promise.all([openAt(proxy.endpoint), openAt(etcd.endpoint)]);
  return {
    storage,
    writer,
    cut: () => proxy.cut(),
    apart: async (deeds: () => Promise<void>) => {
      proxy.refuse(true);
      proxy.cut();
      await deeds();
      proxy.refuse(false);
    },
    close: async () => {
      await Promise.all([storage.close(), writer.close()]);
      await proxy.close();
    },
  };
};

describePipeline('etcd3, behind a connection that is cut', open, { cut: true });

import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll } from 'vitest';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { openEtcd } from '../../src/storage/etcd3/open-etcd.ts';
import { versionCanProgress } from '../../src/storage/etcd3/version-gate.ts';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { describeStorage } from './storage.ts';

const version = /etcd Version: (\S+)/.exec(execFileSync('etcd', ['--version'], { encoding: 'utf8' }))?.[1] ?? 'unknown';

let etcd: TestEtcd;

beforeAll(async () => {
  etcd = await startEtcd();
});

afterAll(async () => {
  await etcd.stop();
});

const open = async () => ({
  storage: await openEtcd({
    servers: [etcd.endpoint],
    prefix: '/conformance/',
    clock: realClock,
    logger: silentLogger,
    random: Math.random,
    compactionIntervalMs: 0,
  }),
});

describeStorage('etcd3', open, {
  progress: versionCanProgress(version) || { missing: `etcd ${version} answers progress requests too early or never` },
  fresh: { missing: 'all tests share one etcd' },
});

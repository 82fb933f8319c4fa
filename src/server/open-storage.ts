import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Meter } from '../base/meter.ts';
import type { Config } from '../config/options.ts';
import type { EtcdTls } from '../storage/etcd3/options.ts';
import type { Storage } from '../storage/storage.ts';

export interface StorageParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meter: Meter;
  /** In [0, 1). */
  readonly random: () => number;
}

/** The store that the options ask for. Only the backend that is used is loaded: gRPC alone is a third of start-up. */
export async function openStorage(config: Config, parts: StorageParts): Promise<Storage> {
  const compactionIntervalMs = config.etcdCompactionInterval;
  if (config.etcdServers.length === 0) {
    const { openEmbedded } = await import('../storage/embedded/open-embedded.ts');
    const directory = config.memory ? ':memory:' : join(config.dataDir, 'store');
    return openEmbedded({ directory, clock: parts.clock, logger: parts.logger, compactionIntervalMs });
  }
  const tls = await readTls(config);
  const { openEtcd } = await import('../storage/etcd3/open-etcd.ts');
  return openEtcd({
    ...parts,
    servers: config.etcdServers,
    prefix: `${config.etcdPrefix}/`,
    compactionIntervalMs,
    ...(tls === undefined ? {} : { tls }),
    ...(config.etcdUsername === '' ? {} : { auth: { username: config.etcdUsername, password: config.etcdPassword } }),
  });
}

/** @throws {Error} naming a file that cannot be read. */
async function readTls({ etcdCafile, etcdCertfile, etcdKeyfile }: Config): Promise<EtcdTls | undefined> {
  if (etcdCafile === '') return undefined;
  const ca = await readFile(etcdCafile);
  if (etcdCertfile === '') return { ca };
  return { ca, cert: await readFile(etcdCertfile), key: await readFile(etcdKeyfile) };
}

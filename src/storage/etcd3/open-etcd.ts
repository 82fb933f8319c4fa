import type { Storage } from '../storage.ts';
import { Connection } from './connection.ts';
import { EtcdStorage } from './etcd-storage.ts';
import { valueOf } from './failure.ts';
import { keyBytes } from './key-value.ts';
import type { EtcdOptions } from './options.ts';
import { rangeOf } from './range-requests.ts';
import { VersionGate } from './version-gate.ts';

/**
 * Opens a storage on an etcd cluster, asking every member for its version; one that answers is enough.
 * The caller closes it.
 * @throws {TypeError} for options that cannot be meant
 * @throws {StorageError} `denied` when the credentials are refused, `unavailable` when no member answers in time.
 */
export async function openEtcd(options: EtcdOptions): Promise<Storage> {
  const connection = new Connection(options);
  const gate = new VersionGate((endpoint) => connection.status(endpoint));
  try {
    await connect(connection, gate, options.prefix);
  } catch (error) {
    connection.close();
    throw error;
  }
  return new EtcdStorage(connection, gate, options);
}

/** Until some member has told its version and some read was answered, or time is up. */
async function connect(connection: Connection, gate: VersionGate, prefix: string): Promise<void> {
  const checks = connection.endpoints.map((endpoint) => gate.check(endpoint));
  valueOf(await rangeOf(connection, { key: keyBytes(prefix || '\0'), count_only: true }, 'the current revision'));
  const answers = await Promise.all(checks);
  const unknown = connection.endpoints.filter((_, i) => 'failure' in (answers[i] ?? {}));
  for (const { url } of unknown) connection.logger.warn('etcd member does not answer', { member: url });
}

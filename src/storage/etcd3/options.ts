import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Meter } from '../../base/meter.ts';

export interface EtcdTls {
  /** PEM: the authorities that may sign the servers' certificates. */
  readonly ca: string | Buffer;
  /** PEM: the client certificate, with `key`; both or neither. */
  readonly cert?: string | Buffer;
  /** PEM. */
  readonly key?: string | Buffer;
}

export interface EtcdCredentials {
  readonly username: string;
  readonly password: string;
}

export interface EtcdOptions {
  /** `http://host:port` or `https://host:port`, all of one cluster and all of one scheme. At least one. */
  readonly servers: readonly string[];
  /** For `https`. Without it the system's authorities are trusted. */
  readonly tls?: EtcdTls;
  readonly auth?: EtcdCredentials;
  /** Where this server's keys are, such as `/registry/`: the cheapest read asks for this key. Keys are passed whole; it is not put before them. */
  readonly prefix: string;
  /** Must be the real one: gRPC compares deadlines with the wall clock. */
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1): spreads retries and start-ups. */
  readonly random: () => number;
  readonly meter?: Meter;
  /** How long history is kept: what is older is compacted, once per interval over all servers. 0: never. */
  readonly compactionIntervalMs?: number;
  /** One attempt of one request. */
  readonly requestTimeoutMs?: number;
  /** How long the outcome of a transaction whose answer was lost is looked for. */
  readonly resolveTimeoutMs?: number;
}

export const etcdDefaults = {
  /** What kube-apiserver keeps: enough for a client that reconnects, little enough for the disk. */
  compactionIntervalMs: 300_000,
  /** Beyond etcd's own patience of 5 s for a proposal in most cases; a first election takes less. */
  requestTimeoutMs: 5_000,
  /** Survives a leader election (1 to 3 s) and the restart of a member. */
  resolveTimeoutMs: 15_000,
} as const;

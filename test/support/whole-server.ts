import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { asRevision } from '../../src/base/revision.ts';
import { configFromValues } from '../../src/config/config.ts';
import type { Config } from '../../src/config/options.ts';
import { compactionPollMs } from '../../src/pipeline/compaction-watch.ts';
import { freshTimeoutMs } from '../../src/registry/fresh-read.ts';
import { ApiServer } from '../../src/server/api-server.ts';
import { drain } from '../../src/server/drain.ts';
import { Listener } from '../../src/server/listener.ts';
import { openStorage } from '../../src/server/open-storage.ts';
import { PrometheusMeter } from '../../src/server/prometheus-meter.ts';
import { Requests } from '../../src/server/requests.ts';
import type { ServedKinds } from '../../src/server/served-kinds.ts';
import { loadTokenKeys } from '../../src/server/token-keys.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { Api } from './api.ts';
import { ForwardClock } from './forward-clock.ts';
import { quietControllers } from './server.ts';
import { WatchStream } from './watch-stream.ts';

export interface WholeServerOptions {
  /** Endpoint of an etcd; without it the store is in memory. */
  readonly etcd?: string | undefined;
  /** What all keys begin with: servers on one etcd that must not meet need one each. Default: `/registry`. */
  readonly etcdPrefix?: string;
  /** The store of another server, which closes it: what the other has written is there, and its memory is not. */
  readonly storage?: Storage;
  /** What the server is to take for its store: the store itself with something amiss. */
  readonly disturbed?: (storage: Storage) => Storage;
  /** False: resolves when the port is open, whatever there is behind it. */
  readonly ready?: false;
  /** The server cannot go on. Without it that is a failure of the test. */
  readonly failed?: (error: Error) => void;
  readonly config?: Partial<Config>;
}

/**
 * Everything there is between a socket and the store, as the program puts it together, with two things in the test's
 * hands: the store, which can be compacted, and the time of all that is above it.
 */
export class WholeServer {
  readonly url: string;
  readonly api: Api;
  readonly storage: Storage;
  readonly clock: ForwardClock;
  readonly ready: Promise<void>;
  readonly kinds: ServedKinds;
  readonly #end: () => Promise<void>;

  private constructor(
    url: string,
    parts: Pick<WholeServer, 'storage' | 'clock' | 'ready' | 'kinds'>,
    end: () => Promise<void>,
  ) {
    this.url = url;
    this.api = new Api(url);
    this.storage = parts.storage;
    this.clock = parts.clock;
    this.ready = parts.ready;
    this.kinds = parts.kinds;
    this.#end = end;
  }

  static async open({
    etcd,
    etcdPrefix = '/registry',
    config: more,
    ...own
  }: WholeServerOptions = {}): Promise<WholeServer> {
    const where = etcd === undefined ? { memory: true } : { etcdServers: [etcd], etcdPrefix };
    const config = configFromValues({
      ...where,
      controllers: quietControllers,
      securePort: 0,
      insecurePort: 'any',
      ...more,
    });
    const logger = silentLogger;
    const clock = new ForwardClock();
    const meter = new PrometheusMeter(clock, false);
    const parts = { clock: realClock, logger, meter, random: Math.random };
    const store = own.storage ?? (await openStorage(config, parts));
    const storage = own.disturbed?.(store) ?? store;
    const never = new AbortController().signal;
    const fail = (error: Error) => {
      throw error;
    };
    const failed = own.failed ?? fail;
    const tokenKeys = await loadTokenKeys(config);
    const signals = { draining: never, shutdown: never };
    const api = new ApiServer({ config, storage, clock, logger, meter, tokenKeys, ...signals, failed });
    const requests = new Requests(api.fetch, logger);
    const listener = await Listener.open({
      address: config.bindAddress,
      port: 'any',
      certificate: undefined,
      maxHeaderBytes: config.maxHeaderBytes,
      requestTimeoutMs: config.requestTimeout,
      maxStreamsPerConnection: config.http2MaxStreamsPerConnection,
      sink: requests,
      logger,
    });
    // A server that is closed early has nobody to tell.
    api.ready.catch(() => undefined);
    if (own.ready !== false) await api.ready;
    return new WholeServer(listener.url, { storage: store, clock, ready: api.ready, kinds: api.kinds }, async () => {
      const endWatches = () => api.endWatches();
      await drain({ listeners: [listener], requests, endWatches, clock: realClock, graceMs: 5_000 });
      api.stop();
      if (own.storage === undefined) await store.close();
    });
  }

  /** A watch; `path` with its query. */
  watch(path: string, headers: Record<string, string> = {}): Promise<WatchStream> {
    return WatchStream.open(this.url + path, headers);
  }

  /** The value of a metric, `name{label="value"}` as it is written; NaN without one. A second passes: it is counted anew that often. */
  async metric(sample: string): Promise<number> {
    this.clock.forward(1_000);
    const { text } = await this.api.get('/metrics');
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${sample} `));
    return Number(line?.slice(sample.length));
  }

  /** Resolves once it has this value. Seconds pass. */
  async metricBecomes(sample: string, value: number): Promise<void> {
    while ((await this.metric(sample)) !== value) await new Promise((resolve) => setImmediate(resolve));
  }

  /** A read that will wait in vain for a revision to come: gets its answer without the 3 s. */
  async inVain<T>(read: Promise<T>): Promise<T> {
    await Promise.race([read, this.clock.waitedFor(freshTimeoutMs)]);
    this.clock.forward(freshTimeoutMs);
    return read;
  }

  /** Forgets what was before `revision`, and has the server hear of it, which takes it up to 15 s otherwise. */
  async compact(revision: number): Promise<void> {
    await this.storage.compact(asRevision(revision));
    this.clock.forward(compactionPollMs);
    // It has heard when it begins to wait for the next time.
    await this.clock.waitedFor(compactionPollMs);
  }

  close(): Promise<void> {
    return this.#end();
  }
}

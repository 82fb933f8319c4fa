import { configFromValues } from '../config/config.ts';
import type { Config } from '../config/options.ts';
import { openServer } from './open-server.ts';
import { createLogger } from './pino-logger.ts';

export type { LogLevel, Port } from '../config/option-type.ts';

/**
 * Settings by the names of {@link Config}: `--etcd-servers` is `etcdServers`, durations are milliseconds. What is left
 * out is as with `crowsnest serve`, except that the server is made for use inside another program:
 * - `memory`: true, unless `dataDir` or `etcdServers` say where to keep things
 * - `insecurePort`: 'any', a free one · `securePort`: 0, off, so that no certificate need be made
 * - `logLevel`: 'silent' · `shutdownGracePeriod`: 5 s
 */
export type StartServerOptions = Partial<Config>;

export interface RunningServer {
  /** Where it is reached: `http://127.0.0.1:41234`. The https one, if both ports are on. */
  readonly url: string;
  /** A kubeconfig for `url`, as text. */
  readonly kubeconfig: string;
  /**
   * Resolves, with what happened, if the server can never serve again: its store died, was restored from a backup under
   * it, or the server itself found that what it has in memory is wrong. It has then ended all watches, answers 503 to every
   * request and 500 at `/readyz` and `/livez`, and is still to be closed. Never rejects; does not settle while the server
   * is well, nor when it is closed. Losing an etcd for a while is no such failure.
   */
  readonly failed: Promise<Error>;
  /** Ends watches cleanly, finishes what is under way and releases everything. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts a Kubernetes API server in this process and resolves once it is ready. Any number can run side by side: they
 * share nothing.
 * @throws {ConfigError} telling everything that is wrong with the options.
 * @throws {Error} when the server failed before it was ready: see {@link RunningServer.failed}.
 */
export async function startServer(options: StartServerOptions = {}): Promise<RunningServer> {
  const persistent = options.dataDir !== undefined || (options.etcdServers ?? []).length > 0;
  const config = configFromValues({
    memory: !persistent,
    insecurePort: 'any',
    securePort: 0,
    logLevel: 'silent',
    shutdownGracePeriod: 5_000,
    ...options,
  });
  let fail = (_error: Error): void => {};
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  const logger = createLogger(config.logLevel);
  const server = await openServer(config, { logger, processMetrics: false, failed: fail });
  try {
    await server.ready;
  } catch (error) {
    await server.close();
    throw error;
  }
  const { url, kubeconfig } = server;
  return { url, kubeconfig, failed, close: () => server.close() };
}

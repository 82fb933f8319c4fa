import { ApiClient } from '../client/api-client.ts';
import type { ApiKind } from '../client/api-kind.ts';
import type { DefinedKind } from '../client/define-kind.ts';
import type { KindClient } from '../client/kind-client.ts';
import { configFromValues } from '../config/config.ts';
import type { Config } from '../config/options.ts';
import { openServer } from './open-server.ts';
import { createLogger } from './pino-logger.ts';

export { ApiClient, type ApiClientOptions } from '../client/api-client.ts';
export { type ApiKind, apiKind, type InputOf, type ObjectOf } from '../client/api-kind.ts';
export type { Change } from '../client/changes.ts';
export { type DefinedKind, defineKind } from '../client/define-kind.ts';
export { Informer, type InformerOptions } from '../client/informer.ts';
export { type JsonSchema, typedSchema } from '../client/json-schema.ts';
export { KindClient } from '../client/kind-client.ts';
export type { KindDefinition } from '../client/kind-definition.ts';
export { KindError } from '../client/kind-error.ts';
export type { ObjectMeta, ObjectMetaInput, OwnerReference } from '../client/object-meta.ts';
export { isRefusal, ResponseError } from '../client/response-error.ts';
export type { WatchEvent } from '../client/watch-event.ts';
export type { LogLevel, Port } from '../config/option-type.ts';

/**
 * Settings by the names of {@link Config}: `--etcd-servers` is `etcdServers`, durations are milliseconds. What is left
 * out is as with `crowsnest serve`, except that the server is made for use inside another program:
 * - `memory`: true, unless `dataDir` or `etcdServers` say where to keep things
 * - `insecurePort`: 'any', a free one · `securePort`: 0, off, so that no certificate need be made
 * - `logLevel`: 'silent' · `shutdownGracePeriod`: 5 s
 */
export interface StartServerOptions extends Partial<Config> {
  /**
   * Kinds of {@link defineKind} that are served once the server is ready. They are CustomResourceDefinitions: written when
   * they are missing or say something else, never deleted.
   */
  readonly kinds?: readonly Pick<DefinedKind, 'definition'>[];
}

/** Somebody who uses the server. */
export interface User {
  /** Of a service account: `system:serviceaccount:<namespace>:<name>`. */
  readonly name: string;
  readonly uid?: string;
  /** Beside `system:authenticated`, which everybody belongs to who is known. */
  readonly groups?: readonly string[];
}

export interface RunningServer {
  /** Where it is reached: `http://127.0.0.1:41234`. The https one, if both ports are on. */
  readonly url: string;
  /** A kubeconfig for `url`, as text: of somebody who may do everything. */
  readonly kubeconfig: string;
  /**
   * A kubeconfig of somebody else, good for as long as the server runs: to try what a controller may do under its own roles,
   * with `authorizationMode: ['RBAC']`. Where nobody is asked who he is, he may do everything like everybody.
   */
  kubeconfigFor(user: User): string;
  /**
   * A client of objects of a kind, by HTTP as any other, without credentials. What it watches ends when the server is
   * closed. For more than that, for other programs, and for a server that asks who comes, there is {@link ApiClient}.
   */
  client<Read, Write>(kind: ApiKind<Read, Write>): KindClient<Read, Write>;
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
 * @throws {Error} when the server failed before it was ready, see {@link RunningServer.failed}, or one of `kinds` cannot
 * be defined
 */
export async function startServer({ kinds = [], ...options }: StartServerOptions = {}): Promise<RunningServer> {
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
  const definitions = kinds.map(({ definition }) => definition);
  const logger = createLogger(config.logLevel);
  const server = await openServer(config, { logger, processMetrics: false, failed: fail, definitions });
  try {
    await server.ready;
  } catch (error) {
    await server.close();
    throw error;
  }
  const { url, kubeconfig, authority: ca, token } = server;
  const api = new ApiClient({ url, ca, token });
  return {
    url,
    kubeconfig,
    kubeconfigFor: ({ name, uid = '', groups = [] }) => server.kubeconfigFor({ name, uid, groups, extra: {} }),
    failed,
    client: (kind) => api.client(kind),
    close() {
      api.close();
      return server.close();
    },
  };
}

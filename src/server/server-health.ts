import type { Logger } from '../base/logger.ts';
import { Health, type HealthCheck } from './health.ts';

/** How far a start has come. */
export interface StartProgress {
  cachesFilled: boolean;
  namespacesExist: boolean;
  /** Those that the server was given are established. */
  kindsDefined: boolean;
}

export interface ServerHealthParts {
  /** Whether the store answers. */
  readonly store: HealthCheck;
  readonly logger: Logger;
  /** Aborted when `/readyz` is to fail. */
  readonly draining: AbortSignal;
}

/** What `/livez`, `/readyz` and `/healthz` look at. `failure`: aborted, with the error, when nobody can go on. */
export function serverHealth(
  { store, logger, draining }: ServerHealthParts,
  progress: StartProgress,
  failure: AbortSignal,
): Health {
  const check = (name: string, problem: () => string | false): HealthCheck => ({
    name,
    check: () => problem() || undefined,
  });
  const ping = check('ping', () => false);
  const stream = check(
    'watch-stream',
    () => failure.aborted && `the stream from the store has failed: ${failure.reason}`,
  );
  const caches = check('watch-cache', () => !progress.cachesFilled && 'the caches are not filled yet');
  const namespaces = check(
    'poststarthook/start-system-namespaces-controller',
    () => !progress.namespacesExist && 'the system namespaces do not exist yet',
  );
  const kinds = check('defined-kinds', () => !progress.kindsDefined && 'the kinds of this program are not served yet');
  const shutdown = check('shutdown', () => draining.aborted && 'process is shutting down');
  return new Health(
    {
      livez: [ping, store, stream],
      healthz: [ping, store, stream, caches, namespaces],
      readyz: [ping, store, stream, caches, namespaces, kinds, shutdown],
    },
    logger,
  );
}

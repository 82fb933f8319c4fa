import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { ApiError } from '../machinery/api-error.ts';
import { RequestContext } from '../machinery/request-context.ts';
import type { RestStorage } from '../registry/rest-storage.ts';

/** What every cluster has, and what clients take for granted. */
export const systemNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const;

/** A store that is down is asked again this often, until the server is closed. */
const retryMs = 1_000;

const bootstrap = RequestContext.internal('system:apiserver', { fieldManager: 'kube-apiserver' });

export interface BootstrapOptions {
  readonly namespaces: Pick<RestStorage, 'get' | 'create'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborted when nobody needs it any more. */
  readonly signal: AbortSignal;
}

/** Creates those of {@link systemNamespaces} that do not exist. Resolves when all do, or when aborted. */
export async function bootstrapNamespaces({ namespaces, clock, logger, signal }: BootstrapOptions): Promise<void> {
  for (const name of systemNamespaces) {
    while (!signal.aborted) {
      try {
        await ensure(namespaces, name);
        break;
      } catch (error) {
        logger.warn('a namespace that every cluster has is not there yet', { namespace: name, error });
        await pause(clock, signal);
      }
    }
  }
}

async function ensure(namespaces: BootstrapOptions['namespaces'], name: string): Promise<void> {
  try {
    await namespaces.get({ namespace: '', name }, '0');
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 404) throw error;
    try {
      const namespace = { kind: 'Namespace', apiVersion: 'v1', metadata: { name } };
      await namespaces.create({ namespace: '' }, namespace, bootstrap);
    } catch (refusal) {
      // Another replica was first.
      if (!(refusal instanceof ApiError) || refusal.status.reason !== 'AlreadyExists') throw refusal;
    }
  }
}

const pause = (clock: Clock, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const cancel = clock.after(retryMs, done);
    signal.addEventListener('abort', done, { once: true });
    function done() {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    }
  });

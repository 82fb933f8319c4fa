import type { Clock } from '../base/clock.ts';
import { StorageError } from '../storage/errors.ts';
import type { Storage } from '../storage/storage.ts';
import type { HealthCheck } from './health.ts';

/** How long a health check may wait for the store; kube-apiserver's own. */
const timeoutMs = 2_000;

/** Does the store answer? Everybody who asks at once shares one question. Called `etcd`, as everywhere, whatever the store is. */
export function storeCheck(storage: Pick<Storage, 'currentRevision'>, clock: Clock): HealthCheck {
  let asking: Promise<string | undefined> | undefined;

  async function ask(): Promise<string | undefined> {
    let cancel = (): void => {};
    const late = new Promise<string>((resolve) => {
      cancel = clock.after(timeoutMs, () => resolve(`the store did not answer within ${timeoutMs} ms`));
    });
    try {
      return await Promise.race([late, storage.currentRevision().then(() => undefined)]);
    } catch (error) {
      if (error instanceof StorageError) return error.message;
      throw error;
    } finally {
      cancel();
      asking = undefined;
    }
  }

  return { name: 'etcd', check: () => (asking ??= ask()) };
}

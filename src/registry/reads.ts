import { notFound, tooLargeResourceVersion } from '../machinery/status-errors.ts';
import { objectKey } from '../translate/object-key.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import { readVersion } from './resource-version.ts';
import type { ObjectScope } from './rest-storage.ts';
import type { StoreContext } from './store-context.ts';
import { readPresent } from './stored-values.ts';

/**
 * GET. Without a resourceVersion, or while the cache is not ready: the latest, from the store. `0`: whatever the cache
 * has. N: what the cache has once it has reached N.
 */
export async function getObject(
  context: StoreContext,
  scope: ObjectScope,
  resourceVersion: string,
): Promise<StoredObject> {
  const { cache, resource } = context;
  const key = objectKey(context.shape, scope);
  const fromCache = resourceVersion !== '' && cache.readiness === 'ready';
  if (fromCache) {
    const { exactly, revision } = readVersion(resourceVersion);
    const reached = revision !== undefined && (await context.fresh.reach(revision));
    if (!reached) throw tooLargeResourceVersion(exactly, cache.revision, 1);
  }
  const object = fromCache ? cache.get(key) : await readPresent(context, key);
  if (object === undefined) throw notFound(resource, scope.name);
  return object;
}

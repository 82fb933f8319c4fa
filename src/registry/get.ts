import { notFound, tooLargeResourceVersion } from '../machinery/status-errors.ts';
import { objectKey } from '../translate/object-key.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import { readVersion } from './resource-version.ts';
import type { ObjectScope } from './rest-storage.ts';
import type { StoreContext } from './store-context.ts';
import { readPresent } from './stored-values.ts';
import { UnreadableObjectError } from './unreadable.ts';

/** Longer than a change mostly takes from the store into the cache; then asking for the object itself is quicker. */
const patienceMs = 20;

/**
 * GET. Without a resourceVersion, or while the cache is not ready: the latest. `0`: whatever the cache has. N: what the
 * cache has once it has reached N. What cannot be read is refused, but where an earlier state will do and is known.
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
    if (revision === undefined || !(await context.fresh.reach(revision))) {
      throw tooLargeResourceVersion(exactly, cache.revision, 1);
    }
    const [unreadable] = cache.unreadable(key, `${key}\0`);
    // The last object that could be read was still there at N.
    const suffices = cache.get(key) !== undefined && unreadable !== undefined && revision < unreadable.since;
    if (unreadable !== undefined && !suffices) throw new UnreadableObjectError(unreadable);
  }
  const object = fromCache
    ? cache.get(key)
    : ((await latestInMemory(context, key)) ?? (await readPresent(context, key)));
  if (object === undefined) throw notFound(resource, scope.name);
  return context.forms === undefined ? object : context.forms.present(object);
}

/**
 * The latest object, linearizably, at the cost of a question to the store that all readers of the moment share.
 * `undefined`: only the store can say, because the cache is not there yet, has no such object, or has one that it does
 * not vouch for.
 */
async function latestInMemory({ cache, fresh }: StoreContext, key: string): Promise<StoredObject | undefined> {
  if (cache.readiness !== 'ready') return undefined;
  const isFresh = await fresh.reach(await fresh.latest(), patienceMs);
  return isFresh && cache.vouchesFor(key) ? cache.get(key) : undefined;
}

import type { ClassLister } from '../admission/class-lister.ts';
import { ApiError } from '../machinery/api-error.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { listEverything } from '../registry/list-everything.ts';
import { objectKey } from '../translate/object-key.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { LiveKind } from './live-kind.ts';

/**
 * What admission asks of classes, answered by the kind that serves them, which is made after admission: hence a function.
 * `read`: what a rule reads of an object; each revision is read once.
 */
export function classLister<T>(
  kind: () => Pick<LiveKind, 'cache' | 'shape' | 'store'> | undefined,
  read: (object: JsonObject) => T,
): ClassLister<T> {
  const known = new WeakMap<StoredObject, { readonly value: T }>();
  const readOnce = (object: StoredObject): T => {
    const found = known.get(object) ?? { value: read(object.parse()) };
    known.set(object, found);
    return found.value;
  };
  return {
    async get(name) {
      const live = kind();
      if (live === undefined) return undefined;
      const { cache, shape, store } = live;
      // A cache that is being filled is told the past, and one that is ready may lag behind who has just made a class.
      const cached = cache.readiness === 'ready' ? cache.get(objectKey(shape, { namespace: '', name })) : undefined;
      if (cached !== undefined) return readOnce(cached);
      try {
        return readOnce(await store.get({ namespace: '', name }, ''));
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return undefined;
        throw error;
      }
    },
    async all() {
      const live = kind();
      if (live === undefined) return [];
      const found: T[] = [];
      if (live.cache.readiness === 'ready')
        live.cache.snapshot().visit(undefined, undefined, (object) => void found.push(readOnce(object)));
      else
        for (const object of (await live.store.list({ namespace: '' }, listEverything)).items)
          found.push(readOnce(object));
      return found;
    },
  };
}

import type { NamespaceLister, NamespaceState } from '../admission/namespace-lifecycle.ts';
import { ApiError } from '../machinery/api-error.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { ServedResource } from './served-resources.ts';

const stateOf = ({ fields }: StoredObject): NamespaceState =>
  fields['status.phase'] === 'Terminating' ? 'terminating' : 'active';

/** What admission asks of namespaces, answered by the resource that serves them. It is made after admission: hence a function. */
export const namespaceLister = (
  namespaces: () => Pick<ServedResource, 'cache' | 'shape' | 'store'>,
): NamespaceLister => ({
  cached(name) {
    const { cache, shape } = namespaces();
    const object = cache.get(`${shape.keyPrefix}${name}`);
    return object === undefined ? undefined : stateOf(object);
  },
  async stored(name) {
    try {
      return stateOf(await namespaces().store.get({ namespace: '', name }, ''));
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  },
});

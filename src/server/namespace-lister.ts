import type { NamespaceLister, NamespaceState } from '../admission/namespace-lifecycle.ts';
import { ApiError } from '../machinery/api-error.ts';
import { objectKey } from '../translate/object-key.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { LiveKind } from './live-kind.ts';

/** What counts is what the server wrote. A phase is what clients write into a status. */
const stateOf = ({ isBeingDeleted }: StoredObject): NamespaceState => (isBeingDeleted ? 'terminating' : 'active');

/** What admission asks of namespaces, answered by the resource that serves them. It is made after admission: hence a function. */
export const namespaceLister = (namespaces: () => Pick<LiveKind, 'cache' | 'shape' | 'store'>): NamespaceLister => ({
  cached(name) {
    const { cache, shape } = namespaces();
    // A cache that is being filled is told the past: namespaces long gone are in it.
    if (cache.readiness !== 'ready') return undefined;
    const object = cache.get(objectKey(shape, { namespace: '', name }));
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

/** The labels of a namespace, as the cache has them. */
export const namespaceLabels =
  (namespaces: () => Pick<LiveKind, 'cache' | 'shape'>) =>
  (name: string): Readonly<Record<string, string>> | undefined => {
    const { cache, shape } = namespaces();
    return cache.get(objectKey(shape, { namespace: '', name }))?.labels;
  };

import type { ObjectShape } from './object-shape.ts';

export interface ObjectName {
  /** '' for a cluster-scoped object. */
  readonly namespace: string;
  readonly name: string;
}

/** The storage key: `<prefix><namespace>/<name>`, or `<prefix><name>` for a cluster-scoped resource. */
export const objectKey = (shape: ObjectShape, { namespace, name }: ObjectName): string =>
  shape.namespaced ? `${shape.keyPrefix}${namespace}/${name}` : shape.keyPrefix + name;

/**
 * What a key names; `undefined` when it is no key of this resource. Only printable ASCII: that is all that Kubernetes'
 * names can hold, and for it the order of bytes, of text and of the cache are the same.
 */
export function objectNameOf(shape: ObjectShape, key: string): ObjectName | undefined {
  if (!key.startsWith(shape.keyPrefix)) return undefined;
  const path = key.slice(shape.keyPrefix.length);
  if (!printable.test(path)) return undefined;
  const slash = path.indexOf('/');
  if (!shape.namespaced) return slash === -1 ? { namespace: '', name: path } : undefined;
  if (slash <= 0 || slash === path.length - 1 || path.includes('/', slash + 1)) return undefined;
  return { namespace: path.slice(0, slash), name: path.slice(slash + 1) };
}

const printable = /^[\x21-\x7e]+$/;

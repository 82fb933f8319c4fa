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
 * What a key names; `undefined` when it is no key of this resource. Most kinds have names of ASCII only, but a role's is
 * any text that is one segment of a path.
 */
export function objectNameOf(shape: ObjectShape, key: string): ObjectName | undefined {
  if (!key.startsWith(shape.keyPrefix)) return undefined;
  const path = key.slice(shape.keyPrefix.length);
  if (path === '' || !isStorableName(path)) return undefined;
  const slash = path.indexOf('/');
  if (!shape.namespaced) return slash === -1 ? { namespace: '', name: path } : undefined;
  if (slash <= 0 || slash === path.length - 1 || path.includes('/', slash + 1)) return undefined;
  return { namespace: path.slice(0, slash), name: path.slice(slash + 1) };
}

/**
 * Whether an object may have this name. Up to U+D7FF the order of bytes, in the store, and that of text, in the cache, are
 * the same, which pages of lists rely on; beyond it, and for what is no text at all, they are not.
 */
export const isStorableName = (name: string): boolean => !beyond.test(name);

const beyond = /[\ud800-\uffff]/;

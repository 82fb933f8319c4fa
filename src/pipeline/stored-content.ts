import { prefixEnd } from '../storage/keys.ts';
import type { Storage } from '../storage/storage.ts';

/** How many keys one kind has in a namespace: at least one. */
export interface StoredContent {
  /** Below the root, without slashes at the ends: `configmaps`, `services/specs`, `example.com/widgets`. */
  readonly storagePrefix: string;
  readonly count: number;
}

/**
 * What the store holds in a namespace at this moment, readable or not: of each of the kinds that has something there. One
 * small read per kind, one after the other. `root`: what all keys begin with; ends in `/`. Rejects with StorageError.
 */
export async function storedContent(
  storage: Pick<Storage, 'range'>,
  root: string,
  storagePrefixes: Iterable<string>,
  namespace: string,
): Promise<readonly StoredContent[]> {
  const found: StoredContent[] = [];
  for (const storagePrefix of new Set(storagePrefixes)) {
    const start = `${root}${storagePrefix}/${namespace}/`;
    const { count } = await storage.range({ start, end: prefixEnd(start), limit: 1, keysOnly: true });
    if (count > 0) found.push({ storagePrefix, count });
  }
  return found;
}

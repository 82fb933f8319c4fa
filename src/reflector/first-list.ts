import { asRevision, type Revision } from '../base/revision.ts';
import type { Storage } from '../storage/storage.ts';

export interface FirstList {
  /** Read the list as of this revision. */
  readonly revision: Revision;
  /** The store's own now: what happened in between comes by the watch. */
  readonly present: Revision;
}

/** etcd's first, of an empty store. */
const firstRevision = asRevision(1);

/**
 * Where to list first, so that the watch tells the last `replay` revisions once more: the caches get a past, and clients
 * of a process before this one, or of another one, go on where they were instead of listing everything anew at once.
 * Undefined: at the present, as there is nothing to tell.
 */
export async function firstListAt(
  storage: Pick<Storage, 'currentRevision' | 'compactRevision'>,
  replay: number,
): Promise<FirstList | undefined> {
  if (replay === 0) return undefined;
  const [present, compacted] = await Promise.all([storage.currentRevision(), storage.compactRevision()]);
  const revision = asRevision(Math.max(firstRevision, compacted, present - replay));
  return revision < present ? { revision, present } : undefined;
}

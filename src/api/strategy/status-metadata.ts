import type { ObjectMeta } from '../types/meta-v1.generated.ts';

type Described = { metadata?: ObjectMeta };

/** What of metadata clients write. The rest nobody can change by an update. */
const written = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

/** For kinds of which a write to `status` changes nothing else, not even labels. */
export function keepMetadata(object: Described, old: Described): void {
  const metadata = (object.metadata ??= {});
  for (const field of written) {
    delete metadata[field];
    const value = old.metadata?.[field];
    if (value !== undefined) Object.assign(metadata, { [field]: value });
  }
}

/** The same, of who manages what. */
export const metadataReset = [['metadata']] as const;

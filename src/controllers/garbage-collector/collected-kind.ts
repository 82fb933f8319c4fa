import type { Kind } from '../../api/kind.ts';
import type { RestStorage } from '../../registry/rest-storage.ts';
import type { ObjectShape } from '../../translate/object-shape.ts';
import type { CacheReader } from '../../watchcache/cache-reader.ts';

/** A kind whose objects may own others, be owned and be collected. */
export interface CollectedKind {
  readonly kind: Kind;
  readonly shape: ObjectShape;
  readonly cache: CacheReader;
  readonly store: Pick<RestStorage, 'get' | 'create' | 'update' | 'delete'>;
}

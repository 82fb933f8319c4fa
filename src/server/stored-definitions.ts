import type { CustomResourceDefinition } from '../api/types/apiextensions-v1.generated.ts';
import type { Clock } from '../base/clock.ts';
import { PagedList } from '../reflector/paged-list.ts';
import { StorageError } from '../storage/errors.ts';
import { prefixEnd } from '../storage/keys.ts';
import type { Storage } from '../storage/storage.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import { translate } from '../translate/translate.ts';

/**
 * The definitions that the store holds, read before anything else is: what they describe then comes with the first list, as
 * what is built in does, and watches of it go on where they were. What cannot be read is left out. Of a store that is away
 * none: whatever is wrong with it, the stream from it tells and bears, and definitions come with their cache, too.
 */
export async function storedDefinitions(
  storage: Pick<Storage, 'range'>,
  shape: ObjectShape,
  clock: Pick<Clock, 'endOfTurn'>,
): Promise<readonly CustomResourceDefinition[]> {
  const list = new PagedList(storage, clock, { start: shape.keyPrefix, end: prefixEnd(shape.keyPrefix) });
  const definitions: CustomResourceDefinition[] = [];
  try {
    for (;;) {
      const { items, last } = await list.next();
      for (const kv of items) {
        const change = translate(shape, { type: 'put', kv });
        if (change.type === 'put') definitions.push(change.object.parse());
      }
      if (last) return definitions;
    }
  } catch (error) {
    if (error instanceof StorageError) return [];
    throw error;
  }
}

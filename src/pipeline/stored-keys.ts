import type { Revision } from '../base/revision.ts';
import { prefixEnd } from '../storage/keys.ts';
import type { Storage } from '../storage/storage.ts';
import type { StoreLister } from '../watchcache/consistency-checker.ts';

/** Small pages, since nobody waits for this. */
const pageItems = 250;

/** The keys below a prefix as the store has them: what a cache is compared with. */
export const storedKeys = (storage: Pick<Storage, 'range'>, prefix: string): StoreLister => ({
  async *list(revision: Revision) {
    const end = prefixEnd(prefix);
    let start: string | undefined = prefix;
    while (start !== undefined) {
      const page = await storage.range({ start, end, limit: pageItems, revision, keysOnly: true, counted: false });
      yield page.items;
      const last = page.items.at(-1)?.key;
      start = page.more && last !== undefined ? `${last}\0` : undefined;
    }
  },
});

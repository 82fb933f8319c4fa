import { PagedList } from '../reflector/paged-list.ts';
import { prefixEnd } from '../storage/keys.ts';
import type { Storage } from '../storage/storage.ts';
import type { StoreLister } from '../watchcache/consistency-checker.ts';

/**
 * A resource's keys as the store has them. The store cannot give keys without values: pages are sized by what the values
 * take, not 10,000 keys as kube-apiserver's, and are dropped one by one.
 */
export const storeLister = (storage: Pick<Storage, 'range'>, keyPrefix: string): StoreLister => ({
  async *list(revision) {
    const list = new PagedList(storage, { start: keyPrefix, end: prefixEnd(keyPrefix) }, revision);
    for (;;) {
      const page = await list.next();
      yield page.items;
      if (page.last) return;
    }
  },
});

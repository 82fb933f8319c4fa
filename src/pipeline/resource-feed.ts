import { OrderedMap } from '../base/ordered-map.ts';
import { noRevision, type Revision } from '../base/revision.ts';
import type { KeyEvent, KeyValue } from '../storage/storage.ts';
import type { ObjectChange } from '../translate/object-change.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import { translate } from '../translate/translate.ts';
import type { ObjectEvent } from '../watchcache/object-event.ts';
import type { WatchCache } from '../watchcache/watch-cache.ts';

/** One resource, as the pipeline feeds it. */
export interface Resource {
  readonly shape: ObjectShape;
  readonly cache: WatchCache;
  readonly dispatcher: {
    /** Takes every event right after the cache did. `more`: others of the same revision may follow. Must not throw. */
    dispatch(event: ObjectEvent, more: boolean): void;
    /** After a relist: nobody can resume from a revision inside of it, so those who watch are to know one behind it soon. */
    bookmarkSoon(): void;
  };
}

type CorruptChange = Extract<ObjectChange, { type: 'corrupt' }>;

/**
 * The way of one resource's keys into its cache: the list being read, if one is, and the changes that come while the cache
 * has no list yet, or is filled anew. Of those only the last of each key is kept, so that it takes no more than the cache will.
 */
export class ResourceFeed {
  readonly resource: Resource;
  /**
   * True while its objects come with the list of the whole prefix; false while it reads its own prefix (a resource added
   * later). Nothing is in two lists at once.
   */
  inPrefixList = false;
  #listed: StoredObject[] = [];
  #unreadable: CorruptChange[] = [];
  /** Changes that came before the cache had its list. */
  readonly #early = new Map<string, ObjectChange>();
  /** The stream jumped to this revision by a list of the prefix in which this resource was not. */
  #jumpedTo: Revision = noRevision;

  /** The cache was found wrong: what it has is not to be relied on, but goes on to be told. */
  #refilling = false;

  constructor(resource: Resource) {
    this.resource = resource;
  }

  translate(event: KeyEvent): ObjectChange {
    return translate(this.resource.shape, event);
  }

  apply(change: ObjectChange): ObjectEvent | undefined {
    const { cache } = this.resource;
    if (!cache.filled || this.#refilling) this.#early.set(change.key, change);
    return cache.filled ? cache.apply(change) : undefined;
  }

  beginList(): void {
    this.#listed = [];
    this.#unreadable = [];
  }

  /** What the cache has already is not made again: a relist costs what changed. */
  list(kv: KeyValue): void {
    const known = this.#refilling ? undefined : this.resource.cache.get(kv.key);
    if (known !== undefined && known.revision === kv.modRevision) {
      this.#listed.push(known);
      return;
    }
    const change = this.translate({ type: 'put', kv });
    if (change.type === 'put') this.#listed.push(change.object);
    else if (change.type === 'corrupt') this.#unreadable.push(change);
  }

  /** The list is complete, and the stream goes on behind `revision`; the store itself was at `present` already. */
  endList(revision: Revision, present: Revision = revision): void {
    const { cache, dispatcher } = this.resource;
    const listed = this.#listed;
    const corrupt = this.#unreadable;
    const again = cache.filled;
    this.beginList();
    this.#early.clear();
    const taken = (event: ObjectEvent, more: boolean): void => dispatcher.dispatch(event, more);
    cache.replace(listed, revision, { corrupt, servesFrom: present, taken });
    if (again) dispatcher.bookmarkSoon();
  }

  /** A list of the prefix ended without this resource: changes up to `revision` were not told. */
  jump(revision: Revision): void {
    this.#jumpedTo = revision;
  }

  /**
   * The resource's own list as of `listRevision` is complete, while the stream has told everything up to `reached`, at or
   * above it: what came since the list goes on top, and the cache begins at `reached`.
   * False when the list is too old for that: it must be read again.
   */
  endOwnList(listRevision: Revision, reached: Revision): boolean {
    const early = [...this.#early.values()].filter(({ revision }) => revision > listRevision);
    if (listRevision < this.#jumpedTo) return false;
    if (early.length > 0) this.#lay(early);
    this.endList(reached);
    return true;
  }

  beginRefill(): void {
    this.#refilling = true;
    this.#early.clear();
  }

  abandonRefill(): void {
    if (!this.#refilling) return;
    this.#refilling = false;
    this.#early.clear();
  }

  /**
   * The resource's own list as of `listRevision` is complete, and the stream has told everything up to `revision`, where it
   * moves in this turn, and of which it told nothing of this resource: see WatchCache.refill.
   */
  endRefill(listRevision: Revision, revision: Revision): void {
    const { cache, dispatcher } = this.resource;
    const early = [...this.#early.values()].filter((change) => change.revision > listRevision);
    if (early.length > 0) this.#lay(early);
    const listed = this.#listed;
    const corrupt = this.#unreadable;
    this.beginList();
    this.abandonRefill();
    cache.refill(listed, revision, { corrupt, taken: (event, more) => dispatcher.dispatch(event, more) });
    dispatcher.bookmarkSoon();
  }

  #lay(changes: readonly ObjectChange[]): void {
    const objects = new OrderedMap<StoredObject>();
    for (const object of this.#listed) objects.set(object.key, object);
    const unreadable = new Map(this.#unreadable.map((change) => [change.key, change]));
    for (const change of changes) {
      if (change.type === 'corrupt') {
        unreadable.set(change.key, change);
        continue;
      }
      unreadable.delete(change.key);
      if (change.type === 'put') objects.set(change.key, change.object);
      else objects.delete(change.key);
    }
    this.#unreadable = [...unreadable.values()];
    this.#listed = [];
    objects.visit(undefined, undefined, (object) => {
      this.#listed.push(object);
    });
  }
}

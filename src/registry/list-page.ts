import type { Revision } from '../base/revision.ts';
import { expired } from '../machinery/status-errors.ts';
import { StorageError } from '../storage/errors.ts';
import type { RangeResult } from '../storage/storage.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import { translate } from '../translate/translate.ts';
import type { Snapshot } from '../watchcache/snapshot.ts';
import type { UnreadableValue } from '../watchcache/unreadable-values.ts';
import { encodeContinue } from './continue-token.ts';
import type { ListRange } from './list-range.ts';
import { rememberedSelection } from './remembered-selections.ts';
import type { ListResult } from './rest-storage.ts';
import { listTooOld } from './status-of.ts';
import type { StoreContext } from './store-context.ts';
import { unreadableList } from './unreadable.ts';

/** One page: at most `limit` selected objects (0: all) from `startKey` on. */
export interface Page {
  readonly range: ListRange;
  readonly startKey: string;
  readonly limit: number;
}

interface Picked {
  readonly items: readonly StoredObject[];
  /** How many objects there are from the page's first key to the end of the list, selected or not. */
  readonly total: () => number;
  /** There is at least one more object, selected or not, behind the last item. */
  readonly more: boolean;
  readonly revision: Revision;
}

function resultOf({ range, limit }: Page, { items, total, more, revision }: Picked): ListResult {
  const last = items.at(-1);
  if (!more || last === undefined) return { revision, items, continue: '', remainingItemCount: undefined };
  return {
    revision,
    items,
    continue: encodeContinue({ startKey: `${last.key}\0`, revision }, range.prefix),
    remainingItemCount: range.selective ? undefined : total() - limit,
  };
}

/**
 * A page of what the cache has now.
 * @throws {ApiError} 500 when a value that the page would hold, or must be looked at for it, cannot be read
 */
export function pageOfPresent(context: StoreContext, page: Page): ListResult {
  const { cache, resource } = context;
  const { singleKey, end } = page.range;
  const snapshot = cache.snapshot();
  const unreadable = cache.unreadable(singleKey ?? page.startKey, singleKey === undefined ? end : `${singleKey}\0`);
  const [first] = unreadable;
  if (first === undefined) return pageFromSnapshot(context, page, snapshot);
  // A page that is full before it comes to one of them does not meet it; but it is not the last.
  const before = page.limit === 0 || singleKey !== undefined ? undefined : { ...page.range, end: first.key };
  const result = before && pageFromSnapshot(context, { ...page, range: before }, snapshot);
  const last = result?.items.at(-1);
  if (result === undefined || last === undefined || result.items.length < page.limit) {
    throw unreadableList(resource, unreadable);
  }
  const unknown = unreadable.filter(({ key }) => snapshot.get(key) === undefined).length;
  const total = () => snapshot.count(page.startKey, end) + unknown;
  return resultOf(page, { items: result.items, total, more: true, revision: snapshot.revision });
}

/** A page from memory: O(log n) to the first object, then one step for each that is looked at. */
export function pageFromSnapshot({ metrics }: StoreContext, page: Page, snapshot: Snapshot): ListResult {
  const { range, startKey, limit } = page;
  const { items, fetched, more } =
    range.singleKey === undefined
      ? limit === 0
        ? allSelected(page, snapshot)
        : firstSelected(page, snapshot)
      : selected(range, only(snapshot.get(range.singleKey)));
  metrics.cacheLists.add();
  metrics.cacheFetched.add(fetched);
  metrics.cacheReturned.add(items.length);
  const total = () => snapshot.count(startKey, range.end);
  return resultOf(page, { items, total, more, revision: snapshot.revision });
}

interface Looked {
  readonly items: readonly StoredObject[];
  /** Looked at. */
  readonly fetched: number;
  readonly more: boolean;
}

const only = (object: StoredObject | undefined): readonly StoredObject[] => (object === undefined ? [] : [object]);

function selected(range: ListRange, objects: readonly StoredObject[]): Looked {
  const items = range.selective ? objects.filter((object) => range.selects(object)) : objects;
  return { items, fetched: objects.length, more: false };
}

function allSelected({ range, startKey }: Page, snapshot: Snapshot): Looked {
  const objects = snapshot.objects(startKey, range.end);
  // All objects of a state are one array until it changes; those of a part of it are gathered for each list.
  if (!range.selective || objects.length < snapshot.size) return selected(range, objects);
  const pick = () => selected(range, objects).items;
  return { items: rememberedSelection(objects, range.selection, pick), fetched: objects.length, more: false };
}

function firstSelected({ range, startKey, limit }: Page, snapshot: Snapshot): Looked {
  const items: StoredObject[] = [];
  let fetched = 0;
  let more = false;
  snapshot.visit(startKey, range.end, (object) => {
    if (items.length === limit) {
      more = true;
      return false;
    }
    fetched++;
    if (range.selects(object)) items.push(object);
    return true;
  });
  return { items, fetched, more };
}

/** How many keys one range asks for when the client sets no limit, or when a selector skips most of what comes. */
const storagePageSize = 1_000;

/**
 * A page from the store, at a revision of which the cache knows nothing any more; without one, of the latest.
 * @throws {StorageError}
 * @throws {ApiError} 500 when a value that was looked at cannot be read
 */
export async function pageFromStorage(
  context: StoreContext,
  page: Page,
  at: Revision | undefined,
): Promise<ListResult> {
  const { storage, metrics } = context;
  const { range, limit } = page;
  const items: StoredObject[] = [];
  let start = range.singleKey ?? page.startKey;
  const end = range.singleKey === undefined ? range.end : `${range.singleKey}\0`;
  let revision = at;
  let total: number | undefined;
  let fetched = 0;
  let more = false;
  const unreadable: UnreadableValue[] = [];
  for (;;) {
    const wanted = limit > 0 && !range.selective ? limit - items.length : storagePageSize;
    const result: RangeResult = await storage.range({
      start,
      end,
      limit: wanted,
      ...(revision === undefined ? {} : { revision }),
    });
    revision ??= result.revision;
    total ??= result.count;
    fetched += result.items.length;
    more = result.more;
    for (const [index, kv] of result.items.entries()) {
      const change = translate(context.shape, { type: 'put', kv });
      if (change.type === 'corrupt') unreadable.push(change);
      else if (change.type === 'put' && range.selects(change.object)) items.push(change.object);
      if (limit === 0 || items.length < limit) continue;
      more ||= index < result.items.length - 1;
      break;
    }
    const last = result.items.at(-1);
    if (!result.more || last === undefined || (limit > 0 && items.length === limit)) break;
    if (unreadable.length > storagePageSize) break;
    start = `${last.key}\0`;
  }
  if (unreadable.length > 0) throw unreadableList(context.resource, unreadable);
  metrics.storageLists.add();
  metrics.storageFetched.add(fetched);
  metrics.storageReturned.add(items.length);
  const counted = total;
  return resultOf(page, { items, total: () => counted, more, revision });
}

const inconsistent =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted ' +
  'between the time the first chunk was returned and now may show up in the list.';

/** What a client is told whose revision the store has forgotten: 410, on a continued list with a token to go on with. */
export function compactedList(error: unknown, page: Page, continued: boolean): unknown {
  if (!(error instanceof StorageError) || error.code !== 'compacted') return error;
  if (!continued) return expired(listTooOld);
  return expired(inconsistent, encodeContinue({ startKey: page.startKey, revision: -1 }, page.range.prefix));
}

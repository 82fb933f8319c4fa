import { asRevision, type Revision } from '../base/revision.ts';
import type { View } from '../dispatch/view.ts';
import type { WatchSpec, WatchStart } from '../dispatch/watch-spec.ts';
import { expired, tooLargeResourceVersion } from '../machinery/status-errors.ts';
import { objectKey } from '../translate/object-key.ts';
import { requireCache } from './cache-ready.ts';
import { listRange } from './list-range.ts';
import { type RequestedVersion, readVersion } from './resource-version.ts';
import type { CollectionScope, ListOptions } from './rest-storage.ts';
import { statusOf } from './status-of.ts';
import type { OpenSink, StoreContext } from './store-context.ts';
import { unreadableList } from './unreadable.ts';

/** Where a watch begins, before anything is known of the cache. Pure: the WATCH matrix. */
export type WatchBeginning =
  /** With every object there is, once the cache has reached a revision: the store's present one, or one asked for. */
  | { readonly from: 'state'; readonly atLeast: 'latest' | RequestedVersion }
  /** With what comes after a revision: the store's present one, the cache's, or one asked for. */
  | { readonly from: 'history'; readonly after: 'latest' | 'cache' | RequestedVersion };

/**
 * What resourceVersion and sendInitialEvents mean together. `sendInitialEvents` left out with no particular version is
 * the old way to ask for the state, which never waits.
 */
export function watchBeginning(
  resourceVersion: string,
  sendInitialEvents: boolean | undefined,
  version: RequestedVersion,
): WatchBeginning {
  if (sendInitialEvents === true) return { from: 'state', atLeast: resourceVersion === '' ? 'latest' : version };
  if (!version.any) return { from: 'history', after: version };
  if (sendInitialEvents === undefined) return { from: 'state', atLeast: version };
  return { from: 'history', after: resourceVersion === '' ? 'latest' : 'cache' };
}

/** Later than any revision there will be. */
const never = asRevision(Number.MAX_SAFE_INTEGER);

/** @throws {ApiError} 504, 410, 500 when the state holds what cannot be read; {StorageError} */
async function startOf(
  context: StoreContext,
  beginning: WatchBeginning,
  keys: { readonly start: string; readonly end: string },
): Promise<WatchStart> {
  const { cache, fresh, resource } = context;
  if (beginning.from === 'history') {
    const { after } = beginning;
    if (after === 'latest') return historyAfter(context, await fresh.latest());
    return historyAfter(context, after === 'cache' ? cache.revision : (after.revision ?? never));
  }
  const { atLeast } = beginning;
  const revision = atLeast === 'latest' ? await fresh.latest() : atLeast.revision;
  if (revision === undefined || !(await fresh.reach(revision))) {
    const wanted = atLeast === 'latest' ? (revision ?? never) : atLeast.exactly;
    throw tooLargeResourceVersion(wanted, cache.revision, 1);
  }
  const unreadable = cache.unreadable(keys.start, keys.end);
  if (unreadable.length > 0) throw unreadableList(resource, unreadable);
  return { from: 'state', snapshot: cache.snapshot(), index: cache.history.endIndex };
}

function historyAfter({ cache }: StoreContext, after: Revision): WatchStart {
  const point = cache.history.resumeAfter(after);
  if (point === undefined) throw expired(`too old resource version: ${after} (${cache.history.floor})`);
  return { from: 'history', ...point };
}

/**
 * WATCH. Before it is certain that the answer is 200, refusals are errors; from then on, they are the watch's one event.
 * A watch of what has been goes on past a value that nobody can read, which is no event; one that begins with the state is
 * refused where the state has such a value.
 * @throws {ApiError} 429 while the cache is not ready, 500 for a resourceVersion that is none
 */
export async function startWatch(
  context: StoreContext,
  scope: CollectionScope & { readonly name?: string },
  options: ListOptions,
  view: View,
  openSink: OpenSink,
): Promise<void> {
  const { dispatcher, cache, resource } = context;
  const version = readVersion(options.resourceVersion);
  requireCache(context);
  const beginning = watchBeginning(options.resourceVersion, options.sendInitialEvents, version);
  let start: WatchStart;
  try {
    start = await startOf(context, beginning, keysOf(context, scope, options));
  } catch (error) {
    // The protocol answers 200 from here on, so that a client handles this as it would handle it in mid-stream.
    dispatcher.refuse(view, statusOf(error, resource, 'watch').status, openSink);
    return;
  }
  if (cache.readiness !== 'ready') {
    // The cache went while this watch was set up: an empty stream, after which the client comes back.
    openSink({ drained() {}, close() {}, fail() {} }).end();
    return;
  }
  dispatcher.open(specOf(context, scope, options, view, start), openSink);
}

/** The keys among which the watch's objects are: [start, end). */
function keysOf(
  { shape }: StoreContext,
  { namespace, name }: CollectionScope & { readonly name?: string },
  options: ListOptions,
): { start: string; end: string } {
  const { singleKey, prefix, end } = listRange(shape, { namespace }, options);
  const key = name === undefined ? singleKey : objectKey(shape, { namespace, name });
  return key === undefined ? { start: prefix, end } : { start: key, end: `${key}\0` };
}

function specOf(
  context: StoreContext,
  scope: CollectionScope & { readonly name?: string },
  options: ListOptions,
  view: View,
  start: WatchStart,
): WatchSpec {
  const { labels, fields, allowWatchBookmarks: bookmarks, sendInitialEvents, timeoutSeconds } = options;
  return {
    scope: { namespace: scope.namespace || undefined, name: scope.name },
    labels,
    fields,
    view,
    start,
    bookmarks,
    initialEventsEnd: bookmarks && sendInitialEvents === true,
    timeoutMs: timeoutSeconds === undefined ? randomTimeout(context) : timeoutSeconds * 1000,
  };
}

/** Once to twice the least there is, at random: clients that came together do not come back together. */
const randomTimeout = ({ minRequestTimeoutMs, random }: StoreContext): number =>
  minRequestTimeoutMs + random.integer(Math.max(1, minRequestTimeoutMs));

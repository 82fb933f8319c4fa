import { Retries } from './retries.ts';
import type { WatchEvent } from './watch-event.ts';
import {
  endsInitialEvents,
  isPassing,
  revisionOf,
  type WatchedCollection,
  type WatchTiming,
  watchAfter,
} from './watch-request.ts';

/**
 * The events of a collection, for as long as anybody takes them: a watch that ends is gone on with where it was, and so is
 * one that is cut off, when the server can be reached again. Ends when aborted.
 * @param after a resourceVersion; '': what is there comes first, and comes again should the watch be cut off meanwhile
 * @throws {ResponseError} 410 when the server does not remember where it was, and any other refusal that stays
 */
export async function* resumedWatch<Read>(
  collection: WatchedCollection,
  after: string,
  timing: WatchTiming,
): AsyncGenerator<WatchEvent<Read>, void, undefined> {
  const { signal } = collection;
  const retries = new Retries(timing, signal);
  let seen = after;
  while (!signal.aborted) {
    retries.begin();
    let failure: unknown;
    let isWhole = seen !== '';
    try {
      for await (const line of watchAfter(collection, seen, timing.random)) {
        retries.goesWell();
        isWhole ||= endsInitialEvents(line);
        if (isWhole) seen = revisionOf(line);
        if (line.type !== 'BOOKMARK') yield line as WatchEvent<Read>;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) throw error;
      failure = error;
    }
    await retries.next(failure);
  }
}

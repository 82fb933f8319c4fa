import { asRevision, type Revision } from '../base/revision.ts';
import type { HistoryReader } from './cache-reader.ts';
import type { ObjectEvent } from './object-event.ts';

/**
 * The resourceVersion that an event shows: a client that has seen it, and all before it, may go on from there and misses
 * nothing.
 *
 * That is its revision, unless others of the same revision are still to come: a lease that ends deletes up to a thousand
 * objects at once, and a client cut off between two of them would never hear of the rest. A deletion then shows the
 * revision before. Nobody compares with it, as the object is gone, and it is not below the object's last one. What was put
 * shows its revision always, because clients write with it; and so does what follows a put in the same revision, that no
 * client is shown less than before. Who resumes from there is told the rest again: see `History.resumeAfter`.
 *
 * @param more others of the same revision follow for the same resource.
 * @param behindPut one that is no deletion came before it in the same revision.
 */
export const shownRevision = (event: ObjectEvent, more: boolean, behindPut: boolean): Revision =>
  more && !behindPut && event.current === undefined ? asRevision(event.revision - 1) : event.revision;

/** What the event at `index` shows, by what history has of its revision. */
export function shownInHistory(history: HistoryReader, index: number, event: ObjectEvent): Revision {
  const { revision, current } = event;
  const more = current === undefined && index + 1 < history.endIndex && history.at(index + 1).revision === revision;
  return more ? shownRevision(event, more, (history.splitAt(revision) ?? index) < index) : revision;
}

import type { Revision } from '../base/revision.ts';
import type { Selector } from '../machinery/selection.ts';
import type { Snapshot } from '../watchcache/snapshot.ts';
import type { View } from './view.ts';

/** Which objects a watch is about, before selectors. */
export interface WatchScope {
  /** undefined: all namespaces, or a cluster-scoped resource. */
  readonly namespace: string | undefined;
  /** undefined: all names. Set for a single-object watch, by path or by a metadata.name field selector. */
  readonly name: string | undefined;
}

/**
 * Where a watch begins.
 * - `history`: at this index of the cache's history (from HistoryReader.resumeAfter).
 *   Events with a revision at or below `after` are dropped: an `after` in the future waits for the first one above it.
 * - `state`: the objects of `snapshot` as ADDED events in key order, then history from `index`, taken in the same turn.
 */
export type WatchStart =
  | { readonly from: 'history'; readonly index: number; readonly after: Revision }
  | { readonly from: 'state'; readonly snapshot: Snapshot; readonly index: number };

export interface WatchSpec {
  readonly scope: WatchScope;
  readonly labels: Selector;
  readonly fields: Selector;
  readonly view: View;
  readonly start: WatchStart;
  /** Ordinary bookmarks: about every 60 s, and once 2 s before the deadline. */
  readonly bookmarks: boolean;
  /** One bookmark annotated `k8s.io/initial-events-end` after the state; needs `bookmarks`. Its revision is the snapshot's. */
  readonly initialEventsEnd: boolean;
  /** The watch is ended cleanly after this long. */
  readonly timeoutMs: number;
}

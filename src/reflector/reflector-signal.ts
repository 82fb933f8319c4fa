import type { Revision } from '../base/revision.ts';
import type { KeyEvent, KeyValue } from '../storage/storage.ts';

/**
 * What the reflector tells, in this order: `list`, pages in key order, `listed`, then events and progress; and again from
 * `list` when the store has forgotten where the watch was.
 *
 * - `list`: a list of the whole prefix begins; pages since an earlier `list` without `listed` are void.
 * - `page`: some of it. Whoever needs the raw values longer than this call keeps them himself.
 * - `listed`: all pages have come; together they are the prefix at `revision`. `present`: the store was there already when
 *   the list began; what happened in between comes as `events`.
 * - `events`: every change of one revision; never empty. Revisions are above all before, `listed` and `progress` included.
 * - `progress`: every change up to and including `revision` has been told.
 */
export type ReflectorSignal =
  | { readonly type: 'list' }
  | { readonly type: 'page'; readonly items: readonly KeyValue[] }
  | { readonly type: 'listed'; readonly revision: Revision; readonly present: Revision }
  | { readonly type: 'events'; readonly revision: Revision; readonly events: readonly KeyEvent[] }
  | { readonly type: 'progress'; readonly revision: Revision };

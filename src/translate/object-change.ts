import type { Revision } from '../base/revision.ts';
import type { StoredObject } from './stored-object.ts';

/** One key event, understood. `corrupt`: the value cannot be an object of its resource; whoever knows the last good one keeps it. */
export type ObjectChange =
  | { readonly type: 'put'; readonly key: string; readonly revision: Revision; readonly object: StoredObject }
  | { readonly type: 'delete'; readonly key: string; readonly revision: Revision }
  | { readonly type: 'corrupt'; readonly key: string; readonly revision: Revision; readonly reason: string };

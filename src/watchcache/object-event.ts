import type { Revision } from '../base/revision.ts';
import type { StoredObject } from '../translate/stored-object.ts';

/**
 * One change to one object, with what was before: all that a selector needs to tell ADDED, MODIFIED and DELETED apart.
 * Added: no `previous`. Deleted: no `current`. `revision` is the change's own (a deletion's, not its object's).
 * At least one of the two is there.
 */
export interface ObjectEvent {
  readonly revision: Revision;
  readonly current: StoredObject | undefined;
  readonly previous: StoredObject | undefined;
}

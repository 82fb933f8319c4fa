import type { Revision } from '../base/revision.ts';
import type { Status } from '../machinery/api-error.ts';
import type { StoredObject } from '../translate/stored-object.ts';

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED';

/**
 * How a cohort's events look on the wire: plain JSON, Table, PartialObjectMetadata. Pure. An event that it throws for ends
 * the watches that are owed it, with an ERROR event. Two views with the same `id` make the same bytes.
 */
export interface View {
  readonly id: string;
  /**
   * True when the first frame of a watch differs from the later ones (a Table carries its columns only there).
   * Then `first` is honoured; else it is ignored, and frames are shared by all.
   */
  readonly firstDiffers: boolean;
  /** One event with its newline. `object` carries the event's revision as its resourceVersion already. */
  event(type: EventType, object: StoredObject, first: boolean): Buffer;
  bookmark(revision: Revision, initialEventsEnd: boolean, first: boolean): Buffer;
  error(status: Status): Buffer;
}

import type { Revision } from '../base/revision.ts';
import type { StoredObject } from '../translate/stored-object.ts';

/**
 * A resource's objects at exactly one revision, in key order. Immutable and safe to keep over awaits;
 * keeping it costs the nodes that later writes copied, so nobody keeps one for longer than a request.
 */
export interface Snapshot {
  readonly revision: Revision;
  readonly size: number;
  get(key: string): StoredObject | undefined;
  /** Calls `visit` in key order over [from, to) until it returns `false`. `undefined`: unbounded. */
  visit(from: string | undefined, to: string | undefined, visit: (object: StoredObject) => boolean | void): void;
  /**
   * The objects of [from, to) in key order. Nobody may change the array: when everything is asked for again before the
   * next change, it is the same one.
   */
  objects(from: string | undefined, to: string | undefined): readonly StoredObject[];
  /** How many objects are in [from, to). */
  count(from: string | undefined, to: string | undefined): number;
}

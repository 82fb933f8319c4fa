import type { FieldError } from '../../machinery/field-error.ts';
import type { JsonObject } from '../../machinery/json-value.ts';

/** What an object about to be written takes of what only one object of its kind may hold. */
export interface Pool {
  /** True: nothing will be written, so nobody is asked what others hold. */
  readonly dryRun: boolean;
  /** Takes it. False: another has it, or it was taken before for this same object. Rejects with ApiError. */
  take(name: string): Promise<boolean>;
  /** Resolves when memory shows what is so now: before that it may show the past. Rejects with ApiError. */
  settled(): Promise<void>;
  /** An integer in [0, below). */
  random(below: number): number;
}

/**
 * Objects of another kind, without a namespace, each of which says who has one thing, for all to see. They are written and
 * removed together with the objects that hold it; such an object of somebody else's means that it is taken.
 */
export interface ClaimRecords {
  readonly group: string;
  readonly resource: string;
  /** What the record of something that is held is called; undefined: of such things there are none. */
  nameOf(claim: string): string | undefined;
  /** The record, as a client would create it. */
  recordOf(name: string, holder: JsonObject): JsonObject;
  /** Who has it, as a record says; undefined: no object of this kind. */
  holderOf(record: JsonObject): { readonly namespace: string; readonly name: string } | undefined;
  /** Whether a record says that it is one of those that come and go with their holders: others' are left alone. */
  isManaged(record: JsonObject): boolean;
}

/**
 * Things of which there is a limited number, and each of which one object of a kind holds alone: addresses, ports. What an
 * object holds is what it says: it is free again as soon as the object is gone or says it no more.
 */
export interface Allocation {
  /** By names of the kind's own. */
  holds(object: JsonObject): readonly string[];
  readonly records?: ClaimRecords;
  /**
   * Fills in what the object needs and does not say, and takes that and what it says anew; before anything else is prepared
   * or validated. What is wrong is the answer. `old`: undefined for a create.
   * @throws {ApiError} when there is nothing left
   */
  allocate(object: JsonObject, old: JsonObject | undefined, pool: Pool): Promise<readonly FieldError[]>;
}

import type { Compare, Operation } from '../storage/storage.ts';

/** What a transaction that takes something adds to the object's own write. */
export interface ClaimsWrite {
  readonly compare: readonly Compare[];
  readonly operations: readonly Operation[];
}

/** Two additions to one write. */
export const joined = (one: ClaimsWrite | undefined, other: ClaimsWrite | undefined): ClaimsWrite | undefined =>
  one === undefined || other === undefined
    ? (one ?? other)
    : { compare: [...one.compare, ...other.compare], operations: [...one.operations, ...other.operations] };

import { randomInt, randomUUID } from 'node:crypto';

/** Where uids, generated names and random times come from, so that a test can own them. */
export interface Randomness {
  /** A UUID v4. */
  uid(): string;
  /** An integer in [0, below). */
  integer(below: number): number;
}

export const systemRandomness: Randomness = { uid: () => randomUUID(), integer: (below) => randomInt(below) };

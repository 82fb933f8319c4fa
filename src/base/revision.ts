declare const brand: unique symbol;

/**
 * A store revision: one counter for the whole store, totally ordered, never reused.
 * Always a non-negative safe integer; 0 is "before any write" (see {@link noRevision}).
 */
export type Revision = number & { readonly [brand]: true };

/** The revision before any write: as a compared mod revision it means "the key must not exist". */
export const noRevision = 0 as Revision;

/**
 * Parses the int64 a store sends as decimal text.
 * @throws {RangeError} for anything but decimal digits, and beyond 2^53 - 1, which a double cannot order exactly.
 */
export function parseRevision(text: string): Revision {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a revision: ${JSON.stringify(text)}`);
  return value as Revision;
}

/** Brands a number already known to be a revision, such as one counted up from another. */
export function asRevision(value: number): Revision {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a revision: ${value}`);
  return value as Revision;
}

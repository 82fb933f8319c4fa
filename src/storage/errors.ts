import type { Revision } from '../base/revision.ts';

/**
 * - `unavailable`: the store did not answer, or cannot now (no leader, connection lost, deadline). Nothing is known of a
 *   write's fate unless the method says otherwise. Try again.
 * - `compacted`: the revision asked for is older than what the store keeps. `compactRevision` is the oldest it has.
 * - `future-revision`: the revision asked for has not happened yet.
 * - `too-large`: the request is larger than the store takes. Never try again.
 * - `corrupt`: the store answered something that is not possible. Somebody must look.
 * - `denied`: the store refused the credentials.
 * - `closed`: `close` was called on this Storage.
 * - `dead`: the store that this process holds can never be used again: its thread died, or its database gave an error
 *   after which nobody knows what is on the disk. Nothing is known of the fate of a write that was under way.
 *
 * What is tried again is one rule, {@link isFinal}: after `closed` and `dead` nothing, because every later request will be
 * refused likewise. All else may pass, if only because somebody sees to it: reads and watches are tried again for ever,
 * with growing pauses.
 */
export type StorageErrorCode =
  | 'unavailable'
  | 'compacted'
  | 'future-revision'
  | 'too-large'
  | 'corrupt'
  | 'denied'
  | 'closed'
  | 'dead';

export type StorageErrorDetail = ErrorOptions & {
  /** For `compacted`: the store's compaction revision. Ranges and watches *at or after* it are still possible. */
  readonly compactRevision?: Revision;
};

/** The only error a Storage throws on purpose. Anything else is a bug in the backend. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;
  readonly compactRevision: Revision | undefined;

  constructor(code: StorageErrorCode, message: string, detail: StorageErrorDetail = {}) {
    super(`${code}: ${message}`, detail);
    this.code = code;
    this.compactRevision = detail.compactRevision;
  }
}

/** No request to this Storage will ever be answered again: whatever lives on it has come to its end too. */
export const isFinal = (error: unknown): boolean =>
  error instanceof StorageError && (error.code === 'closed' || error.code === 'dead');

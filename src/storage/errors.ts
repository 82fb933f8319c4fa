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
 */
export type StorageErrorCode =
  | 'unavailable'
  | 'compacted'
  | 'future-revision'
  | 'too-large'
  | 'corrupt'
  | 'denied'
  | 'closed';

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

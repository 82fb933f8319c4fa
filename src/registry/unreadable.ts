import type { ApiError } from '../machinery/api-error.ts';
import type { GroupResource } from '../machinery/gvk.ts';
import { internalError, storageReadError, unknownError } from '../machinery/status-errors.ts';
import type { UnreadableValue } from '../watchcache/unreadable-values.ts';

/** A verb met a stored value that is no object of its resource. */
export class UnreadableObjectError extends Error {
  override readonly name = 'UnreadableObjectError';
  readonly value: UnreadableValue;

  constructor(value: UnreadableValue) {
    super(undecodable(value));
    this.value = value;
  }
}

const undecodable = ({ revision, reason }: UnreadableValue): string =>
  `object not decodable revision=${revision}: ${reason}`;

const corruptObject = (value: UnreadableValue): string =>
  `StorageError: corrupt object, Code: 7, Key: ${value.key}, ResourceVersion: 0, AdditionalErrorMsg: ${undecodable(value)}`;

/** What a client is told who wants an object that cannot be read; who would change it is told less. Words of Kubernetes. */
export const unreadableObject = (error: UnreadableObjectError, changing: boolean): ApiError =>
  changing
    ? unknownError(error.message, { cause: error })
    : internalError(corruptObject(error.value), { cause: error });

/** What a client is told whose list would hold objects that cannot be read: one at least. Left out, they would seem deleted. */
export const unreadableList = (resource: GroupResource, values: readonly UnreadableValue[]): ApiError =>
  storageReadError(
    resource,
    values.map((value) => ({ key: value.key, message: corruptObject(value) })),
  );

import { ApiError } from '../machinery/api-error.ts';
import type { GroupResource } from '../machinery/gvk.ts';
import {
  expired,
  internalError,
  serverTimeout,
  serviceUnavailable,
  timeout,
  unknownError,
} from '../machinery/status-errors.ts';
import { StorageError, type StorageErrorCode } from '../storage/errors.ts';
import { UnreadableObjectError, unreadableObject } from './unreadable.ts';

export type Operation = 'get' | 'list' | 'watch' | 'create' | 'update' | 'delete';

export const listTooOld = 'The resourceVersion for the provided list is too old.';

const retrySeconds = 2;

/** The one place where a storage error becomes a Status. A new code does not compile without a stored. */
const statusOfCode: Record<
  StorageErrorCode,
  (error: StorageError, resource: GroupResource, operation: Operation) => ApiError
> = {
  unavailable: (_, resource, operation) => serverTimeout(resource, operation, retrySeconds),
  compacted: () => expired(listTooOld),
  'future-revision': ({ message }) => timeout(message, 1),
  // The words of etcd, which clients and kube-apiserver know a too large object by.
  'too-large': (cause) => unknownError('etcdserver: request is too large', { cause }),
  corrupt: (cause) => internalError(cause.message, { cause }),
  denied: (cause) => internalError(cause.message, { cause }),
  closed: () => serviceUnavailable('the server is shutting down'),
  dead: () => serviceUnavailable('the server has lost its store; its log says why'),
};

/** Any error as the one a client receives: an ApiError is itself, what nobody foresaw is an internal error. */
export function statusOf(error: unknown, resource: GroupResource, operation: Operation): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof UnreadableObjectError) return unreadableObject(error, operation === 'update');
  if (error instanceof StorageError) return statusOfCode[error.code](error, resource, operation);
  return internalError(error instanceof Error ? error.message : String(error), { cause: error });
}

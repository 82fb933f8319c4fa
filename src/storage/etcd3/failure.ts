import type { Revision } from '../../base/revision.ts';
import { StorageError, type StorageErrorCode } from '../errors.ts';
import { staleToken } from './endpoint.ts';

/**
 * Why a request to etcd did not bring an answer.
 *
 * - `applied` `never`: the request had no effect and will have none. `unknown`: it may have happened, or happen yet.
 * - `retry`: the same request may fare better, perhaps with another member.
 * - `renew`: what to get anew before it can: a token that etcd no longer knows, or a lease that is gone.
 */
export interface Failure {
  readonly error: StorageError;
  readonly applied: 'never' | 'unknown';
  readonly retry: boolean;
  readonly renew: 'token' | 'lease' | undefined;
}

/** A request's outcome. Failures are values inside this folder; only its public methods throw. */
export type Answer<T> = { readonly value: T } | { readonly failure: Failure };

/** `once`: only with what is to be renewed. */
type Row = readonly [text: string, code: StorageErrorCode, retry?: 'retry' | 'once', renew?: 'token' | 'lease'];

/** Refusals that tell themselves apart by their text only. None of them has an effect on the store. */
const refusals: readonly Row[] = [
  ['required revision has been compacted', 'compacted'],
  ['required revision is a future revision', 'future-revision'],
  ['request is too large', 'too-large'],
  ['received message larger than max', 'too-large'],
  ['too many operations in txn request', 'too-large'],
  ['requested lease not found', 'unavailable', 'retry', 'lease'],
  [staleToken, 'denied', 'once', 'token'],
  ['invalid auth token', 'denied', 'once', 'token'],
  ['revision of auth store is old', 'denied', 'once', 'token'],
  ['user name is empty', 'denied', 'once', 'token'],
  ['permission denied', 'denied'],
  ['invalid user ID or password', 'denied'],
  ['too many requests', 'unavailable', 'retry'],
  ['database space exceeded', 'unavailable'],
  ['corrupt cluster', 'corrupt'],
  // The answer to the `hasleader` metadata, before anything is proposed.
  ['etcdserver: no leader', 'unavailable', 'retry'],
  ['not supported for learner', 'unavailable', 'retry'],
  // grpc-js: the request never left this process.
  ['No connection established', 'unavailable', 'retry'],
  ['Channel closed before call started', 'unavailable', 'retry'],
  ['Channel has been shut down', 'unavailable', 'retry'],
  ['Name resolution failed', 'unavailable', 'retry'],
];

/** gRPC status codes after which nothing has happened, whatever the text. All others leave it open. */
const refusing: ReadonlyMap<number, StorageErrorCode> = new Map([
  [3, 'corrupt'], // INVALID_ARGUMENT: we asked for what is not possible
  [5, 'corrupt'], // NOT_FOUND
  [6, 'corrupt'], // ALREADY_EXISTS
  [7, 'denied'], // PERMISSION_DENIED
  [9, 'corrupt'], // FAILED_PRECONDITION
  [11, 'corrupt'], // OUT_OF_RANGE
  [12, 'corrupt'], // UNIMPLEMENTED
  [16, 'denied'], // UNAUTHENTICATED
]);

/** DATA_LOSS: the member noticed that it differs from the others. */
const dataLoss = 15;

const textOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** etcd3 drops the status code from its errors, but leaves it in their text: `14 UNAVAILABLE: …`. */
function codeOf(thrown: unknown, text: string): number | undefined {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'number')
    return thrown.code;
  const match = /(?:^|\s)(\d{1,2}) [A-Z_]+: /.exec(text);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** Reads what etcd3, grpc-js or etcd itself (a watch's cancel reason) reported. `what` names the request and its key. */
export function failureOf(thrown: unknown, what: string): Failure {
  const text = textOf(thrown);
  const message = `${what}: ${text}`;
  const never = (code: StorageErrorCode, retry = false, renew?: 'token' | 'lease'): Failure => ({
    error: new StorageError(code, message, { cause: thrown }),
    applied: 'never',
    retry,
    renew,
  });
  for (const [part, code, retry, renew] of refusals) {
    if (text.includes(part)) return never(code, retry === 'retry', renew);
  }
  const status = codeOf(thrown, text);
  const refused = status === undefined ? undefined : refusing.get(status);
  if (refused !== undefined) return never(refused);
  // Ours, while reading an answer: a revision out of range, a field that must be there and is not.
  const unreadable = thrown instanceof RangeError || thrown instanceof TypeError;
  const code = status === dataLoss || unreadable ? 'corrupt' : 'unavailable';
  return {
    error: new StorageError(code, message, { cause: thrown }),
    applied: 'unknown',
    retry: code === 'unavailable',
    renew: undefined,
  };
}

/** The same refusal with the compaction revision, when it is known to explain it. */
export function withCompactRevision(failure: Failure, asked: number, known: Revision): StorageError {
  const { error } = failure;
  if (error.code !== 'compacted' || known <= asked) return error;
  return new StorageError('compacted', error.message.replace(/^compacted: /, ''), {
    cause: error.cause,
    compactRevision: known,
  });
}

/** @throws {StorageError} */
export function valueOf<T>(answer: Answer<T>): T {
  if ('failure' in answer) throw answer.failure.error;
  return answer.value;
}

/** What every request answers after `close`. */
export const closedFailure = (): Failure => ({
  error: new StorageError('closed', 'the storage is closed'),
  applied: 'never',
  retry: false,
  renew: undefined,
});

import { StorageError } from '../errors.ts';
import type { Transaction } from '../storage.ts';
import { maxOperations } from './limits.ts';

/** Of one transaction, all keys and values together: etcd's default limit for a request. */
const maxRequestBytes = 1.5 * 1024 * 1024;

/**
 * The bytes of keys and values in a transaction that this store takes.
 * @throws {StorageError} `too-large`
 * @throws {RangeError} for a transaction that means nothing: two operations on one key, a key that is empty or has a NUL
 * in it, a time to live that is not whole seconds.
 */
export function sizeOf({ compare, operations }: Transaction): number {
  let bytes = 0;
  for (const { key } of compare) bytes += Buffer.byteLength(key);
  for (const operation of operations) {
    const { key } = operation;
    if (key === '' || key.includes('\0')) throw new RangeError(`not a key: ${JSON.stringify(key)}`);
    bytes += Buffer.byteLength(key);
    if (operation.type === 'delete') continue;
    bytes += operation.value.length;
    const { ttlSeconds = 1 } = operation;
    if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 1) throw new RangeError(`not a time to live: ${ttlSeconds}`);
  }
  if (operations.length > 1 && new Set(operations.map(({ key }) => key)).size !== operations.length) {
    throw new RangeError('two operations on one key in a transaction');
  }
  if (bytes > maxRequestBytes) {
    throw new StorageError('too-large', `a transaction of ${bytes} bytes, the limit is ${maxRequestBytes}`);
  }
  if (operations.length > maxOperations || compare.length > maxOperations) {
    throw new StorageError('too-large', `a transaction of more than ${maxOperations} operations or comparisons`);
  }
  return bytes;
}

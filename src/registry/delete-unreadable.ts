import type { RequestContext } from '../machinery/request-context.ts';
import { conflict, notFound, objectModified } from '../machinery/status-errors.ts';
import { objectKey } from '../translate/object-key.ts';
import { translate } from '../translate/translate.ts';
import type { ObjectScope } from './rest-storage.ts';
import type { StoreContext } from './store-context.ts';

/** Losing so often in a row means that something writes without end. */
const maxAttempts = 100;

/**
 * DELETE of an object that cannot be read: nothing in it is asked, neither finalizers nor preconditions, and admission sees
 * nothing of it. One that can be read is for an ordinary DELETE.
 * @throws {ApiError} 404, 409
 */
export async function deleteUnreadable(
  { shape, storage, resource }: StoreContext,
  scope: ObjectScope,
  { dryRun }: RequestContext,
): Promise<void> {
  const { name } = scope;
  const key = objectKey(shape, scope);
  let { kv } = await storage.get(key);
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    if (kv === undefined) throw notFound(resource, name);
    if (translate(shape, { type: 'put', kv }).type !== 'corrupt') {
      throw conflict(
        resource,
        name,
        `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ` +
          'unsafe deletion is not allowed because the object is decodable from storage',
      );
    }
    if (dryRun) return;
    const compare = [{ key, modRevision: kv.modRevision }];
    const result = await storage.transact({ compare, operations: [{ type: 'delete', key }] });
    if (result.succeeded) return;
    [kv] = result.current;
  }
  throw conflict(resource, name, objectModified);
}

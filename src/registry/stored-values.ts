import { parseJson } from '../machinery/json/parse.ts';
import { isJsonObject, type JsonObject } from '../machinery/json-value.ts';
import type { KeyValue } from '../storage/storage.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import { translate } from '../translate/translate.ts';
import type { StoreContext } from './store-context.ts';
import { UnreadableObjectError } from './unreadable.ts';

/**
 * A value that was read from the store, as an object.
 * @throws {UnreadableObjectError} when it cannot be one
 */
export function decodeValue({ shape }: Pick<StoreContext, 'shape'>, kv: KeyValue): StoredObject {
  const change = translate(shape, { type: 'put', kv });
  if (change.type === 'put') return change.object;
  if (change.type === 'corrupt') throw new UnreadableObjectError(change);
  throw new TypeError(`${kv.key} has no value`);
}

/** The object for changing: integers exact, and without what only clients see of it (resourceVersion). */
export function editable(object: StoredObject): JsonObject {
  const { value } = parseJson(object.bytes);
  if (!isJsonObject(value)) throw new TypeError(`${object.key} is not a JSON object`);
  return value;
}

/** What the store has under `key`, linearizably. */
export async function readPresent(context: StoreContext, key: string): Promise<StoredObject | undefined> {
  const { kv } = await context.storage.get(key);
  return kv === undefined ? undefined : decodeValue(context, kv);
}

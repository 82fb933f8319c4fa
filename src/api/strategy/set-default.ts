import { type JsonObject, type JsonValue, objectAt } from '../../machinery/json-value.ts';

/** Sets `key` where it is absent, null or ''. */
export function setDefault(object: JsonObject, key: string, value: JsonValue): void {
  const present = Object.hasOwn(object, key) ? object[key] : undefined;
  if (present === undefined || present === null || present === '') object[key] = value;
}

/** The object under `key`, made where it is absent or null. Something else there is left alone: validation names it. */
export function objectOrNew(object: JsonObject, key: string): JsonObject {
  setDefault(object, key, {});
  return objectAt(object, key) ?? {};
}

import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';

/** What lies under a path of own keys, or undefined when any step is missing or not an object. */
export function valueAt(object: JsonObject | undefined, ...path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const key of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** The string under a path, or ''. */
export function textAt(object: JsonObject | undefined, ...path: readonly string[]): string {
  const value = valueAt(object, ...path);
  return typeof value === 'string' ? value : '';
}

/** The number under a path, or 0; what is beyond 2^53 is rounded. */
export function numberAt(object: JsonObject | undefined, ...path: readonly string[]): number {
  const value = valueAt(object, ...path);
  return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : 0;
}

/** The object under a path, or undefined. */
export function objectIn(object: JsonObject | undefined, ...path: readonly string[]): JsonObject | undefined {
  const value = valueAt(object, ...path);
  return isJsonObject(value) ? value : undefined;
}

/** The objects in the list under a path; [] when there is no list. */
export function objectsAt(object: JsonObject | undefined, ...path: readonly string[]): readonly JsonObject[] {
  const value = valueAt(object, ...path);
  return Array.isArray(value) ? value.filter((item) => isJsonObject(item)) : [];
}

/** The strings in the list under a path; [] when there is no list. */
export function stringsAt(object: JsonObject | undefined, ...path: readonly string[]): readonly string[] {
  const value = valueAt(object, ...path);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** How many keys the object under a path has; 0 when there is none. */
export const sizeAt = (object: JsonObject | undefined, ...path: readonly string[]): number =>
  Object.keys(objectIn(object, ...path) ?? {}).length;

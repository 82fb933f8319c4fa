/**
 * JSON as the machinery holds it. Objects made from input have a null prototype, so that `__proto__` and `constructor`
 * are keys like any other. An integer that a double cannot hold is a bigint, so that nothing is lost on the way through.
 */
export type JsonValue = string | number | bigint | boolean | null | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

export const isJsonObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object under `key`, or undefined when it is absent or something else. Reads own keys only. */
export function objectAt(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
  return isJsonObject(value) ? value : undefined;
}

/** The string under `key`, or '' when it is absent or something else. Reads own keys only. */
export function stringAt(object: JsonObject | undefined, key: string): string {
  const value = object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === 'string' ? value : '';
}

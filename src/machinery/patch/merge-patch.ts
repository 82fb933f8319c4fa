import { cloneJson } from '../json/clone.ts';
import { emptyObject } from '../json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';

/**
 * Merges a JSON Merge Patch (RFC 7386) into `target`, which it changes: null removes, objects merge, all else replaces.
 * Beyond the RFC, as in kube-apiserver: objects inside of lists that come new lose their nulls too. Values are copied, so
 * that the patch can be merged again.
 */
export function applyMergePatch(target: JsonObject, patch: JsonObject): void {
  for (const key of Object.keys(patch)) {
    const value = patch[key] ?? null;
    const present = Object.hasOwn(target, key) ? (target[key] ?? null) : null;
    if (value === null) delete target[key];
    else if (!isJsonObject(present)) target[key] = withoutNulls(value);
    else if (isJsonObject(value)) applyMergePatch(present, value);
    else target[key] = cloneJson(value);
  }
}

/** A copy without the keys that are null, at whatever depth. Items of lists stay, null or not. */
export function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item));
  if (!isJsonObject(value)) return value;
  const copy = emptyObject();
  for (const key of Object.keys(value)) {
    const item = value[key] ?? null;
    if (item !== null) copy[key] = withoutNulls(item);
  }
  return copy;
}

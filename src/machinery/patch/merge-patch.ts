import { emptyObject } from '../json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import { type PatchTrace, tracedCopy } from './patch-trace.ts';

/**
 * Merges a JSON Merge Patch (RFC 7386) into `target`, which it changes: null removes, objects merge, all else replaces.
 * Beyond the RFC, as in kube-apiserver: objects inside of lists that come new lose their nulls too. Values are copied, so
 * that the patch can be merged again.
 */
export function applyMergePatch(target: JsonObject, patch: JsonObject, trace?: PatchTrace): void {
  trace?.opened.add(target);
  for (const key of Object.keys(patch)) {
    const value = patch[key] ?? null;
    const present = Object.hasOwn(target, key) ? (target[key] ?? null) : null;
    if (value === null) delete target[key];
    else if (!isJsonObject(present)) target[key] = withoutNulls(value, trace);
    else if (isJsonObject(value)) applyMergePatch(present, value, trace);
    else target[key] = asGiven(value, trace);
    trace?.moved(patch, key, target, key);
  }
}

/** A copy without the keys that are null, at whatever depth. Items of lists stay, null or not. */
export function withoutNulls(value: JsonValue, trace?: PatchTrace): JsonValue {
  if (Array.isArray(value)) {
    const copy: JsonValue[] = [];
    for (const [index, item] of value.entries()) {
      copy.push(withoutNulls(item, trace));
      trace?.moved(value, index, copy, index);
    }
    return copy;
  }
  if (!isJsonObject(value)) return value;
  const copy = emptyObject();
  trace?.opened.add(copy);
  for (const key of Object.keys(value)) {
    const item = value[key] ?? null;
    if (item === null) continue;
    copy[key] = withoutNulls(item, trace);
    trace?.moved(value, key, copy, key);
  }
  return copy;
}

/** What takes the place of an object and is none stays as it was given, nulls and all. */
function asGiven(value: JsonValue, trace: PatchTrace | undefined): JsonValue {
  const copy = tracedCopy(value, trace);
  if (typeof copy === 'object' && copy !== null) trace?.given.add(copy);
  return copy;
}

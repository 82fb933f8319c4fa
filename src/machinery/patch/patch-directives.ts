import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import { PatchError } from './patch-error.ts';

/** What a strategic merge patch says besides values. */
export const patchMarker = '$patch';
const retainKeys = '$retainKeys';
export const setElementOrder = '$setElementOrder';
export const deleteFromPrimitiveList = '$deleteFromPrimitiveList';

/**
 * The key behind a directive: `$setElementOrder/containers` is about `containers`.
 * @throws {PatchError} `format`
 */
export function keyOfDirective(
  text: string,
  directive: typeof setElementOrder | typeof deleteFromPrimitiveList,
): string {
  const slash = text.indexOf('/');
  if (slash === -1 || text.slice(0, slash) !== directive) {
    const what = directive === setElementOrder ? 'setElementOrder list' : 'primitive list';
    throw new PatchError('format', `invalid patch format of ${what}`);
  }
  return text.slice(slash + 1);
}

/**
 * `$retainKeys`: of `target` only these keys are kept. It is taken out of the patch.
 * @throws {PatchError} `format` unless the patch has no other keys either
 */
export function retainOnly(target: JsonObject, patch: JsonObject): void {
  if (!Object.hasOwn(patch, retainKeys)) return;
  const listed = patch[retainKeys];
  delete patch[retainKeys];
  const invalid = new PatchError('format', 'invalid patch format of retainKeys');
  if (!Array.isArray(listed)) throw invalid;
  const retained = new Set(listed);
  for (const key of Object.keys(patch)) {
    if (patch[key] === null || key.startsWith(deleteFromPrimitiveList) || key.startsWith(setElementOrder)) continue;
    if (!retained.has(key)) throw invalid;
  }
  for (const key of Object.keys(target)) if (!retained.has(key)) delete target[key];
}

/** What is new to an object, without what the patch says of it: objects with `$patch` go. Undefined: all of it goes. */
export function withoutDirectives(value: JsonValue): JsonValue | undefined {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, patchMarker)) return undefined;
  for (const key of Object.keys(value)) {
    const kept = withoutDirectives(value[key] ?? null);
    if (kept === undefined) delete value[key];
    else value[key] = kept;
  }
  return value;
}

export const hasPatchMarker = (value: JsonValue | undefined): boolean =>
  isJsonObject(value) && Object.hasOwn(value, patchMarker);

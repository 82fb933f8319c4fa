import { type ServedVersion, toHub } from '../api/served-version.ts';
import type { ApiError } from '../machinery/api-error.ts';
import { strictDecodingText, strictProblems } from '../machinery/body-errors.ts';
import type { FieldValidation } from '../machinery/field-validation.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../machinery/json-value.ts';
import { metadataField } from '../machinery/object-meta.ts';
import { applyJsonPatch } from '../machinery/patch/json-patch.ts';
import type { JsonPatchOperation } from '../machinery/patch/json-patch-operations.ts';
import { applyMergePatch } from '../machinery/patch/merge-patch.ts';
import { PatchError } from '../machinery/patch/patch-error.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import { type Decoded, DecodeError, decode } from '../machinery/schema/decoder.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import { badRequest, genericError, invalidPatch, unknownError } from '../machinery/status-errors.ts';
import { TypeMetaError, typeMetaOf } from '../machinery/type-meta.ts';
import type { Updater } from './rest-storage.ts';

/** A patch, read. */
export type Patch =
  | { readonly type: 'json'; readonly operations: readonly JsonPatchOperation[] }
  | { readonly type: 'merge'; readonly patch: JsonObject };

export interface ReadPatch {
  readonly patch: Patch;
  /** What strict reading finds wrong in the patch itself. */
  readonly problems: readonly string[];
}

export interface PatchCheck {
  readonly fieldValidation: FieldValidation;
  /** Hears of what is wrong where that is only a warning. */
  readonly request: RequestContext;
}

/**
 * PATCH as an update: makes the new object from the present one, in the version that is asked for, and reads the result
 * as strictly as a body. It takes part in the compare-and-swap of `update` and can be called for each state. The patch is
 * read once, when there is an object to apply it to: without one, nobody hears what is wrong with it.
 *
 * The updater throws ApiError: 422 when the patch does not fit the object or what comes out is none, 400 when the patch
 * is none or the object has lost its name.
 */
export function patching(served: ServedVersion, readPatch: () => ReadPatch, check: PatchCheck): Updater {
  let given: ReadPatch | undefined;
  return (existing) => {
    given ??= readPatch();
    const present = served.conversion === undefined ? existing : served.conversion.fromHub(existing);
    present['kind'] = served.kind;
    present['apiVersion'] = apiVersionOf(served);
    return toHub(served, read(served, patched(present, given.patch), given.problems, check));
  };
}

/** Changes `present`. @throws {ApiError} */
function patched(present: JsonObject, patch: Patch): JsonValue {
  try {
    switch (patch.type) {
      case 'json':
        return applyJsonPatch(present, patch.operations);
      case 'merge':
        applyMergePatch(present, patch.patch);
        return present;
      default:
        return patch satisfies never;
    }
  } catch (error) {
    if (error instanceof PatchError) throw statusOfPatchError(error);
    throw error;
  }
}

/** What the client receives. */
export function statusOfPatchError(error: PatchError): ApiError {
  switch (error.kind) {
    case 'format':
      return badRequest(error.message);
    case 'mismatch':
      return genericError(422);
    case 'failure':
      return unknownError(error.message);
    default:
      return error.kind satisfies never;
  }
}

/** The result as the object that it should be. */
function read(
  served: ServedVersion,
  result: JsonValue,
  problems: readonly string[],
  { fieldValidation, request }: PatchCheck,
): JsonObject {
  const refused = (why: string): ApiError => invalidPatch(resultText(result), why);
  checkType(served, result, refused);
  if (!isJsonObject(result)) throw refused('the result is not an object');
  const { object, unknownFields } = typed(served, result, refused);
  const all = [...problems, ...strictProblems(unknownFields, [])];
  if (fieldValidation === 'Strict' && all.length > 0) throw refused(strictDecodingText(all));
  if (fieldValidation === 'Warn') for (const problem of all) request.warn(problem);
  object['kind'] = served.kind;
  object['apiVersion'] = apiVersionOf(served);
  return object;
}

function typed(served: ServedVersion, result: JsonObject, refused: (why: string) => ApiError): Decoded {
  const schema = kubernetesSchema().byKind(served, served.kind);
  if (schema === undefined) return { object: result, unknownFields: [] };
  try {
    return decode(schema, result);
  } catch (error) {
    if (error instanceof DecodeError) throw refused(error.message);
    throw error;
  }
}

/** What a merge patch makes that is a list: the list. */
export function notAnObject(result: JsonValue): ApiError {
  try {
    typeMetaOf(result);
  } catch (error) {
    if (error instanceof TypeMetaError) return invalidPatch(resultText(result), error.message);
    throw error;
  }
  throw new TypeError('an object is one');
}

/** A patch may leave kind and version out of the result, as they are known, but not make them others. */
function checkType(served: ServedVersion, result: JsonValue, refused: (why: string) => ApiError): void {
  const expected = apiVersionOf(served);
  try {
    const { apiVersion, kind, ...groupVersion } = typeMetaOf(result);
    if (apiVersion === expected && (kind === '' || kind === served.kind)) return;
    // The original then reads the object as one of its own types, whose fields have other names.
    if (apiVersion === '') throw nameless(isJsonObject(result) ? metadataField(result, 'name') : '');
    const wanted = kind === '' ? served.kind : kind;
    if (kubernetesSchema().byKind(groupVersion, wanted) === undefined) {
      throw refused(
        `no kind "${wanted}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:111"`,
      );
    }
    const own = `${served.stored.group === '' ? 'core' : served.stored.group.split('.')[0]}.${served.kind}`;
    throw refused(`converting (${groupVersion.version}.${wanted}) to (${own}): unknown conversion`);
  } catch (error) {
    if (error instanceof TypeMetaError) throw refused(error.message);
    throw error;
  }
}

const nameless = (name: string): ApiError =>
  badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);

/** As Go writes a map: keys in order. */
const resultText = (result: JsonValue): string =>
  encodeJson(
    isJsonObject(result) ? Object.fromEntries(Object.entries(result).sort(([a], [b]) => (a < b ? -1 : 1))) : result,
  );

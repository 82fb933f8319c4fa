import { type ServedVersion, toHub } from '../api/served-version.ts';
import type { ApiError } from '../machinery/api-error.ts';
import { strictDecodingText, strictProblems, unknownConversion, unregisteredKind } from '../machinery/body-errors.ts';
import type { FieldValidation } from '../machinery/field-validation.ts';
import { goValueText } from '../machinery/go-value-text.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { cloneJson } from '../machinery/json/clone.ts';
import { cloneGiven } from '../machinery/json/emptied.ts';
import { keepFloats } from '../machinery/json/floats.ts';
import type { NumberLiterals } from '../machinery/json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../machinery/json-value.ts';
import { metadataField } from '../machinery/object-meta.ts';
import { applyJsonPatch } from '../machinery/patch/json-patch.ts';
import type { JsonPatchOperation } from '../machinery/patch/json-patch-operations.ts';
import { applyMergePatch } from '../machinery/patch/merge-patch.ts';
import { PatchError } from '../machinery/patch/patch-error.ts';
import { PatchTrace } from '../machinery/patch/patch-trace.ts';
import { patchResultText } from '../machinery/patch/result-text.ts';
import { applyStrategicMergePatch } from '../machinery/patch/strategic-merge-patch.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import { type Decoded, DecodeError, decode, decodeUnstructured } from '../machinery/schema/decoder.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import type { StructSchema } from '../machinery/schema/schema.ts';
import { badRequest, genericError, invalidPatch } from '../machinery/status-errors.ts';
import { TypeMetaError, typeMetaOf } from '../machinery/type-meta.ts';
import type { Updater } from './rest-storage.ts';

/** Of the JSON that the patch was. */
type Literals = NumberLiterals | undefined;

/** A patch, read. */
export type Patch =
  | { readonly type: 'json'; readonly operations: readonly JsonPatchOperation[]; readonly literals?: Literals }
  | { readonly type: 'merge'; readonly patch: JsonObject; readonly literals?: Literals }
  /** For kinds that have a schema. */
  | { readonly type: 'strategic'; readonly patch: JsonObject };

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
    const name = metadataField(existing, 'name');
    return toHub(
      served,
      readOutcome(served, patched(served, present, given.patch), given.problems, { ...check, name }),
    );
  };
}

/** What a patch made of an object. */
interface Outcome {
  readonly result: JsonValue;
  /** How it is read. */
  readonly decode: (schema: StructSchema, result: JsonObject) => Decoded;
  /** Of the numbers in it that are floats. */
  readonly literals?: NumberLiterals | undefined;
  /** It can be of another type than the object was. */
  readonly untyped: boolean;
  /** What a refusal of it shows. */
  readonly shown: () => string;
}

/** Changes `present`. @throws {ApiError} */
function patched(served: ServedVersion, present: JsonObject, patch: Patch): Outcome {
  try {
    switch (patch.type) {
      case 'json': {
        const trace = new PatchTrace(patch.literals);
        return ofJson(applyJsonPatch(present, patch.operations, trace), served, trace);
      }
      case 'merge': {
        const trace = new PatchTrace(patch.literals);
        applyMergePatch(present, patch.patch, trace);
        return ofJson(present, served, trace);
      }
      case 'strategic': {
        const schema = kubernetesSchema().byKind(served, served.kind);
        if (schema === undefined) throw new TypeError(`there is no schema of ${served.kind}`);
        const own = cloneJson(patch.patch);
        const result = applyStrategicMergePatch(schema, present, own);
        return { result, decode: decodeUnstructured, untyped: false, shown: () => goValueText(own) };
      }
      default:
        return patch satisfies never;
    }
  } catch (error) {
    if (error instanceof PatchError) throw statusOfPatchError(error);
    throw error;
  }
}

const ofJson = (result: JsonValue, served: ServedVersion, trace: PatchTrace): Outcome => ({
  result,
  decode: (schema, object) => decode(schema, object, '', { literals: trace.literals }),
  literals: trace.literals,
  untyped: true,
  shown() {
    const schema = served.custom === undefined ? kubernetesSchema().byKind(served, served.kind) : undefined;
    return patchResultText(schema, result, trace);
  },
});

/** What the client receives. */
export function statusOfPatchError(error: PatchError): ApiError {
  switch (error.kind) {
    case 'format':
      return badRequest(error.message);
    case 'mismatch':
      return genericError(422);
    default:
      return error.kind satisfies never;
  }
}

/** The result as the object that it should be. */
function readOutcome(
  served: ServedVersion,
  { result, decode: read, literals, untyped, shown }: Outcome,
  problems: readonly string[],
  { fieldValidation, request, name }: PatchCheck & { readonly name: string },
): JsonObject {
  const refused = (why: string): ApiError => invalidPatch(shown(), why);
  if (untyped) checkType(served, name, result, refused);
  if (!isJsonObject(result)) throw refused('the result is not an object');
  const { object, unknownFields } = readAs(() => readTyped(served, result, read, literals), refused);
  const all = [...problems, ...strictProblems({ unknown: unknownFields })];
  if (fieldValidation === 'Strict' && all.length > 0) throw refused(strictDecodingText(all));
  if (fieldValidation === 'Warn') for (const problem of all) request.warn(problem);
  object['kind'] = served.kind;
  object['apiVersion'] = apiVersionOf(served);
  return object;
}

function readTyped(
  { custom, ...served }: ServedVersion,
  result: JsonObject,
  read: Outcome['decode'],
  literals: NumberLiterals | undefined,
): Decoded {
  if (custom !== undefined) {
    keepFloats(result, literals);
    // What a refusal shows is what came out, whole.
    return custom.read(cloneGiven(result));
  }
  const schema = kubernetesSchema().byKind(served, served.kind);
  return schema === undefined ? { object: result, unknownFields: [] } : read(schema, result);
}

function readAs(read: () => Decoded, refused: (why: string) => ApiError): Decoded {
  try {
    return read();
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
    if (error instanceof TypeMetaError) {
      return invalidPatch(patchResultText(undefined, result, new PatchTrace(undefined)), error.message);
    }
    throw error;
  }
  throw new TypeError('an object is one');
}

/** A patch may leave kind and version out of the result, as they are known, but not make them others. */
function checkType(served: ServedVersion, name: string, result: JsonValue, refused: (why: string) => ApiError): void {
  const expected = apiVersionOf(served);
  try {
    const { apiVersion, kind, ...groupVersion } = typeMetaOf(result);
    if (apiVersion === expected && (kind === '' || kind === served.kind)) return;
    // The original then reads the object as one of its own types, whose fields have other names.
    if (apiVersion === '') throw nameless(name);
    const wanted = kind === '' ? served.kind : kind;
    if (kubernetesSchema().byKind(groupVersion, wanted) === undefined) {
      throw refused(unregisteredKind(wanted, apiVersion));
    }
    throw refused(unknownConversion(groupVersion.version, wanted, served));
  } catch (error) {
    if (error instanceof TypeMetaError) throw refused(error.message);
    throw error;
  }
}

const nameless = (name: string): ApiError =>
  badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);

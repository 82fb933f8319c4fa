import { strictProblems } from '../../machinery/body-errors.ts';
import { jsonTypeName } from '../../machinery/json/json-type-name.ts';
import { emptyObject, JsonSyntaxError, type ParsedJson, parseJson } from '../../machinery/json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../machinery/json-value.ts';
import { type JsonPatchOperations, jsonPatchOperations } from '../../machinery/patch/json-patch-operations.ts';
import { withoutNulls } from '../../machinery/patch/merge-patch.ts';
import { PatchError, TooManyOperationsError } from '../../machinery/patch/patch-error.ts';
import { badRequest, requestEntityTooLarge } from '../../machinery/status-errors.ts';
import { notAnObject, type ReadPatch, statusOfPatchError } from '../../registry/patch.ts';
import type { PatchType as AnyPatchType } from './patch-type.ts';

/** All but an apply, which is no change but a configuration. */
type PatchType = Exclude<AnyPatchType, 'apply'>;

/**
 * A body that should be a patch, as JSON.
 * @throws {ApiError} 400
 */
export function parsePatch(type: PatchType, body: Buffer, { strict }: { readonly strict: boolean }): ParsedJson {
  try {
    return parseJson(body);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    // JSON, but with a number that is none of Go's.
    const number = error.message.startsWith('json: ');
    throw badRequest(
      number
        ? `${type === 'json' || (type === 'merge' && strict) ? decoding : ''}${error.message}`
        : 'invalid JSON patch',
    );
  }
}

const decoding = 'error decoding patch: ';

/**
 * The patch that it is. `strict`: fields that are unknown or there twice are looked for.
 * @throws {ApiError} 400, 413, 422
 */
export function decodePatch(
  type: PatchType,
  { value, literals, duplicateFields }: ParsedJson,
  { strict }: { readonly strict: boolean },
): ReadPatch {
  const duplicates = strict ? strictProblems({ duplicate: duplicateFields }) : [];
  switch (type) {
    case 'json': {
      const { operations, unknownFields } = operationsOf(value, strict);
      const problems = [...strictProblems({ unknown: unknownFields }), ...duplicates].map(
        (problem) => `json patch ${problem}`,
      );
      return { patch: { type, operations, literals }, problems };
    }
    case 'merge':
      return { patch: { type, patch: mergePatchOf(value, strict), literals }, problems: duplicates };
    case 'strategic':
      return { patch: { type, patch: strategicPatchOf(value) }, problems: duplicates };
    default:
      return type satisfies never;
  }
}

/** As the original says it, in either of two ways. */
function mergePatchOf(value: JsonValue, strict: boolean): JsonObject {
  if (isJsonObject(value)) return value;
  if (value === null || (!strict && !Array.isArray(value))) throw badRequest('Invalid JSON Patch');
  if (!strict) throw notAnObject(withoutNulls(value));
  throw badRequest(`${decoding}${noMap(value)}`);
}

/** Null says nothing. */
function strategicPatchOf(value: JsonValue): JsonObject {
  if (value === null) return emptyObject();
  if (!isJsonObject(value)) throw badRequest(noMap(value));
  return value;
}

const noMap = (value: JsonValue): string =>
  `json: cannot unmarshal ${jsonTypeName(value)} into Go value of type map[string]interface {}`;

function operationsOf(value: JsonValue, strict: boolean): JsonPatchOperations {
  try {
    return jsonPatchOperations(value, { strict });
  } catch (error) {
    if (error instanceof PatchError) throw statusOfPatchError(error);
    if (error instanceof TooManyOperationsError) throw requestEntityTooLarge(error.message);
    throw error;
  }
}

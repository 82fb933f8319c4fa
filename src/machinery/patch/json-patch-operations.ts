import { jsonTypeName } from '../json/json-type-name.ts';
import { emptyObject } from '../json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import { PatchError, TooManyOperationsError } from './patch-error.ts';

/** One operation as it was sent, whether it makes sense or not. */
export interface JsonPatchOperation {
  readonly op: string;
  /** Undefined: missing, or no string. */
  readonly path: string | undefined;
  readonly from: string | undefined;
  readonly value: JsonValue | undefined;
  /** The operation in the patch that was read: how its value was written is known by it. */
  readonly source?: JsonObject;
}

export interface JsonPatchOperations {
  readonly operations: readonly JsonPatchOperation[];
  /** Fields that no operation has: `[0].foo`; at most 100. */
  readonly unknownFields: readonly string[];
}

/** kube-apiserver's own bound. */
const maxOperations = 10_000;
/** Enough to see what is wrong. */
const maxUnknownFields = 100;

const textFields = ['op', 'path', 'from'] as const;
const fields: ReadonlySet<string> = new Set([...textFields, 'value']);

/**
 * The operations of a JSON Patch. `strict`: what has a wrong type is refused here, in the words of Go's decoder; otherwise
 * only where it is applied. Null is a patch without operations, as in the original.
 * @throws {PatchError} `format`
 * @throws {TooManyOperationsError} for more than 10,000
 */
export function jsonPatchOperations(patch: JsonValue, { strict }: { readonly strict: boolean }): JsonPatchOperations {
  const [list, one] = strict
    ? ['[]handlers.jsonPatchOp', 'handlers.jsonPatchOp']
    : ['jsonpatch.Patch', 'jsonpatch.Operation'];
  if (patch === null) return { operations: [], unknownFields: [] };
  if (!Array.isArray(patch)) throw wrongType(patch, `value of type ${list}`, strict);
  const unknownFields: string[] = [];
  const operations = patch.map((item, index): JsonPatchOperation => {
    if (item === null) return operationOf(emptyObject());
    if (!isJsonObject(item)) throw wrongType(item, `value of type ${one}`, strict);
    if (!strict) return operationOf(item);
    for (const key of Object.keys(item)) {
      if (!fields.has(key) && unknownFields.length < maxUnknownFields) unknownFields.push(`[${index}].${key}`);
    }
    for (const field of textFields) {
      const value = item[field] ?? '';
      if (typeof value !== 'string') throw wrongType(value, `struct field jsonPatchOp.${field} of type string`, strict);
    }
    return operationOf(item);
  });
  if (operations.length > maxOperations) {
    throw new TooManyOperationsError(
      `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${operations.length}`,
    );
  }
  return { operations, unknownFields };
}

const operationOf = (item: JsonObject): JsonPatchOperation => ({
  op: text(item['op']) ?? '',
  path: text(item['path']),
  from: text(item['from']),
  value: item['value'],
  source: item,
});

const text = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

const wrongType = (value: JsonValue, place: string, strict: boolean): PatchError =>
  new PatchError(
    'format',
    `${strict ? 'error decoding patch: ' : ''}json: cannot unmarshal ${jsonTypeName(value)} into Go ${place}`,
  );

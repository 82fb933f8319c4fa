import type { Field, Schema } from '../schema/schema.ts';
import { PatchError } from './patch-error.ts';

/** What a strategic merge patch must know of the place that it is at. */
export interface MergeRule {
  /** Of the value; of its items, for a list. */
  readonly schema: Schema;
  /** `replace`, `merge` or ''. What else a field may say, `retainKeys`, is said by the patch itself. */
  readonly strategy: string;
  /** '' for none. */
  readonly mergeKey: string;
}

/**
 * The rule of an object under `key` of a `schema`.
 * @throws {PatchError} `format` when there is no such field
 */
export function ruleOfObject(schema: Schema, key: string): MergeRule {
  const field = fieldOf(schema, key);
  const strategy = field.patchStrategy ?? '';
  return {
    schema: field.schema,
    strategy: strategy.split(',').find((word) => word !== 'retainKeys') ?? '',
    mergeKey: field.patchMergeKey ?? '',
  };
}

/**
 * The rule of a list under `key` of a `schema`.
 * @throws {PatchError} `format` when there is no such field, or it is no list
 */
export function ruleOfList(schema: Schema, key: string): MergeRule {
  const rule = ruleOfObject(schema, key);
  if (rule.schema.kind !== 'list') {
    throw new PatchError('format', `expected slice or array type, but got: ${kindInGo(schema)}`);
  }
  return { ...rule, schema: rule.schema.items };
}

function fieldOf(schema: Schema, key: string): Field {
  if (schema.kind === 'struct' || schema.kind === 'any') {
    const found = schema.kind === 'struct' ? (schema.fields.get(key) ?? foldedField(schema.fields, key)) : undefined;
    if (found !== undefined) return found;
    const name = schema.kind === 'struct' ? schema.name.slice(schema.name.lastIndexOf('.') + 1) : 'RawExtension';
    throw new PatchError(
      'format',
      `unable to find api field in struct ${name} for the json field ${JSON.stringify(key)}`,
    );
  }
  const kind = kindInGo(schema);
  throw new PatchError('format', `merging an object in json but data type is not struct, instead is: ${kind}`);
}

/** As Go's decoder once did, a field is found in another case too. */
function foldedField(fields: ReadonlyMap<string, Field>, key: string): Field | undefined {
  const wanted = key.toLowerCase();
  for (const [name, field] of fields) if (name.toLowerCase() === wanted) return field;
  return undefined;
}

export function kindInGo(schema: Schema): string {
  switch (schema.kind) {
    case 'list':
    case 'bytes':
      return 'slice';
    case 'boolean':
      return 'bool';
    case 'double':
      return 'float64';
    case 'struct':
    case 'any':
    case 'time':
    case 'microtime':
    case 'quantity':
    case 'intOrString':
      return 'struct';
    case 'map':
    case 'string':
    case 'int32':
    case 'int64':
      return schema.kind;
    default:
      return schema satisfies never;
  }
}

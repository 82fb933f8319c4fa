import {
  duplicateValue,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  tooMany,
} from '../../machinery/field-error.ts';
import { isPrintable } from '../../machinery/go-quote.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { FieldPathError, findField } from '../../machinery/structural/field-path.ts';
import { type SchemaNode, SchemaNodeError, schemaNodeOf } from '../../machinery/structural/schema-node.ts';
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSubresources,
  CustomResourceValidation,
  SelectableField,
} from '../types/apiextensions-v1.generated.ts';
import { defaultErrors } from './default-rules.ts';
import { schemaErrors } from './schema-rules.ts';
import { shownSchema } from './shown-structs.ts';
import { structuralErrors } from './structural-rules.ts';
import { ruleErrors } from './validation-rules.ts';

/** What the definition around a version says of it. */
export interface VersionSurroundings {
  /** It has a status subresource. */
  readonly hasStatus: boolean;
  /** It had as many selectable fields before. */
  readonly manySelectable: boolean;
  /** So was its schema before. */
  readonly hasSameSchema: boolean;
}

/** What is wrong with what a version says for itself. */
export function versionErrors(
  version: CustomResourceDefinitionVersion,
  path: string,
  { hasStatus, manySelectable, hasSameSchema }: VersionSurroundings,
): FieldError[] {
  const { schema, subresources, additionalPrinterColumns = [], selectableFields = [] } = version;
  return [
    ...deprecationErrors(version, `${path}.deprecationWarning`),
    ...validationErrors(schema, `${path}.schema`, { hasStatus, hasSameSchema }),
    ...subresourceErrors(subresources, `${path}.subresources`),
    ...additionalPrinterColumns.flatMap((column, at) =>
      columnErrors(column, `${path}.additionalPrinterColumns[${at}]`),
    ),
    ...(selectableFields.length === 0
      ? []
      : schema?.openAPIV3Schema === undefined
        ? [
            invalidValue(
              `${path}.selectableFields`,
              '',
              'may only be set when `version.schema.openAPIV3Schema` is not included',
            ),
          ]
        : selectableErrors(selectableFields, schema, path, manySelectable)),
  ];
}

function deprecationErrors(
  { deprecated, deprecationWarning: warning }: CustomResourceDefinitionVersion,
  path: string,
): FieldError[] {
  if (warning === undefined) return [];
  const refuse = (why: string): FieldError => invalidValue(path, warning, why);
  if (deprecated !== true) return [refuse('can only be set for deprecated versions')];
  const errors: FieldError[] = [];
  if (Buffer.byteLength(warning) > 256) errors.push(refuse('must be <= 256 characters long'));
  if (warning === '') errors.push(refuse('must not be an empty string'));
  let at = 0;
  for (const char of warning) {
    if (!isPrintable(char)) {
      const why = `must only contain printable UTF-8 characters; non-printable character found at index ${at}`;
      errors.push(refuse(why));
      break;
    }
    at += Buffer.byteLength(char);
  }
  return errors;
}

/** What a schema may say at its root where status is checked by what it says of `status` alone. */
const allowedAtRoot: readonly (readonly [json: string, name: string])[] = [
  ['description', 'Description'],
  ['type', 'Type'],
  ['format', 'Format'],
  ['title', 'Title'],
  ['maximum', 'Maximum'],
  ['exclusiveMaximum', 'ExclusiveMaximum'],
  ['minimum', 'Minimum'],
  ['exclusiveMinimum', 'ExclusiveMinimum'],
  ['maxLength', 'MaxLength'],
  ['minLength', 'MinLength'],
  ['pattern', 'Pattern'],
  ['maxItems', 'MaxItems'],
  ['minItems', 'MinItems'],
  ['uniqueItems', 'UniqueItems'],
  ['multipleOf', 'MultipleOf'],
  ['required', 'Required'],
  ['items', 'Items'],
  ['properties', 'Properties'],
  ['externalDocs', 'ExternalDocs'],
  ['example', 'Example'],
  ['x-kubernetes-preserve-unknown-fields', 'XPreserveUnknownFields'],
  ['x-kubernetes-validations', 'XValidations'],
];

/** What is wrong with a schema. */
export function validationErrors(
  validation: CustomResourceValidation | undefined,
  path: string,
  { hasStatus, hasSameSchema }: Omit<VersionSurroundings, 'manySelectable'>,
): FieldError[] {
  const schema = validation?.openAPIV3Schema as unknown as JsonObject | undefined;
  if (schema === undefined) return [];
  const at = `${path}.openAPIV3Schema`;
  const errors: FieldError[] = hasStatus ? rootErrors(schema, at) : [];
  if (schema['nullable'] === true) {
    errors.push(forbiddenValue(`${at}.nullable`, 'nullable cannot be true at the root'));
  }
  const read = readSchema(schema);
  let walkable: SchemaNode | undefined;
  if (typeof read !== 'string') {
    const structural = structuralErrors(read, at);
    const wrong = structural.length > 0 ? structural : defaultErrors(read, at, true);
    if (wrong.length === 0) walkable = read;
    for (const error of wrong) errors.push(error);
  }
  const more = schemaErrors(schema, at);
  for (const error of more) errors.push(error);
  if (walkable !== undefined) {
    errors.push(...ruleErrors(walkable, at, { schemaErrors: more, isUnchanged: hasSameSchema }));
  }
  // Whatever keeps a schema from being read is mostly said better above.
  if (errors.length === 0 && typeof read === 'string') errors.push(invalidValue(at, '', read));
  return errors;
}

/** A text: why it cannot be. */
function readSchema(schema: JsonObject): SchemaNode | string {
  try {
    return schemaNodeOf(schema);
  } catch (error) {
    if (error instanceof SchemaNodeError) return error.message;
    throw error;
  }
}

function rootErrors(schema: JsonObject, path: string): FieldError[] {
  const { type = '' } = schema;
  if (type !== '' && type !== 'object') {
    const why = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    return [invalidValue(`${path}.type`, type, why)];
  }
  if (Object.keys(schema).every((key) => allowedAtRoot.some(([json]) => json === key))) return [];
  const names = allowedAtRoot.map(([, name]) => name).join(' ');
  const why = `only [${names}] fields are allowed at the root of the schema if the status subresource is enabled`;
  return [invalidValue(path, shownSchema(schema), why)];
}

export function subresourceErrors(subresources: CustomResourceSubresources | undefined, path: string): FieldError[] {
  const scale = subresources?.scale;
  if (scale === undefined) return [];
  const { specReplicasPath = '', statusReplicasPath = '', labelSelectorPath = '' } = scale;
  const checkPath = (name: string, value: string, below: readonly string[], where: string): FieldError[] => {
    const at = `${path}.scale.${name}`;
    const wrong = simplePathErrors(value, at);
    if (wrong.length > 0 || below.some((prefix) => value.startsWith(prefix))) return wrong;
    return [invalidValue(at, value, `should be a json path under ${where}`)];
  };
  const required = (name: string): FieldError[] => [requiredValue(`${path}.scale.${name}`)];
  return [
    ...(specReplicasPath === ''
      ? required('specReplicasPath')
      : checkPath('specReplicasPath', specReplicasPath, ['.spec.'], '.spec')),
    ...(statusReplicasPath === ''
      ? required('statusReplicasPath')
      : checkPath('statusReplicasPath', statusReplicasPath, ['.status.'], '.status')),
    ...(labelSelectorPath === ''
      ? []
      : checkPath('labelSelectorPath', labelSelectorPath, ['.spec.', '.status.'], 'either .spec or .status')),
  ];
}

const simplePathErrors = (path: string, at: string): FieldError[] =>
  path.startsWith('.') ? [] : [invalidValue(at, path, 'must be a simple json path starting with .')];

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

export function columnErrors(column: CustomResourceColumnDefinition, path: string): FieldError[] {
  const { name = '', type = '', format = '', jsonPath = '' } = column;
  const errors: FieldError[] = [];
  if (name === '') errors.push(requiredValue(`${path}.name`));
  const oneOf = `must be one of ${columnTypes.join()}`;
  if (type === '') errors.push(requiredValue(`${path}.type`, oneOf));
  else if (!columnTypes.includes(type)) errors.push(invalidValue(`${path}.type`, type, oneOf));
  if (format !== '' && !columnFormats.includes(format)) {
    errors.push(invalidValue(`${path}.format`, format, `must be one of ${columnFormats.join()}`));
  }
  if (jsonPath === '') errors.push(requiredValue(`${path}.JSONPath`));
  else errors.push(...simplePathErrors(jsonPath, `${path}.JSONPath`));
  return errors;
}

/** Each is looked up in every object that is selected by it. */
export const maxSelectableFields = 8;

/** `path`: of what holds the fields. */
export function selectableErrors(
  fields: readonly SelectableField[],
  validation: CustomResourceValidation,
  path: string,
  manySelectable: boolean,
): FieldError[] {
  const read = readSchema(validation.openAPIV3Schema ?? {});
  if (typeof read === 'string') return [invalidValue(`${path}.schema.openAPIV3Schema`, '', read)];
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, { jsonPath = '' }] of fields.entries()) {
    const at = `${path}.selectableFields[${index}].jsonPath`;
    if (jsonPath === '') {
      errors.push(requiredValue(at));
      continue;
    }
    try {
      const { path: found, root, node } = findField(jsonPath, read, { brackets: false });
      const refuse = (why: string): number => errors.push(invalidValue(at, jsonPath, why));
      if (root === 'metadata') refuse('must not point to fields in metadata');
      if (!['string', 'boolean', 'integer'].includes(node?.type ?? '')) {
        refuse(
          'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
        );
      }
      if (seen.has(found)) errors.push(duplicateValue(at, jsonPath));
      seen.add(found);
    } catch (error) {
      if (!(error instanceof FieldPathError)) throw error;
      errors.push(invalidValue(at, jsonPath, `is an invalid path: ${error.message}`));
    }
  }
  if (seen.size > maxSelectableFields && !manySelectable) {
    errors.push(tooMany(`${path}.selectableFields`, seen.size, maxSelectableFields));
  }
  return errors;
}

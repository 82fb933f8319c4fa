import { errorsOfEach, type FieldError, forbiddenValue, invalidValue, requiredValue, tooLong } from '../field-error.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringAt } from '../json-value.ts';
import { validateFinalizers, validateNoNewFinalizers } from './finalizers.ts';
import { labelKey, labelValue } from './label.ts';
import { validateManagedFields } from './managed-fields.ts';
import { type NameRule, nameIsDnsLabel } from './names.ts';
import { validateOwnerReferences } from './owner-references.ts';

/** Of all keys and values together. */
const maxAnnotationsBytes = 256 * 1024;

export interface ObjectMetaRules {
  readonly namespaced: boolean;
  readonly validateName: (name: string, prefix: boolean) => readonly string[];
}

/** The metadata of an object about to be created; a generated name is there already. */
export function validateObjectMeta(metadata: JsonObject, rules: ObjectMetaRules, path = 'metadata'): FieldError[] {
  const generateName = stringAt(metadata, 'generateName');
  const errors = generateName === '' ? [] : named(`${path}.generateName`, generateName, true, rules.validateName);
  const name = stringAt(metadata, 'name');
  if (name === '') errors.push(requiredValue(`${path}.name`, 'name or generateName is required'));
  else errors.push(...named(`${path}.name`, name, false, rules.validateName));

  const namespace = stringAt(metadata, 'namespace');
  if (!rules.namespaced) {
    if (namespace !== '') errors.push(forbiddenValue(`${path}.namespace`, 'not allowed on this type'));
  } else if (namespace === '') errors.push(requiredValue(`${path}.namespace`));
  else errors.push(...named(`${path}.namespace`, namespace, false, nameIsDnsLabel));

  errors.push(...validateCommon(metadata, path));
  return errors;
}

/** What clients may write on every way. */
const validateCommon = (metadata: JsonObject, path: string): FieldError[] => [
  ...validateGeneration(metadata, path),
  ...validateLabels(stringMap(metadata['labels']), `${path}.labels`),
  ...validateAnnotations(stringMap(metadata['annotations']), `${path}.annotations`),
  ...validateOwnerReferences(objects(metadata['ownerReferences']), `${path}.ownerReferences`),
  ...validateFinalizers(strings(metadata['finalizers']), `${path}.finalizers`),
  ...validateManagedFields(objects(metadata['managedFields']), `${path}.managedFields`),
];

/** The metadata of an object about to replace the one with `old`. What identifies it and what the server set stays. */
export function validateObjectMetaUpdate(metadata: JsonObject, old: JsonObject, path = 'metadata'): FieldError[] {
  const errors = validateCommon(metadata, path);
  if (isSet(old['deletionTimestamp'])) {
    const finalizers = [strings(metadata['finalizers']), strings(old['finalizers'])] as const;
    errors.push(...validateNoNewFinalizers(...finalizers, `${path}.finalizers`));
  }
  if (stringAt(metadata, 'resourceVersion') === '') {
    errors.push(invalidValue(`${path}.resourceVersion`, '', 'must be specified for an update'));
  }
  const generation = generationOf(metadata);
  if (generation < generationOf(old)) {
    errors.push(invalidValue(`${path}.generation`, generation, 'must not be decremented'));
  }
  for (const field of ['name', 'namespace', 'uid'] as const) {
    const value = stringAt(metadata, field);
    if (value !== stringAt(old, field)) errors.push(invalidValue(`${path}.${field}`, value, immutable));
  }
  for (const field of ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    const value = metadata[field] ?? null;
    if (!sameInstant(value, old[field] ?? null)) errors.push(invalidValue(`${path}.${field}`, value, immutable));
  }
  return errors;
}

const immutable = 'field is immutable';

const named = (path: string, name: string, prefix: boolean, rule: ObjectMetaRules['validateName'] | NameRule) =>
  rule(name, prefix).map((text) => invalidValue(path, name, text));

export function validateLabels(labels: Readonly<Record<string, string>>, path: string): FieldError[] {
  return errorsOfEach(Object.entries(labels), ([key, value]) => [
    ...labelKey(key).map((text) => invalidValue(path, key, text)),
    ...labelValue(value).map((text) => invalidValue(path, value, text)),
  ]);
}

export function validateAnnotations(annotations: Readonly<Record<string, string>>, path: string): FieldError[] {
  const entries = Object.entries(annotations);
  const errors = errorsOfEach(entries, ([key]) =>
    labelKey(key.toLowerCase()).map((text) => invalidValue(path, key, text)),
  );
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (bytes > maxAnnotationsBytes) errors.push(tooLong(path, maxAnnotationsBytes));
  return errors;
}

const generationOf = (metadata: JsonObject): number | bigint => {
  const { generation } = metadata;
  return typeof generation === 'number' || typeof generation === 'bigint' ? generation : 0;
};

function validateGeneration(metadata: JsonObject, path: string): FieldError[] {
  const generation = generationOf(metadata);
  if (generation >= 0) return [];
  return [invalidValue(`${path}.generation`, generation, 'must be greater than or equal to 0')];
}

const isSet = (value: JsonValue | undefined): boolean => value !== undefined && value !== null;

/** Times are equal when they are the same second, however they are written. */
function sameInstant(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  const seconds = (text: string) => Math.floor(Date.parse(text) / 1000);
  return seconds(a) === seconds(b);
}

const strings = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
const objects = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];
/** What is not a string is '' here: the decoder has refused it where it matters. */
const stringMap = (value: JsonValue | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(isJsonObject(value) ? value : {}).map(([key, item]) => [key, typeof item === 'string' ? item : '']),
  );

import {
  type FieldError,
  forbiddenValue,
  invalidValue,
  maxFieldErrors,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { emptiedAt } from '../../machinery/json/emptied.ts';
import { isJsonObject, type JsonObject, type JsonValue, objectAt, stringAt } from '../../machinery/json-value.ts';
import { FieldPathError, findField } from '../../machinery/structural/field-path.ts';
import { metaFields } from '../../machinery/structural/prune.ts';
import { SchemaNodeError, schemaNodeOf } from '../../machinery/structural/schema-node.ts';
import { shownSchema } from './shown-structs.ts';

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

interface Around {
  /** Why there may be no default here; undefined: there may. */
  readonly noDefaults?: string;
  /** Within the type or metadata of an object of the API. */
  readonly insideMeta?: boolean;
}

/** What is wrong with a decoded JSONSchemaProps as the schema of a definition, whatever it says of values. */
export function schemaErrors(schema: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  check(schema, path, {}, true, errors);
  return errors;
}

function check(schema: JsonObject, path: string, around: Around, isRoot: boolean, errors: FieldError[]): void {
  if (errors.length > maxFieldErrors) return;
  checkKeywords(schema, path, around, errors);
  if (schema['uniqueItems'] === true) {
    const why = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbiddenValue(`${path}.uniqueItems`, why));
  }
  checkProperties(schema, path, around, isRoot, errors);
  const inner = (value: JsonValue | undefined, at: string): void => {
    if (isJsonObject(value)) check(value, at, around, false, errors);
  };
  inner(schema['not'], `${path}.not`);
  for (const key of ['allOf', 'oneOf', 'anyOf']) {
    for (const [index, item] of listAt(schema, key).entries()) inner(item, `${path}.${key}[${index}]`);
  }
  for (const [name, item] of entriesAt(schema, 'definitions')) inner(item, `${path}.definitions[${name}]`);
  const { items } = schema;
  inner(items, `${path}.items`);
  for (const [index, item] of listAt(schema, 'items').entries()) inner(item, `${path}.items[${index}]`);
  for (const [name, item] of entriesAt(schema, 'dependencies')) inner(item, `${path}.dependencies[${name}]`);
  checkExtensions(schema, path, errors);
  checkRules(schema, path, errors);
}

/** JSON Schema has more than a definition may use. */
function checkKeywords(schema: JsonObject, path: string, around: Around, errors: FieldError[]): void {
  const type = stringAt(schema, 'type');
  if (type !== '' && !types.includes(type)) errors.push(unsupportedValue(`${path}.type`, type, types));
  if (isSet(schema['default']) && around.noDefaults !== undefined) {
    errors.push(forbiddenValue(`${path}.default`, `must not be set ${around.noDefaults}`));
  }
  const refuse = (key: string, why = `${key} is not supported`): void => {
    errors.push(forbiddenValue(`${path}.${key}`, why));
  };
  if (stringAt(schema, 'id') !== '') refuse('id');
  if (isSet(schema['additionalItems'])) refuse('additionalItems');
  if (entriesAt(schema, 'patternProperties').length > 0) refuse('patternProperties');
  if (entriesAt(schema, 'definitions').length > 0) refuse('definitions');
  if (isSet(schema['dependencies'] ?? emptiedAt(schema, 'dependencies'))) refuse('dependencies');
  if (isSet(schema['$ref'])) refuse('$ref');
  if (type === 'null') refuse('type', 'type cannot be set to null, use nullable as an alternative');
  if (listAt(schema, 'items').length > 0) refuse('items', 'items must be a schema object and not an array');
  if (around.insideMeta === true && schema['x-kubernetes-embedded-resource'] === true) {
    refuse('x-kubernetes-embedded-resource', 'must not be used inside of resource meta');
  }
}

function checkProperties(
  schema: JsonObject,
  path: string,
  around: Around,
  isRoot: boolean,
  errors: FieldError[],
): void {
  const properties = entriesAt(schema, 'properties');
  const { additionalProperties } = schema;
  if (isSet(additionalProperties)) {
    if (properties.length > 0 && additionalProperties !== true) {
      const why = 'additionalProperties and properties are mutual exclusive';
      errors.push(forbiddenValue(`${path}.additionalProperties`, why));
    }
    if (isJsonObject(additionalProperties)) {
      const noDefaults = 'inside additionalProperties applying to object metadata';
      const inner = around.insideMeta === true ? { ...around, noDefaults } : around;
      check(additionalProperties, `${path}.additionalProperties`, inner, false, errors);
    }
  }
  const isObject = isRoot || schema['x-kubernetes-embedded-resource'] === true;
  for (const [name, property] of properties) {
    if (!isJsonObject(property)) continue;
    const isMeta = isObject && metaFields.has(name);
    const noDefaults = isRoot ? { noDefaults: `in top-level ${name}` } : {};
    const inner = isMeta ? { ...around, insideMeta: true, ...noDefaults } : around;
    check(property, `${path}.properties[${name}]`, inner, false, errors);
  }
}

function checkExtensions(schema: JsonObject, path: string, errors: FieldError[]): void {
  const type = stringAt(schema, 'type');
  const mapType = schema['x-kubernetes-map-type'] ?? null;
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    const at = `${path}.x-kubernetes-preserve-unknown-fields`;
    errors.push(invalidValue(at, false, 'must be true or undefined'));
  }
  const mustBe = (wanted: string, extension: string): void => {
    const why = `must be ${wanted} if ${extension} is specified`;
    errors.push(type === '' ? requiredValue(`${path}.type`, why) : invalidValue(`${path}.type`, type, why));
  };
  if (mapType !== null && type !== 'object') mustBe('object', 'x-kubernetes-map-type');
  if (mapType !== null && mapType !== 'atomic' && mapType !== 'granular') {
    errors.push(unsupportedValue(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
  }
  const listType = schema['x-kubernetes-list-type'] ?? null;
  if (listType !== null && type !== 'array') mustBe('array', 'x-kubernetes-list-type');
  else if (listType === 'set') checkSetItems(objectAt(schema, 'items'), path, errors);
  const listTypes = ['atomic', 'set', 'map'];
  if (listType !== null && !listTypes.some((known) => known === listType)) {
    errors.push(unsupportedValue(`${path}.x-kubernetes-list-type`, listType, listTypes));
  }
  if (listAt(schema, 'x-kubernetes-list-map-keys').length > 0 && listType !== 'map') {
    const at = `${path}.x-kubernetes-list-type`;
    const why = 'must be map if x-kubernetes-list-map-keys is non-empty';
    errors.push(listType === null ? requiredValue(at, why) : invalidValue(at, listType, why));
  }
  if (listType === 'map') checkMapList(schema, path, errors);
  if (listType === 'map' || listType === 'set') checkItemsNotNull(schema, listType, path, errors);
}

/** What is in a set is compared as a whole. */
function checkSetItems(items: JsonObject | undefined, path: string, errors: FieldError[]): void {
  if (items === undefined) return;
  const listType = items['x-kubernetes-list-type'] ?? null;
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  if (items['type'] === 'array' && listType !== null && listType !== 'atomic') {
    errors.push(invalidValue(`${path}.items.x-kubernetes-list-type`, listType, why));
  }
  if (items['type'] === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    errors.push(invalidValue(`${path}.items.x-kubernetes-map-type`, listType, why));
  }
}

function checkMapList(schema: JsonObject, path: string, errors: FieldError[]): void {
  const keys = listAt(schema, 'x-kubernetes-list-map-keys');
  const at = `${path}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) errors.push(requiredValue(at, 'must not be empty if x-kubernetes-list-type is map'));
  const { items } = schema;
  if (!isSet(items)) {
    errors.push(requiredValue(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'));
    return;
  }
  if (!isJsonObject(items)) {
    const schemas = { Schema: null, JSONSchemas: listAt(schema, 'items').filter(isJsonObject).map(shownSchema) };
    const why = 'must only have a single schema if x-kubernetes-list-type is map';
    errors.push(invalidValue(`${path}.items`, schemas, why));
    return;
  }
  const type = stringAt(items, 'type');
  if (type !== 'object') {
    errors.push(
      invalidValue(`${path}.items.type`, type, "must be object if parent array's x-kubernetes-list-type is map"),
    );
    return;
  }
  const properties = objectAt(items, 'properties');
  const seen = new Set<JsonValue>();
  for (const key of keys) {
    const property = objectAt(properties, textOf(key));
    if (property === undefined) {
      errors.push(invalidValue(at, [...keys], 'entries must all be names of item properties'));
    } else if (property['type'] === 'array' || property['type'] === 'object') {
      const why = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.push(invalidValue(`${path}.items.properties[${textOf(key)}].type`, type, why));
    }
    if (seen.has(key)) errors.push(invalidValue(at, [...keys], 'must not contain duplicate entries'));
    seen.add(key);
  }
}

/** Items that are told apart by what they say must say it. */
function checkItemsNotNull(schema: JsonObject, listType: string, path: string, errors: FieldError[]): void {
  const items = objectAt(schema, 'items');
  if (items === undefined) return;
  if (items['nullable'] === true) {
    errors.push(
      forbiddenValue(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`),
    );
  }
  if (listType !== 'map') return;
  const required = listAt(items, 'required');
  for (const key of listAt(schema, 'x-kubernetes-list-map-keys')) {
    const property = objectAt(objectAt(items, 'properties'), textOf(key));
    if (property === undefined) continue;
    const at = `${path}.items.properties[${textOf(key)}]`;
    if (!required.includes(key) && !isSet(property['default'])) {
      const why = 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
      errors.push(requiredValue(`${at}.default`, why));
    }
    if (property['nullable'] === true) {
      const why = 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable';
      errors.push(forbiddenValue(`${at}.nullable`, why));
    }
  }
}

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const hasLineBreak = (text: string): boolean => /[\n\r]/.test(text);

/** The form of rules, whatever their expressions say. */
function checkRules(schema: JsonObject, path: string, errors: FieldError[]): void {
  for (const [index, rule] of listAt(schema, 'x-kubernetes-validations').entries()) {
    if (!isJsonObject(rule)) continue;
    const at = `${path}.x-kubernetes-validations[${index}]`;
    const [expression, message] = [stringAt(rule, 'rule').trim(), stringAt(rule, 'message')];
    if (expression === '') errors.push(requiredValue(`${at}.rule`, 'rule is not specified'));
    else if (message !== '' && message.trim() === '') {
      errors.push(invalidValue(`${at}.message`, message, 'must be non-empty if specified'));
    } else if (hasLineBreak(message.trim())) {
      errors.push(invalidValue(`${at}.message`, message, 'must not contain line breaks'));
    } else if (hasLineBreak(expression) && message === '') {
      errors.push(requiredValue(`${at}.message`, 'message must be specified if rule contains line breaks'));
    }
    const messageExpression = stringAt(rule, 'messageExpression');
    if (messageExpression !== '' && messageExpression.trim() === '') {
      errors.push(requiredValue(`${at}.messageExpression`, 'messageExpression must be non-empty if specified'));
    }
    const reason = rule['reason'] ?? null;
    if (reason !== null && !reasons.some((known) => known === reason)) {
      errors.push(unsupportedValue(`${at}.reason`, reason, reasons));
    }
    const fieldPath = stringAt(rule, 'fieldPath');
    if (fieldPath === '') continue;
    const refuse = (why: string): number => errors.push(invalidValue(`${at}.fieldPath`, fieldPath, why));
    if (fieldPath.trim() === '') refuse('must be non-empty if specified');
    if (hasLineBreak(fieldPath)) refuse('must not contain line breaks');
    if (!leadsSomewhere(schema, fieldPath)) refuse('must be a valid path');
  }
}

function leadsSomewhere(schema: JsonObject, fieldPath: string): boolean {
  try {
    findField(fieldPath, schemaNodeOf(schema), { brackets: true });
    return true;
  } catch (error) {
    if (error instanceof SchemaNodeError) return true;
    if (error instanceof FieldPathError) return false;
    throw error;
  }
}

const textOf = (value: JsonValue): string => (typeof value === 'string' ? value : '');

const isSet = (value: JsonValue | undefined): boolean => value !== undefined && value !== null;

const listAt = (object: JsonObject, key: string): readonly JsonValue[] => {
  const value = object[key];
  return Array.isArray(value) ? value : [];
};

const entriesAt = (object: JsonObject, key: string): readonly [string, JsonValue][] =>
  Object.entries(objectAt(object, key) ?? {});

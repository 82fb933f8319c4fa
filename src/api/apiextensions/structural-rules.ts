import { compareText } from '../../machinery/compare-text.ts';
import { type FieldError, forbiddenValue, invalidValue, requiredValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { goPattern, PatternError } from '../../machinery/structural/go-pattern.ts';
import { additionalNode, type SchemaNode } from '../../machinery/structural/schema-node.ts';

type Level = 'root' | 'item' | 'field';

/**
 * What keeps a schema from being structural: every value has one type, said in one place, and what `allOf` and its like say
 * besides only restricts it. Sorted as the original sorts it.
 */
export function structuralErrors(node: SchemaNode, path: string): FieldError[] {
  const errors: FieldError[] = [];
  checkNode(node, 'root', path, errors);
  checkCompleteness(node, node, path, path, errors);
  return errors.sort((a, b) => compareText(`${a.field}: ${a.message}`, `${b.field}: ${b.message}`));
}

function checkNode(node: SchemaNode, level: Level, path: string, errors: FieldError[]): void {
  const { type, items, properties, additionalProperties, isResource, isIntOrString, preservesUnknown } = node;
  if (type === 'array' && items === undefined) errors.push(requiredValue(`${path}.items`, 'must be specified'));
  if (items !== undefined) checkNode(items, 'item', `${path}.items`, errors);
  for (const [name, property] of properties) checkNode(property, 'field', `${path}.properties[${name}]`, errors);
  const others = additionalNode(node);
  if (additionalProperties !== undefined) {
    const at = `${path}.additionalProperties`;
    if (level === 'root') errors.push(forbiddenValue(at, 'must not be used at the root'));
    if (others !== undefined) checkNode(others, 'field', at, errors);
  }
  if (isIntOrString && preservesUnknown) {
    const why = 'must be false if x-kubernetes-int-or-string is true';
    errors.push(invalidValue(`${path}.x-kubernetes-preserve-unknown-fields`, true, why));
  }
  if (isIntOrString && isResource) {
    const why = 'must be false if x-kubernetes-int-or-string is true';
    errors.push(invalidValue(`${path}.x-kubernetes-embedded-resource`, true, why));
  }
  const [first] = node.allOf;
  checkRestrictions(node, isEitherType(node.anyOf), first !== undefined && isEitherType(first.anyOf), path, errors);
  checkType(node, level, path, errors);
  checkMeta(node, level, path, errors);
}

function checkType(node: SchemaNode, level: Level, path: string, errors: FieldError[]): void {
  const { type, isResource, isIntOrString, preservesUnknown, additionalProperties } = node;
  const at = `${path}.type`;
  if (isResource && type !== 'object') {
    const why = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(type === '' ? requiredValue(at, why) : invalidValue(at, type, why));
  } else if (type === '' && !isIntOrString && !preservesUnknown) {
    errors.push(requiredValue(at, emptyType[level]));
  }
  if (isResource && additionalProperties !== undefined) {
    const why = 'must not be used if x-kubernetes-embedded-resource is set';
    errors.push(forbiddenValue(`${path}.additionalProperties`, why));
  }
  if (level === 'root' && type !== '' && type !== 'object') {
    errors.push(invalidValue(at, type, 'must be object at the root'));
  }
}

const emptyType: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

/** What every object of the API has anyway may not be said to be something else. */
function checkMeta(node: SchemaNode, level: Level, path: string, errors: FieldError[]): void {
  const { properties, isResource, preservesUnknown } = node;
  const isObject = level === 'root' || isResource;
  for (const name of ['kind', 'apiVersion']) {
    const property = properties.get(name);
    if (!isObject || property === undefined || property.type === 'string') continue;
    errors.push(invalidValue(`${path}.properties[${name}].type`, property.type, 'must be string'));
  }
  const metadata = properties.get('metadata');
  if (metadata !== undefined) checkMetadata(metadata, isObject, level, `${path}.properties[metadata]`, errors);
  if (isResource && !preservesUnknown && properties.size === 0) {
    const why =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(requiredValue(`${path}.properties`, why));
  }
}

function checkMetadata(node: SchemaNode, isObject: boolean, level: Level, path: string, errors: FieldError[]): void {
  if (isObject && node.type !== 'object') errors.push(invalidValue(`${path}.type`, node.type, 'must be object'));
  if (level !== 'root') return;
  const { properties, type: _type, default: _default, ...more } = node.props;
  const named = node.properties.size > 0 && [...node.properties.keys()].every((name) => ownNames.has(name));
  if ((named || properties === undefined) && Object.keys(more).length === 0) return;
  const why = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
  errors.push(forbiddenValue(path, why));
}

const ownNames: ReadonlySet<string> = new Set(['name', 'generateName']);

const eitherType: readonly JsonObject[] = [{ type: 'integer' }, { type: 'string' }];

/** `x-kubernetes-int-or-string` in other words, which are allowed though they say a type. */
const isEitherType = (nodes: readonly SchemaNode[]): boolean =>
  jsonEqual(
    nodes.map(({ props }) => props),
    [...eitherType],
  );

function checkRestrictions(
  { anyOf, allOf, oneOf, not, limits: { pattern } }: SchemaNode,
  skipAnyOf: boolean,
  skipFirstAnyOf: boolean,
  path: string,
  errors: FieldError[],
): void {
  if (!skipAnyOf) for (const [at, node] of anyOf.entries()) checkNested(node, false, `${path}.anyOf[${at}]`, errors);
  for (const [at, node] of allOf.entries()) {
    checkNested(node, skipFirstAnyOf && at === 0, `${path}.allOf[${at}]`, errors);
  }
  for (const [at, node] of oneOf.entries()) checkNested(node, false, `${path}.oneOf[${at}]`, errors);
  if (not !== undefined) checkNested(not, false, `${path}.not`, errors);
  if (pattern === '') return;
  try {
    goPattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const why = `must be a valid regular expression, but isn't: ${error.message}`;
    errors.push(invalidValue(`${path}.pattern`, pattern, why));
  }
}

/** What may not be said where a value is only restricted. */
const forbidden: readonly (readonly [key: string, why: string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

function checkNested(node: SchemaNode, skipAnyOf: boolean, path: string, errors: FieldError[]): void {
  checkRestrictions(node, skipAnyOf, false, path, errors);
  if (node.items !== undefined) checkNested(node.items, false, `${path}.items`, errors);
  for (const [name, property] of node.properties) checkNested(property, false, `${path}.properties[${name}]`, errors);
  for (const [key, why] of forbidden) {
    const value = node.props[key];
    const says = value !== undefined && !(key === 'additionalProperties' && value === false);
    if (says) errors.push(forbiddenValue(`${path}.${key}`, why));
  }
  if (node.properties.has('metadata')) {
    errors.push(forbiddenValue(`${path}.properties[metadata]`, 'must not be specified in a nested context'));
  }
}

/** What is restricted must be said to be there: `node` restricts, `structure` says what there is. */
function checkCompleteness(
  node: SchemaNode,
  structure: SchemaNode | undefined,
  structurePath: string,
  path: string,
  errors: FieldError[],
): void {
  const lists = [
    ['allOf', node.allOf],
    ['anyOf', node.anyOf],
    ['oneOf', node.oneOf],
  ] as const;
  if (node.not !== undefined) checkNestedCompleteness(node.not, structure, structurePath, `${path}.not`, errors);
  for (const [key, nodes] of lists) {
    for (const [at, nested] of nodes.entries()) {
      checkNestedCompleteness(nested, structure, structurePath, `${path}.${key}[${at}]`, errors);
    }
  }
}

function checkNestedCompleteness(
  node: SchemaNode,
  structure: SchemaNode | undefined,
  structurePath: string,
  path: string,
  errors: FieldError[],
): void {
  if (structure === undefined) {
    errors.push(requiredValue(structurePath, `because it is defined in ${path}`));
    return;
  }
  checkCompleteness(node, structure, structurePath, path, errors);
  if (node.items !== undefined) {
    checkNestedCompleteness(node.items, structure.items, `${structurePath}.items`, `${path}.items`, errors);
  }
  for (const [name, property] of node.properties) {
    const step = `.properties[${name}]`;
    checkNestedCompleteness(property, structure.properties.get(name), structurePath + step, path + step, errors);
  }
}

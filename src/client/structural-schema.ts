import { inlineReference } from './inline-reference.ts';
import type { JsonSchema } from './json-schema.ts';
import { KindError } from './kind-error.ts';
import { choiceOfObjects, mergedObjects } from './merged-objects.ts';
import { patternFor } from './schema-pattern.ts';
import { below, cannot, type Schema, type SchemaPlace, type StructuralSchema } from './schema-place.ts';

/** What means the same in both. */
const kept = [
  'title',
  'description',
  'default',
  'example',
  'format',
  'minimum',
  'maximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'required',
  'externalDocs',
] as const;

/** What no definition can say. Whatever else a schema has only describes. */
const inexpressible = [
  'if',
  'then',
  'else',
  'contains',
  'minContains',
  'maxContains',
  'dependencies',
  'dependentRequired',
  'dependentSchemas',
  'prefixItems',
  '$dynamicRef',
] as const;

/**
 * A JSON Schema as the structural one that a CustomResourceDefinition asks for. One that is structural already comes back
 * as it is. Else:
 * - `const`, and `anyOf` or `oneOf` of constants → `enum` · `type: [x, 'null']`, `anyOf` with null → `nullable`
 * - a number or a text, `type: ['integer', 'string']` → `x-kubernetes-int-or-string`
 * - `exclusiveMinimum: 1` → `minimum: 1, exclusiveMinimum: true`; the maximum likewise
 * - `{}`, `true`, `additionalProperties: {}` beside properties → `x-kubernetes-preserve-unknown-fields`
 * - `additionalProperties: false` goes, since what is unknown is pruned · `allOf` of objects → one object
 * - `anyOf` or `oneOf` of objects → one with the properties of all, and which of them belong together
 * - `uniqueItems` → a list of type `set` · `patternProperties` of all keys → `additionalProperties`
 * - references into `$defs` and `definitions` are replaced by what they refer to
 *
 * @throws {KindError} for what a definition cannot express, with its path
 */
export function structuralSchema(schema: JsonSchema, path: string): StructuralSchema {
  const root = asSchema(schema, path);
  return structural(root, {
    path,
    root,
    printed: typeof root['$schema'] === 'string',
    restricts: false,
    references: [],
  });
}

/** `place`: where `given` stands. */
function structural(given: unknown, place: SchemaPlace): StructuralSchema {
  if (given === true) return anything(place);
  const [schema, here] = inlineReference(asSchema(given, place.path), place);
  for (const keyword of inexpressible) {
    if (schema[keyword] !== undefined) throw cannot(here, `${keyword} is nothing that a definition can say`);
  }
  const choice = schema['type'] === undefined ? branchesOf(schema) : undefined;
  if (choice !== undefined) return chosen(schema, choice, here);
  const parts = here.restricts ? undefined : objectsOf(schema['allOf']);
  if (parts === undefined) return one(schema, here);
  const objects = parts.map((part, index) => structural(part, below(here, `.allOf[${index}]`)));
  return withRest(schema, ['allOf'], mergedObjects(objects, below(here, '.allOf')), here);
}

function asSchema(given: unknown, path: string): Schema {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given as Schema;
  throw new KindError(`${path}: ${given === false ? 'no value fits false' : 'is not a JSON Schema'}`);
}

function one(schema: Schema, place: SchemaPlace): StructuralSchema {
  const made: StructuralSchema = {};
  for (const keyword of kept) if (schema[keyword] !== undefined) made[keyword] = schema[keyword];
  for (const [keyword, value] of Object.entries(schema)) if (keyword.startsWith('x-kubernetes-')) made[keyword] = value;
  setLimit(made, schema, 'exclusiveMinimum', 'minimum', Math.max);
  setLimit(made, schema, 'exclusiveMaximum', 'maximum', Math.min);
  setType(made, schema, place);
  setValues(made, schema, place);
  const pattern = patternFor(schema, place);
  if (pattern !== undefined) made['pattern'] = pattern;
  // Kubernetes' durations are Go's: 1h30m.
  if (place.printed && made['format'] === 'duration') delete made['format'];
  setProperties(made, schema, place);
  setItems(made, schema, place);
  for (const keyword of ['allOf', 'anyOf', 'oneOf'] as const) {
    const branches = schema[keyword];
    if (!Array.isArray(branches)) continue;
    made[keyword] = branches.map((branch, index) => restriction(branch, below(place, `.${keyword}[${index}]`)));
  }
  if (schema['not'] !== undefined) made['not'] = restriction(schema['not'], below(place, '.not'));
  const says = ['type', 'x-kubernetes-int-or-string', 'x-kubernetes-preserve-unknown-fields'];
  if (!place.restricts && says.every((keyword) => made[keyword] === undefined)) Object.assign(made, anything(place));
  return made;
}

const anything = ({ restricts }: SchemaPlace): StructuralSchema =>
  restricts ? {} : { 'x-kubernetes-preserve-unknown-fields': true };

const restriction = (schema: unknown, place: SchemaPlace): StructuralSchema =>
  structural(schema, { ...place, restricts: true });

/** JSON Schema's limit is a number beside the other, OpenAPI's says that the other does not belong to it. */
function setLimit(
  made: StructuralSchema,
  schema: Schema,
  exclusive: 'exclusiveMinimum' | 'exclusiveMaximum',
  inclusive: 'minimum' | 'maximum',
  stricter: (a: number, b: number) => number,
): void {
  const limit = schema[exclusive];
  const other = schema[inclusive];
  if (typeof limit === 'boolean') made[exclusive] = limit;
  if (typeof limit !== 'number') return;
  if (typeof other === 'number' && other !== limit && stricter(other, limit) === other) return;
  made[inclusive] = limit;
  made[exclusive] = true;
}

function setType(made: StructuralSchema, schema: Schema, place: SchemaPlace): void {
  const { type } = schema;
  const names = Array.isArray(type) ? type : type === undefined ? impliedTypes(schema) : [type];
  const others = names.filter((name) => name !== 'null');
  if (schema['nullable'] === true || (others.length < names.length && others.length > 0)) made['nullable'] = true;
  if (others.length === 1) {
    if (place.restricts && type === undefined) return;
    made['type'] = others[0];
  } else if (isIntOrString(others)) made['x-kubernetes-int-or-string'] = true;
  else if (others.length > 1) throw cannot(place, `a value is of one type, and not of ${others.join(' or ')}`);
  else if (names.length > 0) throw cannot(place, 'a value that can only be null');
}

/** Types of a schema that does not say them. */
function impliedTypes(schema: Schema): readonly unknown[] {
  if (schema['x-kubernetes-int-or-string'] === true) return [];
  if (schema['properties'] !== undefined || schema['additionalProperties'] !== undefined) return ['object'];
  if (schema['items'] !== undefined) return ['array'];
  const values = valuesOf(schema);
  return values === undefined ? [] : [...new Set(values.map(typeOfValue))];
}

const isIntOrString = (names: readonly unknown[]): boolean =>
  names.length === 2 && names.includes('string') && (names.includes('integer') || names.includes('number'));

function typeOfValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function valuesOf(schema: Schema): readonly unknown[] | undefined {
  if ('const' in schema) return [schema['const']];
  return Array.isArray(schema['enum']) ? schema['enum'] : undefined;
}

/** Null is one of the values where it may be one: else no null would fit. */
function setValues(made: StructuralSchema, schema: Schema, place: SchemaPlace): void {
  const values = valuesOf(schema);
  if (values === undefined) return;
  if (values.length === 0) throw cannot(place, 'no value fits an empty enum');
  made['enum'] = made['nullable'] === true && !values.includes(null) ? [...values, null] : [...values];
}

function setProperties(made: StructuralSchema, schema: Schema, place: SchemaPlace): void {
  const properties = schema['properties'];
  if (properties !== undefined) {
    const entries = Object.entries(asSchema(properties, `${place.path}.properties`));
    if (entries.length > 0) {
      made['properties'] = Object.fromEntries(
        entries.map(([name, property]) => [name, structural(property, below(place, `.properties.${name}`))]),
      );
    }
  }
  const names = schema['propertyNames'];
  if (names !== undefined && Object.keys(asSchema(names, place.path)).some((key) => key !== 'type'))
    throw cannot(place, 'propertyNames: a definition cannot restrict the keys of an object. Name them as properties');
  const other = otherKeys(schema, place);
  if (other === undefined || other === false) return;
  if (other === true || Object.keys(asSchema(other, `${place.path}.additionalProperties`)).length === 0) {
    if (!place.restricts) made['x-kubernetes-preserve-unknown-fields'] = true;
  } else if (made['properties'] !== undefined)
    throw cannot(place, 'an object has either properties or additionalProperties of a type');
  else made['additionalProperties'] = structural(other, below(place, '.additionalProperties'));
}

/** What keys beside the properties have. */
function otherKeys(schema: Schema, place: SchemaPlace): unknown {
  const patterns = schema['patternProperties'];
  if (patterns === undefined) return schema['additionalProperties'];
  const entries = Object.entries(asSchema(patterns, `${place.path}.patternProperties`));
  const [[pattern, value] = [], ...more] = entries;
  if (more.length === 0 && ['', '.*', '^.*$', '^(.*)$'].includes(pattern ?? '')) return value;
  throw cannot(place, 'patternProperties: a definition cannot tell keys by a pattern');
}

function setItems(made: StructuralSchema, schema: Schema, place: SchemaPlace): void {
  const { items } = schema;
  if (Array.isArray(items)) throw cannot(place, 'items of an array have one schema, and not one for each place');
  if (items !== undefined) made['items'] = structural(items, below(place, '.items'));
  else if (made['type'] === 'array' && !place.restricts) made['items'] = anything(place);
  if (schema['uniqueItems'] !== true) return;
  const item = made['items'] as StructuralSchema | undefined;
  if (item?.['type'] === 'object' || item?.['type'] === 'array' || place.restricts)
    throw cannot(
      place,
      'uniqueItems: a definition can ask it of plain values only; of objects say x-kubernetes-list-type: map',
    );
  made['x-kubernetes-list-type'] = 'set';
}

/** What says of each part that it is an object is printed: parts that only restrict say no type. */
function objectsOf(parts: unknown): readonly unknown[] | undefined {
  if (!Array.isArray(parts) || parts.length === 0) return undefined;
  return parts.every((part: Schema) => part['type'] === 'object' || part['$ref'] !== undefined) ? parts : undefined;
}

/** The branches of a schema that says nothing else of the type. */
function branchesOf(schema: Schema): readonly unknown[] | undefined {
  const preserves = schema['x-kubernetes-preserve-unknown-fields'] ?? schema['x-kubernetes-int-or-string'];
  if (preserves !== undefined || schema['properties'] !== undefined) return undefined;
  const branches = schema['anyOf'] ?? schema['oneOf'];
  return Array.isArray(branches) && branches.length > 0 ? branches : undefined;
}

function chosen(schema: Schema, branches: readonly unknown[], place: SchemaPlace): StructuralSchema {
  if (place.restricts) return one(schema, place);
  const keyword = schema['anyOf'] === undefined ? 'oneOf' : 'anyOf';
  const read = branches.map((branch, index) => {
    const [inlined] = inlineReference(asSchema(branch, `${place.path}.${keyword}[${index}]`), place);
    return inlined;
  });
  const others = read.filter((branch) => branch['type'] !== 'null' && branch['const'] !== null);
  const nullable = others.length < read.length || schema['nullable'] === true;
  const about = { ...schema, ...(nullable && { nullable }) };
  const [only] = others;
  if (others.length === 1 && only !== undefined)
    return structural({ ...only, ...without(about, [keyword]) }, below(place, `.${keyword}[${read.indexOf(only)}]`));
  const values = others.map(valuesOf);
  if (values.every((list) => list !== undefined))
    return structural({ ...without(about, [keyword]), enum: [...new Set(values.flat())] }, place);
  if (isIntOrString(others.map(({ type }) => type)) && others.every(saysOnlyItsType))
    return structural({ ...without(about, [keyword]), 'x-kubernetes-int-or-string': true }, place);
  const objects = others.map((branch, index) => structural(branch, below(place, `.${keyword}[${index}]`)));
  return withRest(about, [keyword], choiceOfObjects(objects, keyword, place), place);
}

/** A library prints the bounds of safe integers, too. */
const saysOnlyItsType = (schema: Schema): boolean =>
  Object.entries(schema).every(
    ([keyword, value]) => keyword === 'type' || Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER,
  );

const without = (schema: Schema, keywords: readonly string[]): Schema =>
  Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword)));

/** `made`, with what `schema` says beside `keywords`. */
function withRest(
  schema: Schema,
  keywords: readonly string[],
  made: StructuralSchema,
  place: SchemaPlace,
): StructuralSchema {
  const rest = one({ type: 'object', ...without(schema, keywords) }, place);
  return { ...made, ...rest, ...(made['required'] === undefined ? {} : { required: made['required'] }) };
}

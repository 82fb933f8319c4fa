import { isDeepStrictEqual } from 'node:util';
import { below, cannot, type SchemaPlace, type StructuralSchema } from './schema-place.ts';

type Properties = { [name: string]: StructuralSchema };

/**
 * One object of several that a value is all of.
 * @throws {KindError} for what is no object, and for a property that two of them describe differently
 */
export function mergedObjects(objects: readonly StructuralSchema[], place: SchemaPlace): StructuralSchema {
  const required = [...new Set(objects.flatMap(requiredOf))];
  return { ...inOne(objects, place), ...(required.length > 0 && { required }) };
}

/**
 * One object of several that a value is one of: the properties of all, and what makes it which.
 * @throws {KindError} as above
 */
export function choiceOfObjects(
  objects: readonly StructuralSchema[],
  keyword: 'anyOf' | 'oneOf',
  place: SchemaPlace,
): StructuralSchema {
  const bare = objects.map((object) => withoutRestrictions(object) as StructuralSchema);
  return { ...inOne(bare, below(place, `.${keyword}`)), [keyword]: objects.map(restrictionsOf) };
}

function inOne(objects: readonly StructuralSchema[], place: SchemaPlace): StructuralSchema {
  const properties: Properties = {};
  for (const [index, object] of objects.entries()) {
    if (object['type'] !== 'object' || object['additionalProperties'] !== undefined)
      throw cannot(below(place, `[${index}]`), 'only objects with properties can be one type with others');
    for (const [name, property] of Object.entries((object['properties'] ?? {}) as Properties)) {
      const known = properties[name];
      if (known !== undefined && !isDeepStrictEqual(known, property))
        throw cannot(below(place, `.properties.${name}`), 'is described in two ways, and can be of one type only');
      properties[name] = property;
    }
  }
  const preserves = objects.some((object) => object['x-kubernetes-preserve-unknown-fields'] === true);
  return { type: 'object', properties, ...(preserves && { 'x-kubernetes-preserve-unknown-fields': true }) };
}

const requiredOf = ({ required }: StructuralSchema): readonly string[] => (required ?? []) as readonly string[];

/** Keywords of values; the others are of their structure, and have one place. */
const restrictions: ReadonlySet<string> = new Set([
  'enum',
  'format',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'required',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
]);

const mapped = (schemas: unknown, make: (schema: StructuralSchema) => unknown): Properties =>
  Object.fromEntries(Object.entries(schemas as Properties).map(([name, schema]) => [name, make(schema)])) as Properties;

function withoutRestrictions(schema: StructuralSchema): unknown {
  const made: StructuralSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'properties') made[keyword] = mapped(value, withoutRestrictions);
    else if (keyword === 'items' || keyword === 'additionalProperties')
      made[keyword] = withoutRestrictions(value as StructuralSchema);
    else if (!restrictions.has(keyword)) made[keyword] = value;
  }
  return made;
}

function restrictionsOf(schema: StructuralSchema): StructuralSchema {
  const made: StructuralSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'properties') {
      const properties = mapped(value, restrictionsOf);
      const says = Object.entries(properties).filter(([, property]) => Object.keys(property).length > 0);
      if (says.length > 0) made[keyword] = Object.fromEntries(says);
    } else if (keyword === 'items') {
      const items = restrictionsOf(value as StructuralSchema);
      if (Object.keys(items).length > 0) made[keyword] = items;
    } else if (restrictions.has(keyword)) made[keyword] = value;
  }
  return made;
}

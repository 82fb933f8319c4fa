import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  type Field,
  intType,
  listType,
  mapType,
  objectType,
  stringType,
  type Type,
  type TypeDetails,
  timestampType,
} from '../cel/type.ts';
import { additionalNode, type SchemaNode, schemaNodeOf } from '../structural/schema-node.ts';
import { expressionName, isReservedWord } from './expression-name.ts';

/** Kubernetes' greatest request: what a value without limits can be no larger than. In bytes. */
export const maxRequestBytes = 3 * 1024 * 1024;

/** The least and the most that a text of a format takes in JSON, with its quotation marks. */
const timeSizes = {
  duration: { type: durationType, min: 3, max: 32 },
  date: { type: timestampType.with({ isDate: true }), min: 12, max: 12 },
  'date-time': { type: timestampType, min: 21, max: 32 },
} as const;

const emptyText = 2;
const longestText = maxRequestBytes - 2;
const bytesPerCharacter = 4;

/**
 * What a schema declares to expressions. What it says nothing of that they could use is not declared: arrays without items,
 * values without a type. Children are looked at when somebody asks for them: most of a large schema is in no rule.
 */
export interface DeclaredSchema {
  /** The fewest bytes that a value takes in JSON, from which follows how many of them a request can hold. */
  readonly minSize: number;
  /** Of the items of a list, or of the values of a map. */
  readonly element?: DeclaredSchema;
  /** The property of an object that expressions know by that name. */
  property(expressionName: string): DeclaredSchema | undefined;
  /** Objects are called `name`, and those in them by their place, so that no two are of one type. */
  type(name: string): Type;
}

/** `isResource`: an object of the API, whose type and name are known whatever its schema says. */
export function declareSchema(given: SchemaNode, isResource: boolean): DeclaredSchema | undefined {
  if (given.isIntOrString) {
    const { maxLength } = given.limits;
    const maxElements = maxLength === undefined ? longestText : bytesPerCharacter * atLeastZero(maxLength);
    return simple(given, dynType.with({ isIntOrString: true, maxElements }), 1);
  }
  const node = isResource ? withResourceFields(given) : given;
  switch (node.type) {
    case 'array':
      return declareList(node);
    case 'object':
      return additionalNode(node) === undefined ? new DeclaredObject(node) : declareMap(node);
    case 'string':
      return declareText(node);
    case 'boolean':
      return simple(node, boolType, 4);
    case 'number':
      return simple(node, doubleType, 1);
    case 'integer':
      return simple(node, intType, 1);
    default:
      return undefined;
  }
}

const atLeastZero = (value: number): number => Math.max(0, value);

const noProperty = (): undefined => undefined;

function simple(node: SchemaNode, type: Type, minSize: number): DeclaredSchema {
  const declared = type.with(nullability(node));
  return { minSize, property: noProperty, type: () => declared };
}

const nullability = ({ nullable }: SchemaNode): TypeDetails => (nullable ? { isNullable: true } : {});

function declareText(node: SchemaNode): DeclaredSchema {
  const { format, maxLength, enum: values = [] } = node.limits;
  if (format === 'duration' || format === 'date' || format === 'date-time') {
    const { type, min, max } = timeSizes[format];
    return simple(node, type.with({ maxElements: max }), min);
  }
  if (format === 'byte') {
    const maxElements = maxLength === undefined ? longestText : atLeastZero(maxLength);
    return simple(node, bytesType.with({ maxElements }), emptyText);
  }
  let maxElements = longestText;
  if (maxLength !== undefined) maxElements = bytesPerCharacter * atLeastZero(maxLength);
  else if (values.length > 0) {
    maxElements = Math.max(...values.map((value) => (typeof value === 'string' ? Buffer.byteLength(value) : 0)));
  }
  return simple(node, stringType.with({ maxElements }), emptyText);
}

function declareList(node: SchemaNode): DeclaredSchema | undefined {
  const { items, listType: order, listMapKeys, limits } = node;
  const element = items === undefined ? undefined : declareSchema(items, items.isResource);
  if (element === undefined) return undefined;
  const most = limits.maxItems ?? Math.floor((maxRequestBytes - 2) / (element.minSize + 1));
  const details = { ...nullability(node), maxElements: atLeastZero(most), ...keysOf(order, listMapKeys) };
  return {
    minSize: 2,
    element,
    property: noProperty,
    type: (name) => listType(element.type(`${name}.@idx`), details),
  };
}

function keysOf(order: string | undefined, names: readonly string[]): TypeDetails {
  if (order === 'set') return { listKeys: 'set' };
  return order === 'map' ? { listKeys: names.map((name) => expressionName(name) ?? name) } : {};
}

function declareMap(node: SchemaNode): DeclaredSchema | undefined {
  const values = additionalNode(node);
  const element = values === undefined ? undefined : declareSchema(values, values.isResource);
  if (element === undefined) return undefined;
  const most = node.limits.maxProperties ?? Math.floor((maxRequestBytes - 2) / (element.minSize + 6));
  const details = { ...nullability(node), maxElements: atLeastZero(most) };
  return {
    minSize: 2,
    element,
    property: noProperty,
    type: (name) => mapType(stringType, element.type(`${name}.@elem`), details),
  };
}

class DeclaredObject implements DeclaredSchema {
  readonly #node: SchemaNode;
  readonly #properties = new Map<string, DeclaredSchema | undefined>();
  #names: ReadonlyMap<string, string> | undefined;
  #minSize: number | undefined;

  constructor(node: SchemaNode) {
    this.#node = node;
  }

  get minSize(): number {
    return (this.#minSize ??= this.#leastSize());
  }

  /** `{}`, and what must be in it and is not filled in. */
  #leastSize(): number {
    const { properties, limits } = this.#node;
    let size = 2;
    for (const name of new Set(limits.required)) {
      const property = properties.get(name);
      if (property === undefined || property.default !== undefined) continue;
      const escaped = expressionName(name);
      const declared = escaped === undefined ? declareSchema(property, property.isResource) : this.property(escaped);
      if (declared !== undefined) size += Buffer.byteLength(name) + declared.minSize + 4;
    }
    return size;
  }

  /** What properties are called in JSON by what expressions call them. */
  get names(): ReadonlyMap<string, string> {
    if (this.#names !== undefined) return this.#names;
    const names = new Map<string, string>();
    for (const name of this.#node.properties.keys()) {
      const escaped = expressionName(name);
      if (escaped !== undefined) names.set(escaped, name);
    }
    return (this.#names = names);
  }

  property(name: string): DeclaredSchema | undefined {
    if (this.#properties.has(name)) return this.#properties.get(name);
    const json = this.names.get(name);
    const property = json === undefined ? undefined : this.#node.properties.get(json);
    const declared = property === undefined ? undefined : declareSchema(property, property.isResource);
    this.#properties.set(name, declared);
    return declared;
  }

  type(name: string): Type {
    return objectType(name, new FieldTypes(this, name), nullability(this.#node));
  }
}

/** The fields of an object's type, each made when an expression uses it. */
class FieldTypes implements ReadonlyMap<string, Field> {
  readonly #object: DeclaredObject;
  readonly #typeName: string;
  readonly #known = new Map<string, Field>();
  #all: ReadonlyMap<string, Field> | undefined;

  constructor(object: DeclaredObject, typeName: string) {
    this.#object = object;
    this.#typeName = typeName;
  }

  get(name: string): Field | undefined {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const { names } = this.#object;
    const escaped = !names.has(name) && isReservedWord(name) ? `__${name}__` : name;
    const declared = this.#object.property(escaped);
    const type = declared?.type(`${this.#typeName}.${escaped}`);
    const field = type === undefined ? undefined : { name: names.get(escaped) ?? escaped, type };
    // Names that are none are asked for by wrong expressions only; what objects have in addition is not remembered.
    if (field !== undefined) this.#known.set(name, field);
    return field;
  }

  #everything(): ReadonlyMap<string, Field> {
    if (this.#all !== undefined) return this.#all;
    const all = new Map<string, Field>();
    for (const name of this.#object.names.keys()) {
      const field = this.get(name);
      if (field !== undefined) all.set(name, field);
    }
    return (this.#all = all);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  get size(): number {
    return this.#everything().size;
  }

  forEach(call: (field: Field, name: string, map: ReadonlyMap<string, Field>) => void): void {
    for (const [name, field] of this.#everything()) call(field, name, this);
  }

  entries(): MapIterator<[string, Field]> {
    return this.#everything().entries();
  }

  keys(): MapIterator<string> {
    return this.#everything().keys();
  }

  values(): MapIterator<Field> {
    return this.#everything().values();
  }

  [Symbol.iterator](): MapIterator<[string, Field]> {
    return this.entries();
  }
}

const maxNameLength = 253;
/** What is generated behind it takes a byte at least. */
const maxGenerateNameLength = maxNameLength - 1;

const isText = (node: SchemaNode | undefined): boolean => node?.type === 'string';

/** Of the metadata of an object of the API, expressions see its name only, unless the schema says more itself. */
function withResourceFields(node: SchemaNode): SchemaNode {
  const { properties } = node;
  const metadata = properties.get('metadata');
  const inMetadata = metadata?.properties;
  const [name, generateName] = [inMetadata?.get('name'), inMetadata?.get('generateName')];
  const saysAll =
    isText(properties.get('kind')) &&
    isText(properties.get('apiVersion')) &&
    metadata?.type === 'object' &&
    isText(name) &&
    isText(generateName);
  if (saysAll) return node;
  const text = (max: number, given: SchemaNode | undefined): SchemaNode =>
    schemaNodeOf({ type: 'string', maxLength: Math.min(max, given?.limits.maxLength ?? max) });
  const names: ReadonlyMap<string, SchemaNode> = new Map([
    ['name', text(maxNameLength, name)],
    ['generateName', text(maxGenerateNameLength, generateName)],
  ]);
  const anyText = schemaNodeOf({ type: 'string' });
  const { items: _, ...rest } = node;
  return {
    ...rest,
    properties: new Map([
      ...properties,
      ['kind', anyText],
      ['apiVersion', anyText],
      ['metadata', { ...schemaNodeOf({ type: 'object' }), properties: names }],
    ]),
  };
}

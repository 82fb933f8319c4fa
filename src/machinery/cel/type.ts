/** What an expression or a value is. `param` stands for any one type in a signature, `error` for what could not be told. */
export type TypeKind =
  | 'dyn'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'timestamp'
  | 'duration'
  | 'list'
  | 'map'
  | 'object'
  | 'opaque'
  | 'type'
  | 'param'
  | 'error';

/** A field of an object type: what it is called in JSON, where that is no name in an expression, and what it holds. */
export interface Field {
  readonly name: string;
  readonly type: Type;
}

/** How JSON is read as a value of this type, where its kind alone does not say. */
export interface TypeDetails {
  /** The most elements, entries, characters or bytes there may be: what costs are estimated with. */
  readonly maxElements?: number;
  /** JSON null is a value. Elsewhere a field that is null is absent, and an element that is null is an error. */
  readonly isNullable?: boolean;
  /** `dyn` that is a string or an integer in JSON. */
  readonly isIntOrString?: boolean;
  /** A timestamp in JSON that has no time of day. */
  readonly isDate?: boolean;
  /** A list whose order does not matter: `x-kubernetes-list-type: set`, or `map` with the names of its keys. */
  readonly listKeys?: 'set' | readonly string[];
}

/** The fields of types that have none. */
const noFields: ReadonlyMap<string, Field> = new Map();

/**
 * A type, which is also what `type(x)` evaluates to. Types are equal by {@link sameType}, never by identity; `details` are
 * no part of what a type is.
 */
export class Type {
  readonly kind: TypeKind;
  /** `int`, `list`, `google.protobuf.Timestamp`, the name of an object type or a parameter. */
  readonly name: string;
  readonly parameters: readonly Type[];
  /** By the name that expressions use. */
  readonly fields: ReadonlyMap<string, Field>;
  readonly details: TypeDetails;
  /** How many types it is made of, written out: what keeps expressions from making it exponential. */
  readonly weight: number;
  #text: string | undefined;

  constructor(
    kind: TypeKind,
    name: string,
    parameters: readonly Type[] = [],
    { fields = noFields, ...details }: TypeDetails & { readonly fields?: ReadonlyMap<string, Field> } = {},
  ) {
    this.kind = kind;
    this.name = name;
    this.parameters = parameters;
    this.fields = fields;
    this.details = details;
    this.weight = parameters.reduce((sum, { weight }) => sum + weight, 1);
  }

  /** As errors show it: `list(int)`, `map(string, dyn)`, `timestamp`. */
  get text(): string {
    this.#text ??= textOf(this);
    return this.#text;
  }

  /** The same with other details. */
  with(details: TypeDetails): Type {
    return new Type(this.kind, this.name, this.parameters, { ...this.details, ...details, fields: this.fields });
  }
}

const shown: Readonly<Partial<Record<TypeKind, string>>> = {
  null: 'null',
  timestamp: 'timestamp',
  duration: 'duration',
  error: '!error!',
};

function textOf({ kind, name, parameters }: Type): string {
  const head = shown[kind] ?? name;
  return parameters.length === 0 ? head : `${head}(${parameters.map(({ text }) => text).join(', ')})`;
}

export const dynType = new Type('dyn', 'dyn');
export const nullType = new Type('null', 'null_type');
export const boolType = new Type('bool', 'bool');
export const intType = new Type('int', 'int');
export const uintType = new Type('uint', 'uint');
export const doubleType = new Type('double', 'double');
export const stringType = new Type('string', 'string');
export const bytesType = new Type('bytes', 'bytes');
export const timestampType = new Type('timestamp', 'google.protobuf.Timestamp');
export const durationType = new Type('duration', 'google.protobuf.Duration');
export const errorType = new Type('error', '!error!');
/** What `type(x)` is of, whatever x is. */
export const typeType = new Type('type', 'type');

export const listType = (element: Type, details: TypeDetails = {}): Type =>
  new Type('list', 'list', [element], details);
export const mapType = (key: Type, value: Type, details: TypeDetails = {}): Type =>
  new Type('map', 'map', [key, value], details);
export const objectType = (name: string, fields: ReadonlyMap<string, Field>, details: TypeDetails = {}): Type =>
  new Type('object', name, [], { ...details, fields });
export const opaqueType = (name: string, ...parameters: readonly Type[]): Type => new Type('opaque', name, parameters);
export const optionalType = (value: Type): Type => opaqueType('optional_type', value);
export const typeOfType = (of: Type): Type => new Type('type', 'type', [of]);
export const paramType = (name: string): Type => new Type('param', name);

export const isOptionalType = ({ kind, name }: Type): boolean => kind === 'opaque' && name === 'optional_type';

/** The value's type of an optional type, and any other as it is. */
export const withoutOptional = (type: Type): Type => (isOptionalType(type) ? (type.parameters[0] ?? dynType) : type);

export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    a.parameters.length === b.parameters.length &&
    a.parameters.every((one, at) => sameType(one, b.parameters[at] ?? errorType))
  );
}

/** The same, where a parameter equals any other. */
export function equivalentTypes(a: Type, b: Type): boolean {
  if (a.kind === 'param' && b.kind === 'param') return true;
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    a.parameters.length === b.parameters.length &&
    a.parameters.every((one, at) => equivalentTypes(one, b.parameters[at] ?? errorType))
  );
}

import type { TypedSchema } from './json-schema.ts';

/** `read`: as the server answers, defaults in place. `write`: as it is sent, when these may be left out. */
export type Use = 'read' | 'write';

/**
 * The type of the values of a JSON Schema that the compiler knows as a literal. What it does not know is `unknown`:
 *
 *     SchemaValue<{ type: 'object', required: ['a'], properties: { a: { enum: ['x', 'y'] }, b: { type: 'integer' } } }>
 *     // { a: 'x' | 'y'; b?: number }
 */
export type SchemaValue<Schema, As extends Use = 'read'> =
  Schema extends TypedSchema<infer Read, infer Write>
    ? unknown extends Read
      ? Said<Schema, As>
      : As extends 'read'
        ? Read
        : Write
    : Said<Schema, As>;

type Said<Schema, As extends Use> = Schema extends { readonly const: infer Value }
  ? Value
  : Schema extends { readonly enum: readonly (infer Value)[] }
    ? Value | Null<Schema>
    : Schema extends { readonly 'x-kubernetes-int-or-string': true }
      ? number | string | Null<Schema>
      : Schema extends { readonly type: infer Name }
        ? Named<Name, Schema, As> | Null<Schema>
        : Schema extends { readonly anyOf: readonly (infer Branch)[] } | { readonly oneOf: readonly (infer Branch)[] }
          ? Each<Branch, As> | Null<Schema>
          : Schema extends { readonly allOf: infer Branches }
            ? All<Branches, As>
            : Schema extends { readonly properties: object }
              ? ObjectValue<Schema, As>
              : unknown;

type Null<Schema> = Schema extends { readonly nullable: true } ? null : never;

type Each<Branch, As extends Use> = Branch extends unknown ? SchemaValue<Branch, As> : never;

type All<Branches, As extends Use> = Branches extends readonly [infer First, ...infer Others]
  ? Flat<SchemaValue<First, As> & (Others extends readonly [] ? unknown : All<Others, As>)>
  : unknown;

type Named<Name, Schema, As extends Use> = Name extends readonly (infer One)[]
  ? One extends unknown
    ? Named<One, Schema, As>
    : never
  : string extends Name
    ? unknown
    : Name extends 'string'
      ? string
      : Name extends 'integer' | 'number'
        ? number
        : Name extends 'boolean'
          ? boolean
          : Name extends 'null'
            ? null
            : Name extends 'array'
              ? ArrayValue<Schema, As>
              : Name extends 'object'
                ? ObjectValue<Schema, As>
                : unknown;

type ArrayValue<Schema, As extends Use> = Schema extends { readonly items: infer Item }
  ? As extends 'read'
    ? SchemaValue<Item, As>[]
    : readonly SchemaValue<Item, As>[]
  : unknown[];

type ObjectValue<Schema, As extends Use> = Schema extends { readonly properties: infer Properties }
  ? keyof Properties extends never
    ? OtherKeys<Schema, As>
    : Flat<
        {
          -readonly [Key in keyof Properties as Key extends Present<Schema, Properties, As> ? Key : never]: SchemaValue<
            Properties[Key],
            As
          >;
        } & {
          -readonly [Key in keyof Properties as Key extends Present<Schema, Properties, As> ? never : Key]?: Optional<
            SchemaValue<Properties[Key], As>,
            As
          >;
        } & (Schema extends { readonly 'x-kubernetes-preserve-unknown-fields': true }
            ? { [key: string]: unknown }
            : unknown)
      >
  : Schema extends { readonly allOf: infer Branches }
    ? All<Branches, As>
    : OtherKeys<Schema, As>;

/** JSON has no undefined: whoever writes a property with it leaves it out. */
type Optional<Value, As extends Use> = As extends 'write' ? Value | undefined : Value;

type OtherKeys<Schema, As extends Use> = Schema extends { readonly additionalProperties: infer Other }
  ? Other extends boolean
    ? { [key: string]: unknown }
    : { [key: string]: SchemaValue<Other, As> }
  : { [key: string]: unknown };

/** The properties that are always there. */
type Present<Schema, Properties, As extends Use> = As extends 'read'
  ? Required<Schema> | Defaulted<Properties>
  : Exclude<Required<Schema>, Defaulted<Properties>>;

type Required<Schema> = Schema extends { readonly required: readonly (infer Name)[] } ? Name : never;

type Defaulted<Properties> = {
  [Key in keyof Properties]: Properties[Key] extends { readonly default: unknown } ? Key : never;
}[keyof Properties];

/** One object type of an intersection, so that an editor shows what it has. */
export type Flat<T> = T extends object ? { [Key in keyof T]: T[Key] } : T;

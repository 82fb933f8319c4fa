import type { KindDefinition, VersionDefinition } from './kind-definition.ts';
import type { ObjectMeta, ObjectMetaInput } from './object-meta.ts';
import type { SchemaValue, Use } from './schema-value.ts';
import type { StandardSchema } from './standard-schema.ts';

/** The names of the versions of a kind. */
export type VersionName<Definition extends KindDefinition> = NameOf<Definition['versions'][number]>;

/** The version that clients use when they do not say. */
export type FirstVersion<Definition extends KindDefinition> = NameOf<Definition['versions'][0]>;

type NameOf<Version> = Version extends string ? Version : Version extends { readonly name: infer Name } ? Name : never;

type VersionOf<Definition extends KindDefinition, Name> = Extract<
  Definition['versions'][number],
  Name | { readonly name: Name }
>;

type SchemaOf<Definition extends KindDefinition, Name> =
  VersionOf<Definition, Name> extends VersionDefinition & { readonly schema: infer Schema }
    ? Schema
    : Definition extends { readonly schema: infer Schema }
      ? Schema
      : unknown;

type ValueOf<Schema, As extends Use> =
  Schema extends StandardSchema<infer Input, infer Output>
    ? unknown extends Input
      ? SchemaValue<Schema, As>
      : As extends 'read'
        ? Output
        : Input
    : SchemaValue<Schema, As>;

/** What an object has beside its type and metadata; unknown to the compiler: anything. */
type FieldsOf<Definition extends KindDefinition, Name, As extends Use> =
  ValueOf<SchemaOf<Definition, Name>, As> extends infer Value
    ? unknown extends Value
      ? { [field: string]: unknown }
      : { [Key in keyof Value as Key extends 'apiVersion' | 'kind' | 'metadata' ? never : Key]: Value[Key] }
    : never;

/** `example.com/v1` */
type ApiVersion<Definition extends KindDefinition, Name> = `${Definition['group']}/${Name & string}`;

/** An object of a version, as the server answers it. */
export type CustomObject<Definition extends KindDefinition, Name> = {
  apiVersion: ApiVersion<Definition, Name>;
  kind: Definition['kind'];
  metadata: Definition extends { readonly scope: 'Cluster' } ? ObjectMeta : ObjectMeta & { namespace: string };
} & FieldsOf<Definition, Name, 'read'>;

/** An object of a version, as it is sent. */
export type CustomObjectInput<Definition extends KindDefinition, Name> = {
  readonly apiVersion?: ApiVersion<Definition, Name>;
  readonly kind?: Definition['kind'];
  readonly metadata: ObjectMetaInput;
} & FieldsOf<Definition, Name, 'write'>;

/** What a schema may call the type of a value. */
export type JsonTypeName = 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array' | 'null';

/**
 * A JSON Schema, as people write it for a CustomResourceDefinition, and as Zod and TypeBox print it (drafts 7 and 2020-12).
 * Other keywords may be there; {@link structuralSchema} has what becomes of them.
 */
export interface JsonSchema {
  readonly type?: JsonTypeName | readonly JsonTypeName[] | undefined;
  readonly properties?: { readonly [name: string]: JsonSchema | boolean } | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: unknown;
  readonly additionalProperties?: JsonSchema | boolean | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly nullable?: boolean | undefined;
  readonly default?: unknown;
  readonly description?: string | undefined;
  readonly anyOf?: readonly (JsonSchema | boolean)[] | undefined;
  readonly oneOf?: readonly (JsonSchema | boolean)[] | undefined;
  readonly allOf?: readonly (JsonSchema | boolean)[] | undefined;
  readonly [keyword: string]: unknown;
}

/** A schema that says nothing to the compiler of the type of its values, with that type. */
export interface TypedSchema<Read, Write = Read> extends JsonSchema {
  /** For the compiler only: there is no such key. */
  readonly '~values'?: { readonly read: Read; readonly write: Write };
}

/**
 * Says of what type the values of a schema are that a library has printed:
 * `typedSchema<z.output<typeof Widget>, z.input<typeof Widget>>(z.toJSONSchema(Widget))`.
 */
export const typedSchema = <Read, Write = Read>(schema: object): TypedSchema<Read, Write> =>
  schema as TypedSchema<Read, Write>;

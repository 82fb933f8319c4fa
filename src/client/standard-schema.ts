/**
 * A schema of a library that can print it as JSON Schema and says of what type its values are: Standard JSON Schema, as
 * Zod and others have it (https://standardschema.dev).
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly jsonSchema: {
      readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown>;
    };
  };
}

export const isStandardSchema = (schema: object): schema is StandardSchema =>
  '~standard' in schema && hasPrinter(schema);

const hasPrinter = (schema: { readonly '~standard': unknown }): boolean => {
  const standard = schema['~standard'];
  // What Zod has printed says again that it can be, but for others.
  return typeof standard === 'object' && standard !== null && 'jsonSchema' in standard && !('$schema' in schema);
};

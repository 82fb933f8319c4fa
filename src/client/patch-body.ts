/** An operation of a JSON Patch (RFC 6902). */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string };

/** What a JSON Merge Patch (RFC 7386) of such a value may be: any part of it, and null for what is to go. */
export type MergePatch<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { readonly [Key in keyof Value]?: MergePatch<Value[Key]> | null | undefined }
    : Value;

/** What is applied of an object: its name, and whatever its manager has to say of it. */
export type Configuration<Value> = MergePatch<Value> & { readonly metadata: { readonly name: string } };

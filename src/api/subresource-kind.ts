import type { JsonObject } from '../machinery/json-value.ts';

/** What the body of a subresource is, where it is not the object itself. */
export interface SubresourceKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The body is a view of the object: read from it, and written into it. Absent: it says what should be done. */
  readonly view?: ObjectView;
}

/** Pure but for changing the `object` that `into` is given. Views have the metadata of their object. */
export interface ObjectView {
  /** The one field of the object that the view has, by their paths: who manages it there does here. */
  readonly field: { readonly inObject: readonly string[]; readonly inView: readonly string[] };
  readonly of: (object: JsonObject) => JsonObject;
  /** @throws {ApiError} when the view is not one that the object can be seen by */
  readonly into: (object: JsonObject, view: JsonObject) => void;
}

import { KindError } from './kind-error.ts';

export type Schema = { readonly [keyword: string]: unknown };

/** A schema that a definition may have, in JSON. */
export type StructuralSchema = { [keyword: string]: unknown };

/** Where a schema stands. */
export interface SchemaPlace {
  readonly path: string;
  /** For references. */
  readonly root: Schema;
  /** It is a printed JSON Schema, and says so. */
  readonly printed: boolean;
  /** It only restricts what is said of the value elsewhere. */
  readonly restricts: boolean;
  /** The references that led here. */
  readonly references: readonly string[];
}

export const below = (place: SchemaPlace, more: string): SchemaPlace => ({ ...place, path: `${place.path}${more}` });

export const cannot = ({ path }: Pick<SchemaPlace, 'path'>, why: string): KindError => new KindError(`${path}: ${why}`);

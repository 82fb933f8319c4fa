import { KindError } from './kind-error.ts';
import type { Schema, SchemaPlace } from './schema-place.ts';

/**
 * The schema itself, or what it refers to; with it, where that stands.
 * @throws {KindError} for a type that holds itself, and for what is in another document
 */
export function inlineReference(schema: Schema, place: SchemaPlace): [Schema, SchemaPlace] {
  const reference = schema['$ref'];
  if (reference === undefined) return [schema, place];
  const { path, references } = place;
  if (typeof reference !== 'string' || !reference.startsWith('#'))
    throw new KindError(`${path}: $ref: a definition cannot refer to ${JSON.stringify(reference)}`);
  if (references.includes(reference))
    throw new KindError(`${path}: $ref: ${reference} holds itself, and a definition has no types without an end`);
  const { $ref: _, ...more } = schema;
  const target = { ...referredTo(reference, place), ...more };
  return inlineReference(target, { ...place, references: [...references, reference] });
}

function referredTo(reference: string, { path, root }: SchemaPlace): Schema {
  let found: unknown = root;
  for (const part of reference.slice(1).split('/').slice(1)) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    found = typeof found === 'object' && found !== null ? (found as Schema)[key] : undefined;
  }
  if (typeof found === 'object' && found !== null) return found as Schema;
  throw new KindError(`${path}: $ref: there is no ${reference}`);
}

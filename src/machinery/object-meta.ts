import { emptyObject } from './json/parse.ts';
import { isJsonObject, type JsonObject, objectAt, stringAt } from './json-value.ts';

/** metadata of an object for writing: made, or put in the place of something else, when it is not there. */
export function metadataOf(object: JsonObject): JsonObject {
  const metadata = objectAt(object, 'metadata');
  if (metadata !== undefined) return metadata;
  const made = emptyObject();
  object['metadata'] = made;
  return made;
}

type StringField =
  | 'name'
  | 'generateName'
  | 'namespace'
  | 'uid'
  | 'resourceVersion'
  | 'creationTimestamp'
  | 'deletionTimestamp';

/** A field of metadata; '' when it is absent. */
export const metadataField = (object: JsonObject, field: StringField): string =>
  stringAt(objectAt(object, 'metadata'), field);

/** '' removes the field. */
export function setMetadataField(object: JsonObject, field: StringField, value: string): void {
  const metadata = metadataOf(object);
  if (value === '') delete metadata[field];
  else metadata[field] = value;
}

/** metadata.generation; 0 when it is absent. */
export function generationOf(object: JsonObject): number {
  const generation = objectAt(object, 'metadata')?.['generation'];
  return typeof generation === 'number' ? generation : 0;
}

/** A copy of metadata.labels or metadata.annotations: string values only. */
export function metadataMap(object: JsonObject, field: 'labels' | 'annotations'): Record<string, string> {
  const result = emptyObject() as Record<string, string>;
  for (const [key, value] of Object.entries(objectAt(objectAt(object, 'metadata'), field) ?? {})) {
    if (typeof value === 'string') result[key] = value;
  }
  return result;
}

/** A copy of metadata.finalizers. */
export function finalizersOf(object: JsonObject): string[] {
  const finalizers = objectAt(object, 'metadata')?.['finalizers'];
  return Array.isArray(finalizers) ? finalizers.filter((name) => typeof name === 'string') : [];
}

/** An empty list removes the field. */
export function setFinalizers(object: JsonObject, finalizers: readonly string[]): void {
  const metadata = metadataOf(object);
  if (finalizers.length === 0) delete metadata['finalizers'];
  else metadata['finalizers'] = [...finalizers];
}

/** metadata.ownerReferences, as they are: changing one changes the object. */
export function ownerReferencesOf(object: JsonObject): JsonObject[] {
  const references = objectAt(object, 'metadata')?.['ownerReferences'];
  return Array.isArray(references) ? references.filter(isJsonObject) : [];
}

import type { JsonObject } from '../machinery/json-value.ts';
import { metadataField, metadataOf, setMetadataField } from '../machinery/object-meta.ts';
import { badRequest } from '../machinery/status-errors.ts';
import { timeText } from '../machinery/time.ts';
import type { StoreContext } from './store-context.ts';

/** Null is how some clients write "nothing here" (`creationTimestamp: null`); it is not stored. */
export function dropNulls(object: JsonObject): void {
  for (const key of Object.keys(object)) if (object[key] === null) delete object[key];
}

/**
 * Makes the object's namespace that of the request: filled in, or removed from a cluster-scoped object.
 * @throws {ApiError} 400 when it names another
 */
export function setNamespace({ stored }: StoreContext, object: JsonObject, requested: string): void {
  const namespace = stored.namespaced ? requested : '';
  const given = metadataField(object, 'namespace');
  if (given !== '' && namespace !== '' && given !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  setMetadataField(object, 'namespace', namespace);
}

/** The object's metadata for a create: what only the server sets is what the server sets now. */
export function initMetadata({ clock, random }: StoreContext, object: JsonObject): void {
  const metadata = metadataOf(object);
  dropNulls(metadata);
  for (const field of ['deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink']) {
    delete metadata[field];
  }
  metadata['uid'] = random.uid();
  metadata['creationTimestamp'] = timeText(clock.wallTime());
}

/** The object's metadata for an update: what only the server sets is as it was. */
export function keepMetadata(object: JsonObject, old: JsonObject): void {
  const metadata = metadataOf(object);
  const before = metadataOf(old);
  dropNulls(metadata);
  delete metadata['selfLink'];
  keep(metadata, before, 'generation');
  if (metadataField(object, 'uid') === '') keep(metadata, before, 'uid');
  if (before['creationTimestamp'] !== undefined) keep(metadata, before, 'creationTimestamp');
  if (before['deletionTimestamp'] !== undefined) keep(metadata, before, 'deletionTimestamp');
  if (metadata['deletionGracePeriodSeconds'] === undefined) keep(metadata, before, 'deletionGracePeriodSeconds');
}

function keep(metadata: JsonObject, before: JsonObject, key: string): void {
  const value = before[key];
  if (value === undefined) delete metadata[key];
  else metadata[key] = value;
}

import type { Revision } from '../base/revision.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import { emptyObject } from '../machinery/json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../machinery/json-value.ts';
import { metadataField } from '../machinery/object-meta.ts';
import type { ObjectShape } from './object-shape.ts';

/**
 * The value that the store holds: compact JSON, `kind`, `apiVersion` and `metadata` first, no resourceVersion (the
 * store's own mod revision is it), and a newline. Whatever kind, apiVersion and resourceVersion `object` carries is not
 * looked at.
 *
 * The newline is how Go's encoder ends a document, and says that no field is missing that Go always writes: kube-apiserver
 * writes all of them, and so does whoever calls this. Crowsnest wrote neither once. So one byte tells translate whose
 * values must be parsed and filled up.
 */
export const encodeForStorage = (shape: ObjectShape, object: JsonObject): Buffer =>
  Buffer.from(`${encodeJson(laidOut(shape, object, undefined))}\n`);

/** The bytes that clients get: the same with `resourceVersion` as the first field of metadata. See StoredObject. */
export const encodeForClients = (shape: ObjectShape, object: JsonObject, revision: Revision): Buffer =>
  Buffer.from(encodeJson(laidOut(shape, object, String(revision))));

/** The same of what nobody stores: it has the `resourceVersion` that it was sent with, if any. */
export function encodeUnstored(shape: ObjectShape, object: JsonObject): Buffer {
  const sent = metadataField(object, 'resourceVersion');
  return Buffer.from(encodeJson(laidOut(shape, object, sent === '' ? undefined : sent)));
}

function laidOut(shape: ObjectShape, object: JsonObject, resourceVersion: string | undefined): JsonObject {
  const metadata = emptyObject();
  if (resourceVersion !== undefined) metadata['resourceVersion'] = resourceVersion;
  const given = object['metadata'];
  if (isJsonObject(given)) copy(given, metadata, ['resourceVersion']);
  const laid = emptyObject();
  laid['kind'] = shape.kind;
  laid['apiVersion'] = shape.apiVersion;
  laid['metadata'] = metadata;
  copy(object, laid, ['kind', 'apiVersion', 'metadata']);
  return laid;
}

function copy(from: JsonObject, to: JsonObject, except: readonly string[]): void {
  for (const key of Object.keys(from)) {
    if (!except.includes(key)) to[key] = from[key] as JsonValue;
  }
}

import { emptyObject } from '../../machinery/json/parse.ts';
import { isJsonObject, type JsonObject, objectAt, stringAt } from '../../machinery/json-value.ts';
import { badRequest } from '../../machinery/status-errors.ts';

/**
 * The object's namespace is the path's: filled in where it is missing, removed where the path has none.
 * @throws {ApiError} 400 when it is another
 */
export function matchNamespace(object: JsonObject, namespace: string): void {
  const metadata = givenMetadata(object);
  const own = stringAt(metadata, 'namespace');
  if (own === namespace) return;
  if (namespace === '') delete metadata['namespace'];
  else if (own === '') metadata['namespace'] = namespace;
  else throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

/** @throws {ApiError} 400 unless the object has the path's name */
export function matchName(object: JsonObject, name: string): void {
  const own = stringAt(objectAt(object, 'metadata'), 'name');
  if (own === '') {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (own !== name) {
    throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
  }
}

/** The object's metadata, made if there is none. */
function givenMetadata(object: JsonObject): JsonObject {
  const metadata = object['metadata'] ?? emptyObject();
  if (!isJsonObject(metadata)) {
    throw badRequest('json: cannot unmarshal into Go struct field .metadata of type v1.ObjectMeta');
  }
  object['metadata'] = metadata;
  return metadata;
}

import { isUtf8 } from 'node:buffer';
import { parseJson } from '../machinery/json/parse.ts';
import { isJsonObject, type JsonObject, stringAt } from '../machinery/json-value.ts';
import type { KeyEvent, KeyValue } from '../storage/storage.ts';
import { decodeValue, UnreadableValueError } from './decode-value.ts';
import { isRestOfObject } from './json-layout.ts';
import type { ObjectChange } from './object-change.ts';
import { objectNameOf } from './object-key.ts';
import { encodeForClients } from './object-layout.ts';
import type { ObjectShape } from './object-shape.ts';
import { headOf, StoredObject, withResourceVersion } from './stored-object.ts';

/**
 * What one key event means for the resource of `shape`, whose prefix the key has. Never throws: what cannot be an object
 * of this resource is `corrupt`, and an object that is passed on is JSON to its end, which nobody behind need doubt.
 *
 * A value laid out as crowsnest writes it, and as kube-apiserver writes built-in types in JSON, costs one look at each of
 * its bytes and one copy. Any other value (another order of keys, white space, no newline at its end, protobuf) is
 * decoded, gets defaults and the fields that are always written, and is laid out anew. The key says what the object is called: a name
 * in the value that differs is passed on to clients as it is, as kube-apiserver does.
 */
export function translate(shape: ObjectShape, event: KeyEvent): ObjectChange {
  if (event.type === 'delete') return { type: 'delete', key: event.key, revision: event.modRevision };
  const { kv } = event;
  const { key, modRevision: revision, createRevision } = kv;
  const named = objectNameOf(shape, key);
  if (named === undefined) {
    const wanted = shape.namespaced ? '<namespace>/<name>' : '<name>';
    return { type: 'corrupt', key, revision, reason: `the key is not ${shape.keyPrefix}${wanted}` };
  }
  let own = shape;
  let bytes: Buffer;
  try {
    if (shape.alternatives !== undefined) own = storedShape(shape, shape.alternatives, kv.value);
    bytes = spliced(own, kv) ?? encodeForClients(own, decodeValue(own, kv.value), revision);
  } catch (error) {
    if (error instanceof UnreadableValueError) return { type: 'corrupt', key, revision, reason: error.message };
    throw error;
  }
  const object = new StoredObject({ shape: own, key, ...named, revision, createRevision, bytes });
  return { type: 'put', key, revision, object };
}

/** The shape that the value says it has. */
function storedShape(shape: ObjectShape, alternatives: readonly ObjectShape[], value: Buffer): ObjectShape {
  const begins = (candidate: ObjectShape): boolean => {
    const head = headOf(candidate);
    return value.compare(head, 0, head.length, 0, Math.min(head.length, value.length)) === 0;
  };
  if (begins(shape)) return shape;
  return alternatives.find(begins) ?? alternatives.find(({ apiVersion }) => apiVersion === versionIn(value)) ?? shape;
}

/** '' when it cannot be told: whoever decodes it says why. */
function versionIn(value: Buffer): string {
  try {
    const { value: object } = parseJson(value);
    return isJsonObject(object) ? stringAt(object, 'apiVersion') : '';
  } catch {
    return '';
  }
}

const newline = 0x0a;

/** The bytes for clients, when the value needs nothing but its resourceVersion. */
function spliced(shape: ObjectShape, { value, modRevision }: KeyValue): Buffer | undefined {
  const head = headOf(shape);
  // Without a newline at its end a value may lack fields: see encodeForStorage.
  const end = value.length - 1;
  if (value[end] !== newline || value.compare(head, 0, head.length, 0, Math.min(head.length, end)) !== 0)
    return undefined;
  if (!isRestOfObject(value, head.length, end) || !isUtf8(value)) return undefined;
  if (shape.revise !== undefined && isOutdated(shape.revise, value)) return undefined;
  return withResourceVersion(shape, value.subarray(0, end), modRevision);
}

/** What a definition says today is not what it said when the value was written. */
function isOutdated(revise: (object: JsonObject) => boolean, value: Buffer): boolean {
  const { value: object } = parseJson(value);
  return !isJsonObject(object) || revise(object);
}

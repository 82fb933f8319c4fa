import { JsonSyntaxError, parseJson } from '../machinery/json/parse.ts';
import { isJsonObject, type JsonValue, stringAt } from '../machinery/json-value.ts';
import type { KeyEvent, KeyValue } from '../storage/storage.ts';
import { memberOf } from './json-scan.ts';
import type { ObjectChange } from './object-change.ts';
import { objectNameOf } from './object-key.ts';
import { encodeForClients } from './object-layout.ts';
import type { ObjectShape } from './object-shape.ts';
import { headOf, StoredObject, withResourceVersion } from './stored-object.ts';

/**
 * What one key event means for the resource of `shape`, whose prefix the key has. Never throws: what cannot be an object
 * of this resource is `corrupt`.
 *
 * A value laid out as crowsnest writes it, and as kube-apiserver writes built-in types, costs one copy and no parsing.
 * Any other JSON object of the right kind (another order of keys, white space, no newline at its end) is parsed, gets the
 * fields that are always written, and is laid out anew. The key says
 * what the object is called: a name in the value that differs is passed on to clients as it is, as kube-apiserver does.
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
  const bytes = spliced(shape, kv) ?? parsed(shape, kv);
  if (typeof bytes === 'string') return { type: 'corrupt', key, revision, reason: bytes };
  const object = new StoredObject({ shape, key, ...named, revision, createRevision, bytes });
  return { type: 'put', key, revision, object };
}

const newline = 0x0a;
const quote = 0x22;
const closeBrace = 0x7d;

/** The bytes for clients, when the value needs nothing but its resourceVersion. */
function spliced(shape: ObjectShape, { value, modRevision }: KeyValue): Buffer | undefined {
  const head = headOf(shape);
  // Without a newline at its end a value may lack fields: see encodeForStorage. Any other newline is white space, which
  // would break a watch's framing.
  const end = value.indexOf(newline);
  if (end === -1 || end !== value.length - 1) return undefined;
  if (end < head.length + 2 || value.compare(head, 0, head.length, 0, head.length) !== 0) return undefined;
  const first = value[head.length];
  if ((first !== quote && first !== closeBrace) || value[end - 1] !== closeBrace) return undefined;
  // An Event names the resourceVersion of what it is about: only metadata's own matters.
  const own = value.includes('"resourceVersion"') && memberOf(value, head.length - 1, 'resourceVersion') !== undefined;
  if (own) return undefined;
  return withResourceVersion(shape, value.subarray(0, end), modRevision);
}

/** The bytes for clients by way of parsing, or why that cannot be. */
function parsed(shape: ObjectShape, { value, modRevision }: KeyValue): Buffer | string {
  const foreign = foreignEncodings.find(({ magic }) => value.subarray(0, magic.length).equals(magic));
  if (foreign !== undefined) return foreign.reason;
  let object: JsonValue;
  try {
    object = parseJson(value).value;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return `the value is not JSON: ${error.message}`;
    throw error;
  }
  if (!isJsonObject(object)) return 'the value is not a JSON object';
  const kind = stringAt(object, 'kind');
  const apiVersion = stringAt(object, 'apiVersion');
  if (kind !== shape.kind || apiVersion !== shape.apiVersion) {
    return `the value is a ${JSON.stringify(kind)} of ${JSON.stringify(apiVersion)}, not a ${shape.kind} of ${shape.apiVersion}`;
  }
  if (!isJsonObject(object['metadata'])) return 'the value has no metadata';
  shape.fillZeroValues?.(object);
  return encodeForClients(shape, object, modRevision);
}

const foreignEncodings = [
  {
    magic: Buffer.from('k8s\0'),
    reason: 'the value is protobuf; kube-apiserver writes JSON with --storage-media-type=application/json',
  },
  { magic: Buffer.from('k8s:enc:'), reason: 'the value is encrypted' },
];

import { JsonSyntaxError, parseJson } from '../machinery/json/parse.ts';
import { isJsonObject, type JsonObject } from '../machinery/json-value.ts';
import { decodeProtobuf } from '../machinery/protobuf/decode.ts';
import { kubernetesProtobuf } from '../machinery/protobuf/kubernetes-protobuf.ts';
import { ProtobufError } from '../machinery/protobuf/wire-reader.ts';
import { DecodeError, decode } from '../machinery/schema/decoder.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import type { StructSchema } from '../machinery/schema/schema.ts';
import { parseGroupVersion, TypeMetaError, typeMetaOf } from '../machinery/type-meta.ts';
import type { ObjectShape } from './object-shape.ts';

/** A stored value that is no object of its resource. The message says why. */
export class UnreadableValueError extends Error {
  override readonly name = 'UnreadableValueError';
}

/** What a value of another encoding begins with. */
const protobufMagic = Buffer.from('k8s\0', 'latin1');
const encryptedPrefix = Buffer.from('k8s:enc:', 'latin1');

/** A message may quote the value, which may be long. */
const maxReasonLength = 512;

/**
 * Reads a stored value to its end, however it is laid out: JSON as anybody wrote it, or protobuf, which kube-apiserver
 * writes unless it is told otherwise. The object is what kube-apiserver makes of the same bytes: of the kind's own types,
 * without fields that these do not have, with the defaults of the kind and the zero values that Go always writes.
 * @throws {UnreadableValueError}
 */
export function decodeValue(shape: ObjectShape, value: Buffer): JsonObject {
  if (startsWith(value, encryptedPrefix)) throw new UnreadableValueError('the value is encrypted');
  try {
    const protobuf = startsWith(value, protobufMagic);
    const read = protobuf ? decodeProtobuf(kubernetesProtobuf(), value, shape) : parsed(value);
    const { schema, toHub } = storedVersionOf(shape, read);
    // What comes from protobuf has its types already.
    const typed = schema === undefined || protobuf ? read : decode(schema, read).object;
    // Without metadata it is damaged, whatever Go makes of it: it would be an object without a name.
    if (!isJsonObject(typed['metadata'])) throw new UnreadableValueError('the value has no metadata');
    const object = toHub?.(typed) ?? typed;
    shape.setDefaults?.(object);
    shape.fillZeroValues?.(object);
    return object;
  } catch (error) {
    if (error instanceof UnreadableValueError) throw error;
    for (const [type, what] of readingErrors) {
      if (error instanceof type) throw new UnreadableValueError(`${what}: ${error.message.slice(0, maxReasonLength)}`);
    }
    throw error;
  }
}

const readingErrors = [
  [JsonSyntaxError, 'the value is not JSON'],
  [ProtobufError, 'the value is not readable protobuf'],
  [TypeMetaError, 'the value does not say what it is'],
  [DecodeError, 'the value is not of its type'],
] as const;

const startsWith = (value: Buffer, prefix: Buffer): boolean => value.subarray(0, prefix.length).equals(prefix);

function parsed(value: Buffer): JsonObject {
  const { value: object } = parseJson(value);
  if (isJsonObject(object)) return object;
  throw new UnreadableValueError('the value is not a JSON object');
}

interface StoredVersion {
  /** Of the kinds that are Kubernetes' own. */
  readonly schema: StructSchema | undefined;
  /** Absent for the hub. */
  readonly toHub: ((object: JsonObject) => JsonObject) | undefined;
}

/**
 * The version that the object was stored in. What does not say what it is, is what stands there.
 * @throws {UnreadableValueError} when it is another kind, or a version that nobody knows
 */
function storedVersionOf(shape: ObjectShape, object: JsonObject): StoredVersion {
  const meta = typeMetaOf(object);
  const [apiVersion, kind] = [meta.apiVersion || shape.apiVersion, meta.kind || shape.kind];
  if (kind === shape.kind && apiVersion === shape.apiVersion) return { schema: schemaOf(shape), toHub: undefined };
  if (kind === shape.kind && shape.alikeVersions?.includes(apiVersion) === true) {
    return { schema: schemaOf(shape), toHub: (object) => Object.assign(object, { apiVersion: shape.apiVersion }) };
  }
  const toHub = shape.otherVersions?.get(`${apiVersion} ${kind}`);
  if (toHub !== undefined) return { schema: kubernetesSchema().byKind(parseGroupVersion(apiVersion), kind), toHub };
  const [kindText, versionText] = [kind, apiVersion].map((text) => JSON.stringify(text.slice(0, maxReasonLength)));
  throw new UnreadableValueError(
    `the value is a ${kindText} of ${versionText}, not a ${shape.kind} of ${shape.apiVersion}`,
  );
}

const schemas = new WeakMap<ObjectShape, { readonly schema: StructSchema | undefined }>();

/** Of the kinds that are Kubernetes' own. */
function schemaOf(shape: ObjectShape): StructSchema | undefined {
  let known = schemas.get(shape);
  if (known === undefined) {
    known = { schema: kubernetesSchema().byKind(parseGroupVersion(shape.apiVersion), shape.kind) };
    schemas.set(shape, known);
  }
  return known.schema;
}

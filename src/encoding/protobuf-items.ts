import type { ServedVersion } from '../api/served-version.ts';
import type { ApiError } from '../machinery/api-error.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { type JsonObject, stringAt } from '../machinery/json-value.ts';
import { encodeMessage, encodeProtobuf } from '../machinery/protobuf/encode.ts';
import { envelopeHead, envelopeOpening, envelopeTail, rawTag } from '../machinery/protobuf/envelope.ts';
import { kubernetesProtobuf } from '../machinery/protobuf/kubernetes-protobuf.ts';
import { messageOf } from '../machinery/protobuf/protobuf-data.ts';
import { ReverseWriter } from '../machinery/protobuf/reverse-writer.ts';
import { ProtobufError } from '../machinery/protobuf/wire-reader.ts';
import { internalError } from '../machinery/status-errors.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import { KeptPieces } from './kept-pieces.ts';

/** Of a list's items. */
const itemsTag = 0x12;
const usualItemBytes = 1_536;

/**
 * An object in protobuf, as it stands in a list: the tag of `items`, a length, the message. Its metadata is the message's
 * first field, and all there is of a PartialObjectMetadata.
 */
export interface ProtobufItem {
  readonly bytes: Buffer;
  /** Where the message begins. */
  readonly start: number;
  /** Where its metadata ends. */
  readonly metadataEnd: number;
  readonly size: number;
}

/** Objects as protobuf, each encoded once per revision and version. */
export class ProtobufItems extends KeptPieces<ProtobufItem> {
  constructor(maxBytes: number) {
    super(maxBytes, { make: protobufItem, usualBytes: usualItemBytes });
  }
}

type KindOfVersion = Pick<ServedVersion, 'group' | 'version' | 'kind'>;
type Named = Pick<ServedVersion, 'group' | 'version' | 'kind' | 'resource'>;

/** Whether objects of a version can be sent as protobuf. All of them can be as PartialObjectMetadata. */
export const hasMessage = (kind: KindOfVersion): boolean => messageIn(kind) !== undefined;

/** The message by which a version's objects are written: of kinds without one, what is to be had of them is their metadata. */
const messageIn = (of: KindOfVersion): number | undefined =>
  messageOf(kubernetesProtobuf(), { apiVersion: apiVersionOf(of), kind: of.kind });

const partialMetadata = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata' };
const writer = new ReverseWriter();

/** `object` is of the version. @throws {ApiError} 500: something in it is not of its type */
export function protobufItem(served: Named, object: StoredObject): ProtobufItem {
  writer.clear();
  write(served, object.parse(), () => `${served.resource} ${JSON.stringify(object.name)}`);
  const { length } = writer;
  writer.unsigned(length);
  writer.unsigned(itemsTag);
  const bytes = writer.take();
  const start = bytes.length - length;
  return { bytes, start, metadataEnd: endOfField(bytes, start), size: bytes.length };
}

/** A whole object in its envelope, as it is sent alone. @throws {ApiError} 500 */
export function protobufObject(served: ServedVersion, object: StoredObject): Buffer {
  writer.clear();
  writer.bytes(envelopeTail);
  write(served, object.parse(), () => `${served.resource} ${JSON.stringify(object.name)}`);
  writer.unsigned(writer.length - envelopeTail.length);
  writer.unsigned(rawTag);
  writer.bytes(openingOf(served));
  return writer.take();
}

/** The same of what is kept. */
export function envelopedItem(served: ServedVersion, { bytes, start }: ProtobufItem): Buffer {
  const opening = openingOf(served);
  return Buffer.concat([envelopeHead(opening, bytes.length - start), bytes.subarray(start), envelopeTail]);
}

/** A document of any kind that has a message: a Status, a list of resources. @throws {ApiError} 500 */
export function protobufBody(object: JsonObject): Buffer {
  const [apiVersion, kind] = [stringAt(object, 'apiVersion'), stringAt(object, 'kind')];
  try {
    const bytes = encodeProtobuf(kubernetesProtobuf(), object);
    if (bytes !== undefined) return bytes;
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw unwritable(kind, error);
  }
  throw new TypeError(`${apiVersion} ${kind} has no message`);
}

const unwritable = (what: string, error: ProtobufError): ApiError =>
  internalError(`${what} cannot be written as protobuf: ${error.message}`);

const openings = new WeakMap<ServedVersion, Buffer>();

function openingOf(served: ServedVersion): Buffer {
  let opening = openings.get(served);
  if (opening === undefined) {
    opening = envelopeOpening({ apiVersion: apiVersionOf(served), kind: served.kind });
    openings.set(served, opening);
  }
  return opening;
}

function write(served: Named, object: JsonObject, named: () => string): void {
  const data = kubernetesProtobuf();
  const index = messageIn(served) ?? messageOf(data, partialMetadata);
  if (index === undefined) throw new Error('the table of messages has no PartialObjectMetadata');
  try {
    encodeMessage(data, index, object, writer);
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw unwritable(named(), error);
  }
}

/** The end of a length-delimited field whose tag, of one byte, is at `start`. */
function endOfField(bytes: Buffer, start: number): number {
  let length = 0;
  let scale = 1;
  let at = start + 1;
  for (; (bytes[at] ?? 0) >= 0x80; at++, scale *= 0x80) length += ((bytes[at] ?? 0) - 0x80) * scale;
  return at + 1 + length + (bytes[at] ?? 0) * scale;
}

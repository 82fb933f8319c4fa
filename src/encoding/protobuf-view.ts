import type { ServedVersion } from '../api/served-version.ts';
import type { Revision } from '../base/revision.ts';
import type { EventType, View } from '../dispatch/view.ts';
import type { Status } from '../machinery/api-error.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { parseJson } from '../machinery/json/parse.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { encodeProtobuf } from '../machinery/protobuf/encode.ts';
import { kubernetesProtobuf } from '../machinery/protobuf/kubernetes-protobuf.ts';
import { ReverseWriter } from '../machinery/protobuf/reverse-writer.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { Transform } from './media-type.ts';
import { partialMetadata } from './partial-metadata.ts';
import { protobufObject } from './protobuf-items.ts';

/** Of metav1.WatchEvent: its type, and a RawExtension that holds the object in an envelope of its own. */
const tags = { type: 0x0a, object: 0x12, raw: 0x0a };
/** Before each event stands its length, big-endian. */
export const frameLengthBytes = 4;

/** Whole objects as protobuf: each event is a metav1.WatchEvent behind its length. */
export function protobufView(served: ServedVersion): View {
  const of = { apiVersion: apiVersionOf(served), kind: served.kind };
  return viewOf('protobuf', of, (object) => protobufObject(served, object));
}

/** The objects' metadata only, of the same form. */
export function protobufPartialView(version: Transform['version']): View {
  const of = { apiVersion: `meta.k8s.io/${version}`, kind: 'PartialObjectMetadata' };
  return viewOf(`protobuf/partial-metadata/${version}`, of, (object) =>
    encoded(parsed(partialMetadata(object, version))),
  );
}

const viewOf = (
  id: string,
  of: { readonly apiVersion: string; readonly kind: string },
  objectOf: (object: StoredObject) => Buffer,
): View => ({
  id,
  firstDiffers: false,
  event: (type, object) => frameOf(type, objectOf(object)),
  bookmark: (revision, initialEventsEnd) =>
    frameOf('BOOKMARK', encoded(bookmarkObject(of, revision, initialEventsEnd))),
  error: (status: Status) => frameOf('ERROR', encoded(status as unknown as JsonObject)),
});

/** What else an object of its type always has, the encoding adds. */
const bookmarkObject = (
  of: { readonly apiVersion: string; readonly kind: string },
  revision: Revision,
  initialEventsEnd: boolean,
): JsonObject => ({
  ...of,
  metadata: {
    resourceVersion: String(revision),
    ...(initialEventsEnd && { annotations: { 'k8s.io/initial-events-end': 'true' } }),
  },
});

const parsed = (bytes: Buffer): JsonObject => parseJson(bytes).value as JsonObject;

/** Of a kind that has a message. */
function encoded(object: JsonObject): Buffer {
  const bytes = encodeProtobuf(kubernetesProtobuf(), object);
  if (bytes === undefined) throw new Error('an event of a kind that has no message');
  return bytes;
}

const writer = new ReverseWriter();

/** `object`: in its envelope. */
function frameOf(type: EventType | 'BOOKMARK' | 'ERROR', object: Buffer): Buffer {
  writer.clear();
  writer.bytes(object);
  writer.unsigned(object.length);
  writer.unsigned(tags.raw);
  writer.unsigned(writer.length);
  writer.unsigned(tags.object);
  writer.text(type);
  writer.unsigned(tags.type);
  writer.bigEndian(writer.length);
  return writer.take();
}

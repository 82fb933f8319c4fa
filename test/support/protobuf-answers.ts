import { decodeProtobuf } from '../../src/machinery/protobuf/decode.ts';
import { envelopeHead, envelopeOpening, envelopeTail } from '../../src/machinery/protobuf/envelope.ts';
import { kubernetesProtobuf } from '../../src/machinery/protobuf/kubernetes-protobuf.ts';
import { WireReader } from '../../src/machinery/protobuf/wire-reader.ts';

/** Plain JSON, to compare with. */
type Plain = Record<string, unknown>;
interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The length-delimited fields of a message, by number. */
function fieldsOf(bytes: Buffer): Map<number, Buffer[]> {
  const fields = new Map<number, Buffer[]>();
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const { field, wireType } = reader.tag();
    if (wireType !== 2) reader.skip(wireType);
    else fields.set(field, [...(fields.get(field) ?? []), reader.bytes()]);
  }
  return fields;
}

const text = (fields: Map<number, Buffer[]>, number: number): string => fields.get(number)?.[0]?.toString() ?? '';

/** What an envelope says that it holds, and the message in it. @throws {Error} it is no envelope, or not closed by its tail */
export function opened(bytes: Buffer): Kind & { readonly message: Buffer } {
  if (bytes.subarray(0, 4).toString('latin1') !== 'k8s\0') throw new Error('no envelope');
  if (!bytes.subarray(-4).equals(envelopeTail)) throw new Error('no tail');
  const unknown = fieldsOf(bytes.subarray(4));
  const typeMeta = fieldsOf(unknown.get(1)?.[0] ?? Buffer.alloc(0));
  return { apiVersion: text(typeMeta, 1), kind: text(typeMeta, 2), message: unknown.get(2)?.[0] ?? Buffer.alloc(0) };
}

/** An answer that is one object. */
export const objectIn = (bytes: Buffer): Plain =>
  JSON.parse(JSON.stringify(decodeProtobuf(kubernetesProtobuf(), bytes, { apiVersion: '', kind: '' }))) as Plain;

const enveloped = (of: Kind, message: Buffer): Buffer =>
  Buffer.concat([envelopeHead(envelopeOpening(of), message.length), message, envelopeTail]);

/** An answer that is a list: what it is, its ListMeta, and its items. */
export function listIn(
  bytes: Buffer,
): Kind & { readonly resourceVersion: string; readonly continue: string; readonly items: readonly Plain[] } {
  const { apiVersion, kind, message } = opened(bytes);
  const fields = fieldsOf(message);
  const metadata = fieldsOf(fields.get(1)?.[0] ?? Buffer.alloc(0));
  const of = { apiVersion, kind: kind.replace(/List$/, '') };
  return {
    apiVersion,
    kind,
    resourceVersion: text(metadata, 2),
    continue: text(metadata, 3),
    items: (fields.get(2) ?? []).map((item) => objectIn(enveloped(of, item))),
  };
}

/** The events of a watch, each behind its length. */
export function eventsIn(bytes: Buffer): readonly { readonly type: string; readonly object: Plain }[] {
  const events: { type: string; object: Plain }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    events.push(eventIn(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return events;
}

/** One event, as it comes over a WebSocket. */
export function eventIn(bytes: Buffer): { readonly type: string; readonly object: Plain } {
  const fields = fieldsOf(bytes);
  const raw = fieldsOf(fields.get(2)?.[0] ?? Buffer.alloc(0)).get(1)?.[0] ?? Buffer.alloc(0);
  return { type: text(fields, 1), object: objectIn(raw) };
}

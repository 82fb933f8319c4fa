import { ReverseWriter } from './reverse-writer.ts';

/** What a Kubernetes protobuf body begins with: `k8s` and a zero byte. */
export const magic: Buffer = Buffer.from('k8s\0', 'latin1');

/** What stands behind the message: that it is not packed and of no other type, each said by an empty text. */
export const envelopeTail: Buffer = Buffer.from([0x1a, 0, 0x22, 0]);

const apiVersionTag = 0x0a;
const kindTag = 0x12;
const typeMetaTag = 0x0a;
/** Of the message in its envelope. */
export const rawTag = 0x12;

/** How a runtime.Unknown around an object begins: `k8s\0` and what the object is. Its length, and the object, follow `rawTag`. */
export function envelopeOpening({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): Buffer {
  const writer = new ReverseWriter(kind.length + apiVersion.length);
  writer.text(kind);
  writer.unsigned(kindTag);
  writer.text(apiVersion);
  writer.unsigned(apiVersionTag);
  writer.unsigned(writer.length);
  writer.unsigned(typeMetaTag);
  writer.bytes(magic);
  return writer.take();
}

/** All that stands before a message of `length` bytes. */
export function envelopeHead(opening: Buffer, length: number): Buffer {
  const writer = new ReverseWriter(opening.length + longestLength);
  writer.unsigned(length);
  writer.unsigned(rawTag);
  writer.bytes(opening);
  return writer.take();
}

const longestLength = 8;

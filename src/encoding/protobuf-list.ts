import { listKindOf, type ServedNames, type ServedVersion } from '../api/served-version.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { envelopeHead, envelopeOpening, envelopeTail } from '../machinery/protobuf/envelope.ts';
import { ReverseWriter } from '../machinery/protobuf/reverse-writer.ts';
import type { ListResult } from '../registry/rest-storage.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { ItemLayout } from './item-runs.ts';
import { type Body, between, itemsIn, wholeBody } from './list-body.ts';
import type { Transform } from './media-type.ts';
import { type ProtobufItem, protobufItem } from './protobuf-items.ts';
import type { ProtobufPieces } from './protobuf-pieces.ts';

const tags = {
  metadata: 0x0a,
  items: 0x12,
  resourceVersion: 0x12,
  continue: 0x1a,
  remainingItemCount: 0x20,
  selfLink: 0x0a,
};

const usualMetadataBytes = 48;

/** `revision`: '' of what nobody stores. */
type ListMeta = Pick<ListResult, 'continue' | 'remainingItemCount'> & {
  readonly revision: ListResult['revision'] | '';
};

/** metav1.ListMeta as the first field of a list. */
function listMetadata({ revision, continue: token, remainingItemCount }: ListMeta): Buffer {
  const writer = new ReverseWriter(usualMetadataBytes + token.length);
  if (remainingItemCount !== undefined) {
    writer.unsigned(remainingItemCount);
    writer.unsigned(tags.remainingItemCount);
  }
  writer.text(token);
  writer.unsigned(tags.continue);
  writer.text(String(revision));
  writer.unsigned(tags.resourceVersion);
  writer.text('');
  writer.unsigned(tags.selfLink);
  writer.unsigned(writer.length);
  writer.unsigned(tags.metadata);
  return writer.take();
}

/** A typed list: pieces that exist already, one after the other. The length is known before the first byte is sent. */
export function protobufList(served: ServedVersion, list: ListResult, pieces: ProtobufPieces): Body {
  const listed = itemsIn(served, list);
  const items = pieces.runs.join(listed, wholeItems(pieces.items.of(served, listed.length)));
  return enveloped(listOf(served), list, items);
}

const listOf = (served: ServedNames) => ({ apiVersion: apiVersionOf(served), kind: listKindOf(served) });
const partialListOf = (version: Transform['version']) => ({
  apiVersion: `meta.k8s.io/${version}`,
  kind: 'PartialObjectMetadataList',
});

const wholeItems = (itemOf: (object: StoredObject) => ProtobufItem): ItemLayout => ({
  separator: 0,
  length(items, start, end) {
    let length = 0;
    for (let i = start; i < end; i++) {
      const object = items[i];
      if (object !== undefined) length += itemOf(object).bytes.length;
    }
    return length;
  },
  write(items, start, end, into) {
    let at = 0;
    for (let i = start; i < end; i++) {
      const object = items[i];
      if (object !== undefined) at += itemOf(object).bytes.copy(into, at);
    }
  },
});

/** The metadata of objects, cut out of what is kept of them. */
export function protobufPartialList(
  served: ServedVersion,
  list: ListResult,
  version: Transform['version'],
  pieces: ProtobufPieces,
): Body {
  const listed = itemsIn(served, list);
  const itemOf = pieces.items.of(served, listed.length);
  let length = 0;
  for (const object of listed) length += metadataItem(itemOf(object)).length;
  return enveloped(partialListOf(version), list, { length, parts: partialItems(listed, itemOf) });
}

/** A whole list of what nobody stores, or with `version` the metadata of it. @throws {ApiError} 500 */
export function protobufUnstoredList(
  served: ServedNames,
  objects: readonly StoredObject[],
  version: Transform['version'] | undefined,
): Buffer {
  const items = objects.map((object) => protobufItem(served, object));
  const parts = items.map((item) => (version === undefined ? item.bytes : metadataItem(item)));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const none = { revision: '', continue: '', remainingItemCount: undefined } as const;
  return wholeBody(enveloped(version === undefined ? listOf(served) : partialListOf(version), none, { length, parts }));
}

function* partialItems(
  listed: readonly StoredObject[],
  itemOf: (object: StoredObject) => ProtobufItem,
): Generator<Buffer> {
  for (const object of listed) yield metadataItem(itemOf(object));
}

/** As an item: the tag, the length of what is left of the message, and that. */
function metadataItem({ bytes, start, metadataEnd }: ProtobufItem): Buffer {
  const writer = new ReverseWriter(metadataEnd - start + longestHead);
  writer.bytes(bytes.subarray(start, metadataEnd));
  writer.unsigned(metadataEnd - start);
  writer.unsigned(tags.items);
  return writer.take();
}

const longestHead = 8;

function enveloped(
  of: { readonly apiVersion: string; readonly kind: string },
  list: ListMeta,
  { length, parts }: { readonly length: number; readonly parts: Iterable<Buffer> },
): Body {
  const metadata = listMetadata(list);
  const head = Buffer.concat([envelopeHead(envelopeOpening(of), metadata.length + length), metadata]);
  return { length: head.length + length + envelopeTail.length, parts: between(head, parts, envelopeTail) };
}

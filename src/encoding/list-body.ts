import { listKindOf, type ServedVersion } from '../api/served-version.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { encodeJsonPretty } from '../machinery/json/encode.ts';
import { parseJson } from '../machinery/json/parse.ts';
import type { ListResult } from '../registry/rest-storage.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import { type ItemRuns, jsonItems, wholeItems } from './item-runs.ts';
import type { Transform } from './media-type.ts';
import { partialMetadata } from './partial-metadata.ts';
import { pieceBytes, type Turns } from './piece-buffers.ts';
import { inVersion } from './versioned-object.ts';
import { toYaml } from './yaml-text.ts';

/** A body in parts that are made as they are asked for. */
export interface Body {
  /** Where `length` is known, each is to be done with before the second one after it is asked for. */
  readonly parts: Iterable<Buffer>;
  /** Bytes of all parts together, when that is known before they are made. */
  readonly length: number | undefined;
}

/** A body that is written straight into the buffers it is sent from. */
export interface WrittenBody {
  /**
   * Each is at most `turns.size` long, or `turns.size` and its successor together are longer, and is to be done with before
   * the second one after it is asked for.
   */
  pieces(turns: Turns): Iterable<Buffer>;
}

const openBrace = Buffer.from('{');
const comma = Buffer.from(',');
const tail = Buffer.from(']}\n');

/** `{"resourceVersion":"9","continue":"…","remainingItemCount":3}` */
export function listMetadata({ revision, continue: token, remainingItemCount }: ListResult): string {
  const more = token === '' ? '' : `,"continue":${JSON.stringify(token)}`;
  const remaining = remainingItemCount === undefined ? '' : `,"remainingItemCount":${remainingItemCount}`;
  return `{"resourceVersion":"${revision}"${more}${remaining}}`;
}

const listHead = (kind: string, apiVersion: string, metadata: string): string =>
  `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${metadata},"items":[`;

const headOfList = (served: ServedVersion, list: ListResult): string =>
  listHead(listKindOf(served), apiVersionOf(served), metadataIn(served, list));

/** A list of what was itself defined says that it does not go on. */
const metadataIn = (served: ServedVersion, list: ListResult): string => {
  const metadata = listMetadata(list);
  return served.custom === undefined || list.continue !== '' ? metadata : metadata.replace(/\}$/, ',"continue":""}');
};

/** The hub's own objects, or what the version makes of them. */
export const itemsIn = (served: ServedVersion, { items }: ListResult): readonly StoredObject[] =>
  served.conversion === undefined ? items : items.map((object) => inVersion(served, object));

/**
 * A typed list as compact JSON: the bytes every object is kept in, one after the other, each without its kind and
 * apiVersion, which only objects have that were themselves defined. Nothing is parsed, and the length is known before the first byte is sent.
 */
export function jsonList(served: ServedVersion, list: ListResult, runs: ItemRuns): Body {
  const head = Buffer.from(headOfList(served, list));
  const items = runs.join(itemsIn(served, list), served.custom === undefined ? jsonItems : wholeItems);
  return { length: head.length + items.length + tail.length, parts: between(head, items.parts, tail) };
}

export function* between(head: Buffer, parts: Iterable<Buffer>, end: Buffer): Generator<Buffer> {
  yield head;
  yield* parts;
  yield end;
}

/** The same for people: indented by two spaces, an item at a time. No newline at the end, as in the original. */
export function prettyList(served: ServedVersion, list: ListResult): Body {
  const metadata = encodeJsonPretty(parseJson(Buffer.from(metadataIn(served, list))).value);
  const head =
    `{\n  "kind": ${JSON.stringify(listKindOf(served))},\n  "apiVersion": ${JSON.stringify(apiVersionOf(served))},\n` +
    `  "metadata": ${indented(metadata, '  ')},\n  "items": [`;
  const item = (object: StoredObject) => `\n    ${indented(encodeJsonPretty(itemOf(served, object)), '    ')}`;
  const end = list.items.length === 0 ? ']\n}' : '\n  ]\n}';
  return {
    length: undefined,
    parts: joined(head, itemsIn(served, list), (object) => Buffer.from(item(object)), comma, end),
  };
}

/** Pretty JSON has line breaks between tokens only, so all of them can be moved in. */
const indented = (json: string, by: string): string => json.replaceAll('\n', `\n${by}`);

export function yamlList(served: ServedVersion, list: ListResult): Body {
  const metadata = parseJson(Buffer.from(metadataIn(served, list))).value;
  const item = (object: StoredObject) => Buffer.from(toYaml([itemOf(served, object)]));
  const end = toYaml({ kind: listKindOf(served), metadata });
  const head = `apiVersion: ${apiVersionOf(served)}\nitems:${list.items.length === 0 ? ' []' : ''}\n`;
  return { length: undefined, parts: joined(head, itemsIn(served, list), item, Buffer.alloc(0), end) };
}

/** An item of a list, parsed. */
const itemOf = ({ custom }: ServedVersion, { bytes, itemStart }: StoredObject) =>
  parseJson(custom === undefined ? Buffer.concat([openBrace, bytes.subarray(itemStart)]) : bytes).value;

export function partialMetadataList(list: ListResult, version: Transform['version']): Body {
  const head = listHead('PartialObjectMetadataList', `meta.k8s.io/${version}`, listMetadata(list));
  const item = (object: StoredObject) => partialMetadata(object, version);
  return { length: undefined, parts: joined(head, list.items, item, comma, ']}\n') };
}

function* joined(
  head: string,
  items: readonly StoredObject[],
  item: (object: StoredObject) => Buffer,
  separator: Buffer,
  end: string,
): Generator<Buffer> {
  yield Buffer.from(head);
  let first = true;
  for (const object of items) {
    if (!first) yield separator;
    first = false;
    yield item(object);
  }
  yield Buffer.from(end);
}

/** All parts in one buffer. */
export function wholeBody(body: Body | WrittenBody): Buffer {
  if ('pieces' in body) {
    const turns = { size: pieceBytes, next: () => Buffer.allocUnsafeSlow(pieceBytes) };
    return Buffer.concat([...body.pieces(turns)]);
  }
  const { parts, length } = body;
  if (length === undefined) return Buffer.concat([...parts]);
  const whole = Buffer.allocUnsafe(length);
  let at = 0;
  for (const part of parts) at += part.copy(whole, at);
  return whole;
}

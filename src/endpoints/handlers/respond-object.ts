import type { Served, ServedVersion } from '../../api/served-version.ts';
import { shapeOf } from '../../api/stored-kind.ts';
import type { Revision } from '../../base/revision.ts';
import type { MediaType } from '../../encoding/media-type.ts';
import { partialMetadata } from '../../encoding/partial-metadata.ts';
import { envelopedItem } from '../../encoding/protobuf-items.ts';
import { columnDefinitions, shownBy, type TableOptions, tableHead, tableRow, tableTail } from '../../encoding/table.ts';
import { rowOfObject } from '../../encoding/table-row.ts';
import { bytesInVersion, clientShapeOf, inVersion } from '../../encoding/versioned-object.ts';
import { ApiError } from '../../machinery/api-error.ts';
import { goPackageOf } from '../../machinery/gvk.ts';
import { notAcceptable } from '../../machinery/status-errors.ts';
import { virtualShape } from '../../registry/virtual-store.ts';
import type { ObjectShape } from '../../translate/object-shape.ts';
import { StoredObject } from '../../translate/stored-object.ts';
import type { ApiRequest } from '../api-request.ts';
import { contentTypeOf, offeredStreams } from '../negotiation/media-type.ts';
import { tableOptionsOf } from '../options/table-options.ts';
import { respondBody, respondBytes } from '../response/respond.ts';
import type { HandlerDeps } from './handler.ts';

/** One object, as it is or as what `Accept` asked it to be made into. */
export async function respondObject(
  request: ApiRequest,
  code: number,
  output: MediaType,
  served: Served,
  bytes: Buffer,
  { clock }: HandlerDeps,
): Promise<Response> {
  return respondBytes(request, code, output, transformed(request, output, served, bytes, clock.wallTime()));
}

/** One that the cache has: its protobuf is kept. */
export async function respondKept(
  request: ApiRequest,
  output: MediaType,
  served: ServedVersion,
  object: StoredObject,
  deps: HandlerDeps,
): Promise<Response> {
  if (output.format !== 'protobuf' || output.transform !== undefined) {
    return respondObject(request, 200, output, served, object.bytes, deps);
  }
  const item = deps.protobuf.items.of(served, 1)(inVersion(served, object));
  return respondBody(request, 200, contentTypeOf.protobuf, envelopedItem(served, item));
}

function transformed(request: ApiRequest, output: MediaType, served: Served, bytes: Buffer, now: number): Buffer {
  const { transform } = output;
  switch (transform?.kind) {
    case undefined:
      return bytesInVersion(served, bytes);
    case 'PartialObjectMetadata':
      return partialMetadata(objectOf(served, bytes), transform.version);
    case 'Table': {
      const options = tableOptionsOf(request.query, transform.version);
      const object = objectOf(served, bytes);
      const version = resourceVersionIn(object);
      const metadata = version === '' ? '{}' : `{"resourceVersion":${JSON.stringify(version)}}`;
      return wholeTable(served, [object], options, metadata, now);
    }
    case 'PartialObjectMetadataList':
      throw notThat(
        `you requested PartialObjectMetadataList, but the requested object is not a list (*${goPackageOf(served)}.${served.kind})`,
      );
  }
}

/** A Table in one piece, of a few objects of the hub. `metadata`: its own, encoded. `now`: in milliseconds since the epoch. */
export function wholeTable(
  served: Served,
  objects: readonly StoredObject[],
  options: TableOptions,
  metadata: string,
  now: number,
): Buffer {
  const shownOf = shownBy(served, options);
  const rows = objects.map((object, index) => {
    const row = rowOfObject(served, object);
    return tableRow(row, shownOf(object, row), now, index === 0 ? '' : ',');
  });
  const head = Buffer.from(tableHead(options.version, metadata, columnDefinitions(served)));
  return Buffer.concat([head, ...rows, Buffer.from(tableTail)]);
}

/** The object cannot become what was asked for. */
export const notThat = (message: string): ApiError => new ApiError(406, 'NotAcceptable', message);

/** A watch cannot be sent in the format asked for. */
export const notStreamable = (): ApiError => notAcceptable(offeredStreams);

/** Of what the registry answers: what `conversion` makes of it is made later. */
function shapeIn(served: Served): ObjectShape {
  if (served.stored === undefined) return virtualShape(served);
  return served.conversion === undefined ? clientShapeOf(served) : shapeOf(served.stored, '');
}

/** Bytes of the hub in the layout of StoredObject, as one. It belongs to no cache and has no key. */
const objectOf = (served: Served, bytes: Buffer): StoredObject =>
  new StoredObject({
    shape: shapeIn(served),
    key: '',
    namespace: '',
    name: '',
    revision: 0 as Revision,
    createRevision: 0 as Revision,
    bytes,
  });

function resourceVersionIn(object: StoredObject): string {
  const { metadata } = object.parse();
  const version = (metadata as { readonly resourceVersion?: unknown } | undefined)?.resourceVersion;
  return typeof version === 'string' ? version : '';
}

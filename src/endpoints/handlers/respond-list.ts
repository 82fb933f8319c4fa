import { listKindOf, type Served, type ServedVersion } from '../../api/served-version.ts';
import { jsonList, partialMetadataList, prettyList, wholeBody, yamlList } from '../../encoding/list-body.ts';
import type { MediaType } from '../../encoding/media-type.ts';
import { protobufList, protobufPartialList } from '../../encoding/protobuf-list.ts';
import type { TableOptions } from '../../encoding/table.ts';
import { tableList } from '../../encoding/table-list.ts';
import { goPackageOf } from '../../machinery/gvk.ts';
import type { ListResult } from '../../registry/rest-storage.ts';
import type { ApiRequest } from '../api-request.ts';
import { contentTypeOf } from '../negotiation/media-type.ts';
import { tableOptionsOf } from '../options/table-options.ts';
import { respondBytes } from '../response/respond.ts';
import { respondStreamed } from '../response/stream-body.ts';
import type { HandlerDeps } from './handler.ts';
import { notThat } from './respond-object.ts';

/** What a LIST's answer will be: everything in it that the client can have wrong is checked before the list is read. */
export type ListOutput = MediaType & { readonly table: TableOptions | undefined };

/** @throws {ApiError} 400, 406 */
export function listOutputOf(request: ApiRequest, output: MediaType, served: Served): ListOutput {
  const { transform } = output;
  if (transform?.kind === 'PartialObjectMetadata') {
    throw notThat(
      `you requested PartialObjectMetadata, but the requested object is a list (*${goPackageOf(served)}.${listKindOf(served)})`,
    );
  }
  const table = transform?.kind === 'Table' ? tableOptionsOf(request.query, transform.version) : undefined;
  return { ...output, table };
}

export async function respondList(
  request: ApiRequest,
  output: ListOutput,
  served: ServedVersion,
  list: ListResult,
  deps: HandlerDeps,
): Promise<Response> {
  const { format, pretty, transform, table } = output;
  const { clock, itemRuns, tableRows, protobuf } = deps;
  if (format === 'protobuf') {
    const body =
      transform === undefined
        ? protobufList(served, list, protobuf)
        : protobufPartialList(served, list, transform.version, protobuf);
    return respondStreamed(request, contentTypeOf.protobuf, body, deps);
  }
  if (transform === undefined) {
    const body =
      format === 'yaml' ? yamlList(served, list) : pretty ? prettyList(served, list) : jsonList(served, list, itemRuns);
    return respondStreamed(request, contentTypeOf[format], body, deps);
  }
  const body =
    table === undefined
      ? partialMetadataList(list, transform.version)
      : tableList(served, list, table, tableRows, clock.wallTime());
  if (format === 'json' && !pretty) return respondStreamed(request, contentTypeOf.json, body, deps);
  // For people: indented or as YAML, which needs the whole of it. Its newline is the encoding's to add.
  return respondBytes(request, 200, output, wholeBody(body).subarray(0, -1));
}

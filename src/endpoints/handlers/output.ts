import type { MediaType } from '../../encoding/media-type.ts';
import { hasMessage } from '../../encoding/protobuf-items.ts';
import type { KindNames } from '../../machinery/gvk.ts';
import { notAcceptable } from '../../machinery/status-errors.ts';
import type { ApiRequest } from '../api-request.ts';
import { negotiate, offered, wantsPretty } from '../negotiation/media-type.ts';

/**
 * What an answer of this kind should look like. Decided before anything else is looked at.
 * @throws {ApiError} 406
 */
export function outputOf(request: ApiRequest, kind: Pick<KindNames, 'group' | 'version' | 'kind'>): MediaType {
  const output = negotiate(request.header('accept'), { transforms: true, protobuf: hasMessage(kind) });
  if (output === undefined) throw notAcceptable(offered);
  return { ...output, pretty: output.pretty || wantsPretty(request.query, request.userAgent) };
}

/**
 * The same of what is never shown as a Table.
 * @throws {ApiError} 406
 */
export function outputWithoutTable(
  request: ApiRequest,
  kind: Pick<KindNames, 'group' | 'version' | 'kind'>,
): MediaType {
  const output = outputOf(request, kind);
  if (output.transform?.kind === 'Table') throw notAcceptable(offered);
  return output;
}

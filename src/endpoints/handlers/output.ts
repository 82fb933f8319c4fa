import type { MediaType } from '../../encoding/media-type.ts';
import { notAcceptable } from '../../machinery/status-errors.ts';
import type { ApiRequest } from '../api-request.ts';
import { negotiate, offeredTo, wantsPretty } from '../negotiation/media-type.ts';

/**
 * What a resource's answer should look like. Decided before anything else is looked at.
 * @throws {ApiError} 406
 */
export function outputOf(request: ApiRequest): MediaType {
  const output = negotiate(request.header('accept'), true);
  if (output === undefined) throw notAcceptable(offeredTo(request.header('accept') ?? ''));
  return { ...output, pretty: output.pretty || wantsPretty(request.query, request.userAgent) };
}

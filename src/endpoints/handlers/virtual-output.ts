import type { VirtualResource } from '../../api/virtual-resource.ts';
import type { MediaType } from '../../encoding/media-type.ts';
import { notAcceptable } from '../../machinery/status-errors.ts';
import type { ApiRequest } from '../api-request.ts';
import { offered } from '../negotiation/media-type.ts';
import { outputOf } from './output.ts';

/**
 * How an answer that is not stored should look.
 * @throws {ApiError} 406, also for a Table of what has no columns
 */
export function virtualOutputOf(request: ApiRequest, served: VirtualResource): MediaType {
  const output = outputOf(request, served);
  if (output.transform?.kind === 'Table' && served.columns.length === 0) throw notAcceptable(offered);
  return output;
}

import type { VirtualResource } from '../../api/virtual-resource.ts';
import type { MediaType } from '../../encoding/media-type.ts';
import type { ApiRequest } from '../api-request.ts';
import { outputOf, outputWithoutTable } from './output.ts';

/**
 * How an answer that is not stored should look.
 * @throws {ApiError} 406, also for a Table of what has no columns
 */
export const virtualOutputOf = (request: ApiRequest, served: VirtualResource): MediaType =>
  served.columns.length === 0 ? outputWithoutTable(request, served) : outputOf(request, served);

import { unsupportedMediaType } from '../../machinery/status-errors.ts';
import type { ApiRequest } from '../api-request.ts';
import { type Format, mediaTypes } from '../negotiation/media-type.ts';

/**
 * The format of a request's body. None said is JSON; parameters such as a charset are not looked at.
 * @throws {ApiError} 415
 */
export function bodyFormat(request: ApiRequest): Format {
  const type = (request.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === '' || type === 'application/json') return 'json';
  if (type === 'application/yaml') return 'yaml';
  throw unsupportedMediaType(mediaTypes);
}

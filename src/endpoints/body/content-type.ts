import { unsupportedMediaType } from '../../machinery/status-errors.ts';
import type { ApiRequest } from '../api-request.ts';

/** What a body may be in: more than the server answers in, since Go's typed clients write protobuf and read JSON too. */
export type BodyFormat = 'json' | 'yaml' | 'protobuf';

const formats: Readonly<Record<string, BodyFormat>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'protobuf',
};

/**
 * The format of a request's body. None said is JSON; parameters such as a charset are not looked at.
 * @throws {ApiError} 415
 */
export function bodyFormat(request: ApiRequest): BodyFormat {
  const type = (request.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const format = type === '' ? 'json' : Object.hasOwn(formats, type) ? formats[type] : undefined;
  if (format === undefined) throw unsupportedMediaType(Object.keys(formats));
  return format;
}

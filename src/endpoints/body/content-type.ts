import { unsupportedMediaType } from '../../machinery/status-errors.ts';
import type { ApiRequest } from '../api-request.ts';

/** What a body may be in: more than the server answers in, since Go's typed clients write protobuf and read JSON too. */
export type BodyFormat = 'json' | 'yaml' | 'protobuf';

const formats: ReadonlyMap<string, BodyFormat> = new Map([
  ['', 'json'],
  ['application/json', 'json'],
  ['application/yaml', 'yaml'],
  ['application/vnd.kubernetes.protobuf', 'protobuf'],
]);

/**
 * The format of a request's body.
 * @throws {ApiError} 415
 */
export function bodyFormat(request: ApiRequest): BodyFormat {
  const format = namedFormat(request);
  if (format === undefined) throw unsupportedBody();
  return format;
}

export const unsupportedBody = (): Error => unsupportedMediaType([...formats.keys()].filter((type) => type !== ''));

/** None said is JSON. What parameters say is not looked at, but each must say something. Undefined: no such format. */
export function namedFormat(request: ApiRequest): BodyFormat | undefined {
  const [type = '', ...parameters] = (request.header('content-type') ?? '').split(';').map((part) => part.trim());
  const wellFormed = parameters.every((parameter, index) =>
    parameter === '' ? index === parameters.length - 1 : /^[^\s=]+\s*=\s*\S/.test(parameter),
  );
  return wellFormed ? formats.get(type.toLowerCase()) : undefined;
}

import type { ServedVersion } from '../../api/served-version.ts';
import { mediaTypeNotTaken, unsupportedMediaType } from '../../machinery/status-errors.ts';
import type { ApiRequest } from '../api-request.ts';

/** What a PATCH may send, by media type, in the order in which Kubernetes lists them. */
const types = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
} as const;

export type PatchType = (typeof types)[keyof typeof types];

/**
 * What kind of patch the request brings. The type must be written just so; parameters are not looked at.
 * @throws {ApiError} 415
 */
export function patchTypeOf(request: ApiRequest, _served: ServedVersion): PatchType {
  const header = request.header('content-type') ?? '';
  const taken: ReadonlyMap<string, PatchType> = new Map(Object.entries(types));
  const named = header.split(',').some((type) => taken.has((type.split(';')[0] ?? '').trim()));
  if (!named) throw mediaTypeNotTaken();
  const type = taken.get(header.split(';')[0] ?? '');
  if (type === undefined) throw unsupportedMediaType([...taken.keys()]);
  return type;
}

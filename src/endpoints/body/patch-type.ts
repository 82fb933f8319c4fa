import type { ServedVersion } from '../../api/served-version.ts';
import { kubernetesSchema } from '../../machinery/schema/kubernetes-schema.ts';
import { mediaTypeNotTaken, unsupportedMediaType } from '../../machinery/status-errors.ts';
import type { ApiRequest } from '../api-request.ts';

/** What a PATCH may send, by media type, in the order in which Kubernetes lists them. */
const types = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
} as const;

export type PatchType = (typeof types)[keyof typeof types];

/** A strategic merge patch needs a type that says how lists merge. */
function typesOf(served: ServedVersion): ReadonlyMap<string, PatchType> {
  const typed = served.custom === undefined && kubernetesSchema().byKind(served, served.kind) !== undefined;
  return new Map(Object.entries(types).filter(([, type]) => typed || type !== 'strategic'));
}

/**
 * What kind of patch the request brings. The type must be written just so; parameters are not looked at.
 * @throws {ApiError} 415
 */
export function patchTypeOf(request: ApiRequest, served: ServedVersion): PatchType {
  const header = request.header('content-type') ?? '';
  const taken = typesOf(served);
  const named = header.split(',').some((type) => taken.has((type.split(';')[0] ?? '').trim()));
  // Of what was itself defined there is no route that could be chosen by what it takes.
  if (!named && served.custom === undefined) throw mediaTypeNotTaken();
  const type = taken.get(header.split(';')[0] ?? '');
  if (type === undefined) throw unsupportedMediaType([...taken.keys()]);
  return type;
}

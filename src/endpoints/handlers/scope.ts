import type { ServedVersion } from '../../api/served-version.ts';
import type { StoredKind } from '../../api/stored-kind.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { badRequest, unknownError } from '../../machinery/status-errors.ts';
import { pathSegmentName } from '../../machinery/validation/path-segment.ts';
import type { CollectionScope, ObjectScope } from '../../registry/rest-storage.ts';
import type { ApiRequest } from '../api-request.ts';

/** @throws {ApiError} 500, as in the original, for a namespace that would lead to another key */
export function collectionScopeOf({ info }: ApiRequest, served: ServedVersion): CollectionScope {
  return { namespace: served.namespaced ? namespaceOf(served.stored, info.namespace) : '' };
}

/** @throws {ApiError} 400 for a name that cannot be one segment of a key, 500 for such a namespace */
export function objectScopeOf({ info }: ApiRequest, served: ServedVersion): ObjectScope {
  const name = info.pathName;
  if (name === '') throw badRequest('name must be provided');
  const problems = pathSegmentName(name);
  if (problems.length > 0) throw badRequest(`Name parameter invalid: ${goQuote(name)}: ${problems.join(';')}`);
  return { namespace: served.namespaced ? namespaceOf(served.stored, info.namespace, `/${name}`) : '', name };
}

/** A part of the path that becomes a part of a key: it must not lead to another key. `rest`: what follows it there. */
function namespaceOf({ storagePrefix }: StoredKind, namespace: string, rest = ''): string {
  if (namespace !== '.' && namespace !== '..') return namespace;
  throw unknownError(`invalid key: ${goQuote(`/${storagePrefix}/${namespace}${rest}`)}`);
}

import { goQuote } from '../../machinery/go-quote.ts';
import { badRequest } from '../../machinery/status-errors.ts';
import { pathSegmentName } from '../../machinery/validation/path-segment.ts';
import type { CollectionScope, ObjectScope, RestStorage } from '../../registry/rest-storage.ts';
import type { ApiRequest } from '../api-request.ts';

/** @throws {ApiError} 400 for a namespace that cannot be one segment of a key */
export function collectionScopeOf({ info }: ApiRequest, { row }: RestStorage): CollectionScope {
  return { namespace: row.namespaced ? segment('Namespace', info.namespace) : '' };
}

/** @throws {ApiError} 400 for a name or namespace that cannot be one segment of a key */
export function objectScopeOf(request: ApiRequest, storage: RestStorage): ObjectScope {
  const name = segment('Name', request.info.pathName);
  if (name === '') throw badRequest('name must be provided');
  return { ...collectionScopeOf(request, storage), name };
}

/** A part of the path that becomes a part of a key: nothing in it may lead to another key. */
function segment(what: string, text: string): string {
  const problems = pathSegmentName(text);
  if (problems.length > 0) throw badRequest(`${what} parameter invalid: ${goQuote(text)}: ${problems.join(';')}`);
  return text;
}

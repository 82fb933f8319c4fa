import type { ResourceRow, Verb } from '../api/resource-row.ts';
import { genericError } from '../machinery/status-errors.ts';
import { create } from './handlers/create.ts';
import { deleteObject } from './handlers/delete.ts';
import { deleteCollection } from './handlers/delete-collection.ts';
import { get } from './handlers/get.ts';
import type { Handler } from './handlers/handler.ts';
import { list } from './handlers/list.ts';
import { update } from './handlers/update.ts';
import { watch } from './handlers/watch.ts';
import type { RequestInfo } from './request-info.ts';

const handlers: Readonly<Partial<Record<Verb, Handler>>> = {
  get,
  list,
  watch,
  create,
  update,
  delete: deleteObject,
  deletecollection: deleteCollection,
};

/**
 * The handler of a request to a resource that exists.
 * @throws {ApiError} 404 for a path that no request of this resource has, 405 for a method that its path does not take
 */
export function routeOf({ row }: { readonly row: ResourceRow }, method: string, info: RequestInfo): Handler {
  const verbs = verbsAt(row, info);
  if (verbs === undefined) throw genericError(404);
  const handler = verbs.find((verb) => verb === info.verb && method !== 'HEAD');
  const found = handler === undefined ? undefined : handlers[handler];
  if (found === undefined) throw genericError(405);
  return found;
}

const onCollection: readonly Verb[] = ['list', 'watch', 'create', 'deletecollection'];
const onAllNamespaces: readonly Verb[] = ['list', 'watch'];
const onObject: readonly Verb[] = ['get', 'update', 'patch', 'delete'];

/** The verbs that this resource takes at this path; `undefined` when it has no such path. */
function verbsAt(row: ResourceRow, info: RequestInfo): readonly Verb[] | undefined {
  const { parts, namespace, subresource, pathName, watchPath } = info;
  const inNamespace = namespace !== '' && info.resource !== 'namespaces';
  if (inNamespace && !row.namespaced) return undefined;
  const only = (verbs: readonly Verb[]) => verbs.filter((verb) => row.verbs.includes(verb));
  if (watchPath) {
    const fits = parts.length <= 2 && (pathName === '' || inNamespace === row.namespaced);
    return fits ? only(['watch']) : undefined;
  }
  if (pathName === '') return only(row.namespaced && !inNamespace ? onAllNamespaces : onCollection);
  if (row.namespaced && !inNamespace) return undefined;
  if (subresource === '') return only(onObject);
  return parts.length === 3 ? row.subresources[subresource] : undefined;
}

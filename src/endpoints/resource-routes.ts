import { type ConnectForm, type ConnectSubresource, connectMethods } from '../api/connect-subresource.ts';
import type { Served, ServedVersion } from '../api/served-version.ts';
import type { Verb } from '../api/verb.ts';
import type { VirtualResource } from '../api/virtual-resource.ts';
import type { ApiError } from '../machinery/api-error.ts';
import { badRequest, genericError, methodNotAllowed, notFound } from '../machinery/status-errors.ts';
import { bind } from './handlers/bind.ts';
import { create } from './handlers/create.ts';
import { deleteObject } from './handlers/delete.ts';
import { deleteCollection } from './handlers/delete-collection.ts';
import { evict } from './handlers/evict.ts';
import { get } from './handlers/get.ts';
import type { Handler } from './handlers/handler.ts';
import { list } from './handlers/list.ts';
import { log } from './handlers/log.ts';
import { patch } from './handlers/patch.ts';
import { proxy } from './handlers/proxy.ts';
import { requestTokenOf } from './handlers/request-token.ts';
import { stream } from './handlers/stream.ts';
import { getView, patchView, updateView } from './handlers/subresource-view.ts';
import { update } from './handlers/update.ts';
import { createVirtual, getVirtual, listVirtual, type VirtualHandler } from './handlers/virtual.ts';
import { watch } from './handlers/watch.ts';
import type { RequestInfo } from './request-info.ts';

/** Of subresources whose body is of another kind. */
const handlersOfView: Readonly<Partial<Record<Verb, Handler>>> = { get: getView, update: updateView, patch: patchView };
const handlersOfAction: Readonly<Record<string, Handler>> = {
  Binding: bind,
  Eviction: evict,
  TokenRequest: requestTokenOf,
};

const handlers: Readonly<Record<Verb, Handler>> = {
  get,
  list,
  watch,
  create,
  update,
  patch,
  delete: deleteObject,
  deletecollection: deleteCollection,
};

const virtualHandlers: Readonly<Partial<Record<Verb, VirtualHandler>>> = {
  get: getVirtual,
  list: listVirtual,
  create: createVirtual,
};

/**
 * The handler of a request to a resource that exists.
 * @throws {ApiError} as `verbOf`
 */
export function routeOf({ served }: { readonly served: ServedVersion }, method: string, info: RequestInfo): Handler {
  const connect = connectOf(served, info);
  if (connect !== undefined) return connectRouteOf(served, connect, method, info);
  const found = handlerOf(served, info.subresource, verbOf(served, method, info));
  if (found === undefined) throw genericError(405);
  return found;
}

/** What the path leads to of what is answered elsewhere; undefined: nothing of it. */
export const connectOf = ({ connects = {} }: Served, { subresource, watchPath }: RequestInfo) =>
  !watchPath && Object.hasOwn(connects, subresource) ? connects[subresource] : undefined;

const connectHandlers: Readonly<Record<ConnectForm, Handler>> = { log, proxy, stream };

function connectRouteOf(served: Served, { form }: ConnectSubresource, method: string, info: RequestInfo): Handler {
  const isPath = info.inNamespace === served.namespaced && (form === 'proxy' || info.parts.length === 3);
  if (!isPath) throw genericError(404);
  const methods: readonly string[] = connectMethods[form];
  if (!methods.includes(method)) throw genericError(405);
  if (info.pathName === '') throw badRequest('name must be provided');
  if (served.namespaced && info.namespace === '') throw badRequest('Namespace parameter required.');
  return connectHandlers[form];
}

/** The same for what is served without being stored. */
export function virtualRouteOf(served: VirtualResource, method: string, info: RequestInfo): VirtualHandler {
  const found = virtualHandlers[verbOf(served, method, info)];
  if (found === undefined) throw genericError(405);
  return found;
}

/**
 * The verb of a request, which its path takes.
 * @throws {ApiError} 404 for a path that no request of this resource has, 405 for a method that its path does not take,
 * 400 for a path whose name or namespace is empty
 */
function verbOf(served: Served, method: string, info: RequestInfo): Verb {
  const verbs = verbsAt(served, info);
  if (verbs === undefined || verbs.length === 0) throw noSuchPath(served, info);
  const byMethod = method !== 'HEAD' && (!info.watchPath || method === 'GET');
  const found = byMethod ? verbs.find((verb) => verb === info.verb) : undefined;
  if (found === undefined) {
    if (info.verb === 'watch' && verbs.includes('list')) throw methodNotAllowed(served, 'watch');
    throw genericError(405);
  }
  if (info.inNamespace && info.namespace === '' && !onAllNamespaces.some((verb) => verb === info.verb)) {
    throw badRequest('Namespace parameter required.');
  }
  return found;
}

/** Of what was itself defined, a subresource that is not there is an object that is not there. */
function noSuchPath(served: Served, { subresource, pathName }: RequestInfo): ApiError {
  const isCustom = 'custom' in served && served.custom !== undefined;
  return isCustom && subresource !== '' ? notFound(served, pathName) : genericError(404);
}

function handlerOf(served: ServedVersion, subresource: string, verb: Verb): Handler | undefined {
  const { subresourceKinds = {} } = served;
  const other = Object.hasOwn(subresourceKinds, subresource) ? subresourceKinds[subresource] : undefined;
  if (other === undefined) return handlers[verb];
  return other.view === undefined ? handlersOfAction[other.kind] : handlersOfView[verb];
}

const onCollection: readonly Verb[] = ['list', 'watch', 'create', 'deletecollection'];
const onAllNamespaces: readonly Verb[] = ['list', 'watch'];
const onObject: readonly Verb[] = ['get', 'update', 'patch', 'delete'];

/**
 * The verbs that this resource takes at this path; `undefined` when it has no such path.
 * @throws {ApiError} 400 for a subresource of an object without a name
 */
function verbsAt(served: Served, info: RequestInfo): readonly Verb[] | undefined {
  const { parts, inNamespace, pathName, watchPath } = info;
  if (inNamespace && !served.namespaced) return undefined;
  const only = (verbs: readonly Verb[]) => verbs.filter((verb) => served.verbs.includes(verb));
  if (watchPath) {
    const fits = parts.length === 1 || (parts.length === 2 && inNamespace === served.namespaced);
    return fits ? only(['watch']) : undefined;
  }
  if (parts.length === 1) return only(served.namespaced && !inNamespace ? onAllNamespaces : onCollection);
  if (served.namespaced && !inNamespace) return undefined;
  if (parts.length === 2) return only(onObject);
  const [, , subresource = ''] = parts;
  const verbs = parts.length === 3 && Object.hasOwn(served.subresources, subresource);
  if (!verbs) return undefined;
  if (pathName === '') throw badRequest('name must be provided');
  return served.subresources[subresource];
}

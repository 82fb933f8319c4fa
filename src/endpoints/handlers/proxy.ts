import { badRequest, internalError, serviceUnavailable, unknownError } from '../../machinery/status-errors.ts';
import { authorityOf, type Destination } from '../../proxying/destination.ts';
import { dialErrorText } from '../../proxying/dial-error.ts';
import { cleanPath, escapedPath } from '../../proxying/escaped-path.ts';
import { forward } from '../../proxying/forward.ts';
import type { ApiRequest } from '../api-request.ts';
import type { Handler } from './handler.ts';
import { passUpgrade } from './pass-upgrade.ts';
import { collectionScopeOf } from './scope.ts';

/** Any method to a `proxy`: what a pod, a node's kubelet or one of a service's endpoints answers, links through the proxy. */
export const proxy: Handler = async (request, { served }, deps) => {
  if (request.query.has('dryRun')) throw badRequest('dryRun is not supported');
  const { info, line } = request;
  const { namespace } = collectionScopeOf(request, served);
  const at = await deps.locations.proxy(served.resource, namespace, info.pathName);
  const path = pathBehind(request);
  const destination = { ...at, path: escapedPath(path), query: line.rawQuery };
  if (request.bindings.upgrade !== undefined) return passUpgrade(request, destination, request.method, deps);
  if (path === '' && (request.method === 'GET' || request.method === 'HEAD')) return toItsRoot(request);
  await send(request, destination);
  return deps.alreadySent;
};

/** What follows `proxy` in the path, without what leads upwards. */
function pathBehind({ info }: ApiRequest): string {
  const below = info.parts.slice(3).join('/');
  const path = below === '' ? '' : cleanPath(`/${below}`);
  return info.path.endsWith('/') && !path.endsWith('/') ? `${path}/` : path;
}

/** Relative links of a page are only right below a slash. */
function toItsRoot(request: ApiRequest): Response {
  const { info, line } = request;
  const location = `${escapedPath(info.path)}/${line.rawQuery === '' ? '' : `?${line.rawQuery}`}`;
  return new Response(null, { status: 301, headers: request.answerHeaders({ Location: location }) });
}

async function send(request: ApiRequest, destination: Destination): Promise<void> {
  const { incoming, outgoing } = request.bindings;
  if (incoming === undefined || outgoing === undefined) throw internalError('a proxy needs a connection to write to');
  const prefix = escapedPath(pathOfProxy(request));
  const client = request.line.authority;
  try {
    await forward({
      incoming,
      outgoing,
      destination,
      method: request.method,
      host: client,
      moreHeaders: { 'X-Forwarded-Uri': `${prefix}${destination.path === '' ? '/' : destination.path}` },
      answerHeaders: request.answerHeaders(),
      links: { prefix, hosts: { backend: authorityOf(destination), client } },
    });
  } catch (error) {
    throw unreachable(error, destination);
  }
}

/** `/api/v1/namespaces/a/services/b/proxy` */
function pathOfProxy({ info: { prefix, version, inNamespace, namespace, resource, pathName } }: ApiRequest): string {
  return `/${prefix}/${version}${inNamespace ? `/namespaces/${namespace}` : ''}/${resource}/${pathName}/proxy`;
}

const switched = /^backend tried to switch protocol/;

/** @returns 503, or 500 for an answer that is none */
function unreachable(error: unknown, destination: Destination): Error {
  const text = dialErrorText(error, authorityOf(destination));
  if (switched.test(text)) return unknownError(text);
  const broken = text.startsWith('malformed HTTP') ? 'net/http: HTTP/1.x transport connection broken: ' : '';
  return serviceUnavailable(`error trying to reach service: ${broken}${text}`);
}

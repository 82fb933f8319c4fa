import { Hono } from 'hono';
import type { Served } from '../api/served-version.ts';
import { PieceBuffers } from '../encoding/piece-buffers.ts';
import { genericError } from '../machinery/status-errors.ts';
import { OpenTunnels } from '../proxying/open-tunnels.ts';
import type { ApiRequest } from './api-request.ts';
import type { AppDeps, AppEnv } from './app-deps.ts';
import type { Bindings } from './bindings.ts';
import { filterChain } from './filters/filter-chain.ts';
import { recover } from './filters/recover.ts';
import { serveDiscovery } from './handlers/discovery.ts';
import type { HandlerDeps } from './handlers/handler.ts';
import { serveIssuerDocument } from './handlers/issuer.ts';
import { respondUnknownPath } from './handlers/unknown-path.ts';
import { endpointMetrics } from './metrics.ts';
import { produced, requireAcceptable } from './negotiation/route-accepts.ts';
import { RequestLine } from './request-line.ts';
import { connectOf, routeOf, virtualRouteOf } from './resource-routes.ts';
import { respondJson, respondNotFound, respondNothing, respondText } from './response/respond.ts';

/**
 * The whole HTTP interface as one fetch handler: `app.fetch(request, { incoming, outgoing })`.
 * With `outgoing` (node's response) it streams; watches need it. Never rejects.
 */
export function createApp(deps: AppDeps): Hono<AppEnv> {
  const metrics = endpointMetrics(deps.meter);
  const handlerDeps = { ...deps, pieceBuffers: new PieceBuffers(), tunnels: new OpenTunnels(deps.shutdown) };
  const app = new Hono<AppEnv>({ getPath: (request, options) => routedPath(request, options?.env) });
  app.onError(recover(deps, metrics));
  app.use(...filterChain(deps, metrics));

  app.all('/metrics', async (c) => {
    const { contentType, text } = await deps.metrics();
    return respondText(c.get('request'), 200, text, { 'Content-Type': contentType });
  });
  for (const path of ['/version', '/version/']) {
    app.all(path, (c) => {
      const request = c.get('request');
      if (request.method !== 'GET') throw genericError(405);
      requireAcceptable(request, produced.document);
      return respondJson(request, 200, { format: 'json', pretty: true }, deps.version);
    });
  }
  for (const document of deps.issuerDocuments ?? []) {
    app.all(`${document.path}/*`, (c) => serveIssuerDocument(c.get('request'), document));
  }
  for (const prefix of ['healthz', 'livez', 'readyz']) {
    app.all(`/${prefix}/*`, async (c) => {
      const request = c.get('request');
      const answer = await deps.health.answer(request.info.path, request.query);
      return answer === undefined ? respondNotFound(request) : respondText(request, answer.code, answer.text);
    });
  }
  app.all('*', (c) => {
    const request = c.get('request');
    if (request.line.path === '*' && request.method === 'OPTIONS') return respondNothing(request);
    return request.info.isResource ? serveResource(request, handlerDeps) : serveDiscovery(request, deps);
  });
  return app;
}

async function serveResource(request: AppEnv['Variables']['request'], deps: AppDeps & HandlerDeps): Promise<Response> {
  const { group, version, resource } = request.info;
  let found = deps.resources(group, version, resource);
  if (found === undefined) {
    const replacement = deps.replacement?.(group, resource);
    if (replacement !== undefined) {
      await replacement.catch(() => undefined);
      found = deps.resources(group, version, resource);
    }
  }
  if (found !== undefined) {
    const handler = routeOf(found, request.method, request.info);
    admit(request, found.served);
    return handler(request, found, deps);
  }
  const virtual = deps.virtualResources(group, version, resource);
  if (virtual === undefined) return respondUnknownPath(request, deps.discovery);
  const handler = virtualRouteOf(virtual.served, request.method, request.info);
  admit(request, virtual.served);
  return handler(request, virtual, deps);
}

/** What every request to a route of a resource meets before its handler. @throws {ApiError} 406 */
function admit(request: ApiRequest, served: Served): void {
  const { deprecation } = served;
  requireAcceptable(request, producedAt(request, served));
  if (deprecation !== undefined) request.context.warn(deprecation);
}

function producedAt({ info, method }: ApiRequest, served: Served): readonly string[] {
  const connect = connectOf(served, info);
  if (connect !== undefined) return connect.form === 'log' ? produced.log : produced.anything;
  return info.parts.length === 1 && method === 'GET' ? produced.collection : produced.object;
}

/** Lines end where a pattern's `*` does: no path of its own has one. */
const lineEnds = /[\n\r\u2028\u2029]/g;

/** What routes are looked up by: the path as it was sent, decoded. One that is none, as in `OPTIONS *`, has none either. */
function routedPath(request: Request, env: unknown): string {
  const { path } = (env as Bindings | undefined)?.line ?? RequestLine.ofRequest(request);
  return path.startsWith('/') ? path.replace(lineEnds, ' ') : '/*';
}

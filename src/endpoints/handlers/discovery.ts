import type { JsonObject } from '../../machinery/json-value.ts';
import { genericError, notAcceptable } from '../../machinery/status-errors.ts';
import type { AnswerHeaders, ApiRequest } from '../api-request.ts';
import type { AppDeps, EncodedDocument } from '../app-deps.ts';
import { parseAccept } from '../negotiation/accept.ts';
import { contentTypeOf, formatOf, negotiate, offered, wantsPretty } from '../negotiation/media-type.ts';
import { produced, requireAcceptable } from '../negotiation/route-accepts.ts';
import { withoutEndSlashes } from '../request-info.ts';
import { respondBody, respondJson, respondNotFound } from '../response/respond.ts';
import { respondUnknownPath } from './unknown-path.ts';

/** `/`, `/api`, `/apis`, `/apis/<group>` and the lists of resources of a group version; 404 for all else. */
export async function serveDiscovery(request: ApiRequest, deps: AppDeps): Promise<Response> {
  const { discovery } = deps;
  const { path } = request.info;
  const [, first = '', second = '', third = '', ...more] = withoutEndSlashes(path).split('/');
  if (path === '/' || path === '/index.html') {
    return respondJson(request, 200, { format: 'json', pretty: true }, { paths: [...discovery.paths()] });
  }
  if (first === 'openapi' && second === 'v3' && path.endsWith('/')) return respondNoDocument(request);
  if (first === 'openapi' && path.endsWith('/')) return respondNotFound(request);
  if (first === 'openapi' && second === 'v2' && third === '') return serveOpenApiV2(request, deps);
  if (first === 'openapi' && second === 'v3') return serveOpenApi(request, deps, third, more);
  if ((first !== 'api' && first !== 'apis') || more.length > 0 || (first === 'api' && third !== '')) {
    return respondUnknownPath(request, discovery);
  }
  if (second === '' && third === '') return serveRoot(request, deps, first);
  const document =
    first === 'api'
      ? discovery.resourceList('', second)
      : third === ''
        ? discovery.group(second)
        : discovery.resourceList(second, third);
  if (document === undefined) return respondUnknownPath(request, discovery);
  if (first === 'apis' && third === '') return respondDocument(request, document);
  requireRoute(request, produced.object);
  return respondDocument(request, document);
}

/** `/api` and `/apis`: the short list, or everything at once for clients that ask for it. */
async function serveRoot(request: ApiRequest, { discovery }: AppDeps, prefix: 'api' | 'apis'): Promise<Response> {
  if (prefix === 'api') requireRoute(request, produced.object);
  const form = preferredAggregate(request.header('accept') ?? '');
  if (form === undefined) {
    return respondDocument(request, prefix === 'api' ? discovery.apiVersions() : discovery.groupList());
  }
  const type = `${contentTypeOf[form]};g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`;
  return respondEncoded(request, type, discovery.aggregated(prefix, form), { 'Cache-Control': 'public' });
}

/** 304 for a client that has it already. */
async function respondEncoded(
  request: ApiRequest,
  contentType: string,
  { body, etag }: EncodedDocument,
  more: AnswerHeaders = {},
): Promise<Response> {
  const headers = { ETag: `"${etag}"`, Vary: 'Accept', ...more };
  if (request.header('if-none-match') === `"${etag}"`) {
    return new Response(null, { status: 304, headers: request.answerHeaders(headers) });
  }
  return respondBody(request, 200, contentType, body, headers);
}

const openApiV2Types = {
  protobuf: 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
  /** An older name of the same, which is not a media type: no `@` may be in one. */
  oldProtobuf: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
} as const;

/** `/openapi/v2`: as JSON, or as the protobuf message that kubectl asks for. */
async function serveOpenApiV2(request: ApiRequest, { discovery }: AppDeps): Promise<Response> {
  for (const { type, subtype } of parseAccept(request.header('accept') || '*/*')) {
    const accepted = `${type}/${subtype}`;
    if (accepted === openApiV2Types.protobuf || accepted === openApiV2Types.oldProtobuf)
      return respondEncoded(request, openApiV2Types.protobuf, discovery.openApiV2('protobuf'));
    if (accepted === contentTypeOf.json || accepted === 'application/*' || accepted === '*/*')
      return respondEncoded(request, contentTypeOf.json, discovery.openApiV2('json'));
  }
  throw notAcceptable([contentTypeOf.json, openApiV2Types.protobuf]);
}

/** How long a document may be kept by who named it by its hash: it never becomes another one. */
const immutableMs = 365 * 24 * 3_600_000;

/**
 * `/openapi/v3` and, below it, a document for each group version: `api/v1`, `apis/apps/v1`. The index leads to these with
 * their hash, which makes them cacheable for good; a hash of old is led to the new one.
 */
async function serveOpenApi(
  request: ApiRequest,
  { discovery, clock }: AppDeps,
  prefix: string,
  rest: readonly string[],
): Promise<Response> {
  const [group = '', version = ''] = prefix === 'api' ? ['', ...rest] : rest;
  const known = prefix === '' || (prefix === 'api' && rest.length === 1) || (prefix === 'apis' && rest.length === 2);
  const document = prefix === '' ? discovery.openApiIndex() : known ? discovery.openApi(group, version) : undefined;
  if (document === undefined) return respondNoDocument(request);
  const hash = prefix === '' ? '' : (request.query.get('hash') ?? '');
  if (hash === '') {
    // The original leaves it to net/http to guess what the index is.
    const type = prefix === '' ? 'text/plain; charset=utf-8' : contentTypeOf.json;
    return respondEncoded(request, type, document);
  }
  if (hash !== document.etag) {
    const location = `/${['openapi', 'v3', prefix, ...rest].join('/')}?hash=${document.etag}`;
    return new Response(null, { status: 301, headers: request.answerHeaders({ Location: location }) });
  }
  const expires = new Date(clock.wallTime() + immutableMs).toUTCString();
  return respondEncoded(request, contentTypeOf.json, document, {
    'Cache-Control': 'public, immutable',
    Expires: expires,
  });
}

const respondNoDocument = (request: ApiRequest): Response =>
  new Response(null, { status: 404, headers: request.answerHeaders({ 'Content-Length': '0' }) });

/**
 * The format in which a client likes the aggregated form better than the others it accepts that there are; v2beta1 is no
 * more. undefined: it does not.
 */
function preferredAggregate(accept: string): 'json' | 'protobuf' | undefined {
  for (const clause of parseAccept(accept)) {
    const { parameters } = clause;
    const format = formatOf(clause);
    if (format === undefined) continue;
    if (!['as', 'g', 'v'].some((key) => parameters.has(key))) return undefined;
    const asks = parameters.get('as') === 'APIGroupDiscoveryList' && parameters.get('g') === 'apidiscovery.k8s.io';
    if (asks && parameters.get('v') === 'v2') return format === 'yaml' ? undefined : format;
  }
  return undefined;
}

function respondDocument(request: ApiRequest, document: JsonObject): Promise<Response> {
  const output = negotiate(request.header('accept'), { transforms: false, protobuf: true });
  if (output === undefined) throw notAcceptable(offered);
  const pretty = output.pretty || wantsPretty(request.query, request.userAgent);
  return respondJson(request, 200, { ...output, pretty }, document);
}

/**
 * `/api` and the lists of resources are routes of a router, which takes a method and a form or does not; the other documents are
 * handlers, which look at neither.
 * @throws {ApiError} 405, 406
 */
function requireRoute(request: ApiRequest, types: readonly string[]): void {
  if (request.method !== 'GET') throw genericError(405);
  requireAcceptable(request, types);
}

import type { MiddlewareHandler } from 'hono';
import { RequestContext } from '../../machinery/request-context.ts';
import { badRequest } from '../../machinery/status-errors.ts';
import { ApiRequest } from '../api-request.ts';
import type { AppDeps, AppEnv } from '../app-deps.ts';
import { requestInfoOf } from '../request-info.ts';

/** What a client may choose as its Audit-Id: more would come back in every answer. */
const maxAuditIdLength = 256;

/** Makes an ApiRequest of what came: all later filters and handlers work on that. */
export const understand =
  (deps: AppDeps): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const { raw, method } = c.req;
    const { pathname, search } = targetOf(raw.url);
    const query = new URLSearchParams(search);
    const path = decodedPath(pathname);
    const given = raw.headers.get('audit-id') ?? '';
    const info = requestInfoOf(method, path ?? pathname, query);
    const auditId = given === '' || given.length > maxAuditIdLength ? deps.newAuditId() : given;
    const context = RequestContext.of(auditId, { verb: info.verb });
    const request = new ApiRequest({ raw, bindings: c.env ?? {}, info, query, context, shutdown: deps.shutdown });
    c.set('request', request);
    if (path === undefined) throw badRequest('the path of the request is not valid percent-encoded UTF-8');
    await next();
  };

/** Path and query of an absolute URL in its normal form, which is what a Request has: it need not be parsed once more. */
function targetOf(url: string): { readonly pathname: string; readonly search: string } {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  const hash = url.indexOf('#', start);
  const end = hash === -1 ? url.length : hash;
  const question = url.indexOf('?', start);
  return question === -1 || question > end
    ? { pathname: url.slice(start, end), search: '' }
    : { pathname: url.slice(start, question), search: url.slice(question + 1, end) };
}

/** `undefined` for what is no text, or could not be a part of a key. */
function decodedPath(pathname: string): string | undefined {
  if (!pathname.includes('%')) return pathname;
  try {
    const path = decodeURIComponent(pathname);
    return path.includes('\0') ? undefined : path;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

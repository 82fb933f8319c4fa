import type { MiddlewareHandler } from 'hono';
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
    const { pathname, searchParams } = new URL(raw.url);
    const path = decodedPath(pathname);
    const given = raw.headers.get('audit-id') ?? '';
    const request = new ApiRequest({
      raw,
      bindings: c.env ?? {},
      info: requestInfoOf(method, path ?? pathname, searchParams),
      query: searchParams,
      auditId: given === '' || given.length > maxAuditIdLength ? deps.newAuditId() : given,
      shutdown: deps.shutdown,
    });
    c.set('request', request);
    if (path === undefined) throw badRequest('the path of the request is not valid percent-encoded UTF-8');
    await next();
  };

/** `undefined` for what is no text, or could not be a part of a key. */
function decodedPath(pathname: string): string | undefined {
  try {
    const path = decodeURIComponent(pathname);
    return path.includes('\0') ? undefined : path;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

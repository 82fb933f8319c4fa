import type { MiddlewareHandler } from 'hono';
import { RequestContext } from '../../machinery/request-context.ts';
import { badRequest } from '../../machinery/status-errors.ts';
import { ApiRequest } from '../api-request.ts';
import type { AppDeps, AppEnv } from '../app-deps.ts';
import { requestInfoOf } from '../request-info.ts';
import { RequestLine } from '../request-line.ts';

/** What a client may choose as its Audit-Id: more would come back in every answer. */
const maxAuditIdLength = 256;

/** Makes an ApiRequest of what came: all later filters and handlers work on that. */
export const understand =
  (deps: AppDeps): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const { raw } = c.req;
    const bindings = c.env ?? {};
    const line = bindings.line ?? RequestLine.ofRequest(raw);
    const given = raw.headers.get('audit-id') ?? '';
    const info = requestInfoOf(line.method, line.path, line.query);
    const auditId = given === '' || given.length > maxAuditIdLength ? deps.newAuditId() : given;
    const context = RequestContext.of(auditId, { verb: info.verb, userAgent: raw.headers.get('user-agent') ?? '' });
    const request = new ApiRequest({ raw, line, bindings, info, context, shutdown: deps.shutdown });
    c.set('request', request);
    if (line.problem !== undefined) throw badRequest(line.problem);
    await next();
  };

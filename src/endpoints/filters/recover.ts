import type { Context } from 'hono';
import { ApiError } from '../../machinery/api-error.ts';
import { internalError } from '../../machinery/status-errors.ts';
import { AccessError } from '../access-attributes.ts';
import type { AppDeps, AppEnv } from '../app-deps.ts';
import type { EndpointMetrics } from '../metrics.ts';
import { headSent } from '../response/head-sent.ts';
import { respondStatus } from '../response/respond.ts';

/**
 * What becomes of anything thrown. ApiError is an answer. All else is a bug: logged with its stack, and the client learns
 * no more than that. An answer already under way can only be cut.
 */
export const recover =
  ({ logger, alreadySent }: AppDeps, metrics: EndpointMetrics) =>
  (error: Error, c: Context<AppEnv>): Promise<Response> | Response => {
    const request = c.get('request');
    if (!(error instanceof ApiError)) {
      metrics.panics.add(1);
      logger.error('request failed', {
        method: request?.method,
        path: request?.line.path,
        auditId: request?.context.auditId,
        error: error.stack ?? String(error),
      });
    }
    if (request === undefined) return new Response('400 Bad Request', { status: 400 });
    if (headSent(request)) {
      request.bindings.outgoing?.destroy();
      return alreadySent;
    }
    const answer =
      error instanceof ApiError
        ? error
        : internalError(`this request caused the server to fail; its log says why (${request.context.auditId})`);
    // What is in it came from whoever asked: nobody is to guess that it is something else.
    return respondStatus(
      request,
      answer.status,
      answer instanceof AccessError ? { 'X-Content-Type-Options': 'nosniff' } : {},
    );
  };

import type { MiddlewareHandler } from 'hono';
import { badRequest, timeout } from '../../machinery/status-errors.ts';
import type { AppDeps, AppEnv } from '../app-deps.ts';
import { headSent } from '../response/head-sent.ts';
import { respondStatus } from '../response/respond.ts';
import { goDurationMs } from './go-duration.ts';
import { isLongRunning } from './long-running.ts';

/**
 * Gives every request but those that last its time: the server's, or less by `?timeout=`. After it the client gets 504 and the
 * request is cancelled; an answer already under way is cut.
 */
export const deadline =
  ({ clock, limits, alreadySent }: AppDeps): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const request = c.get('request');
    const { outgoing } = request.bindings;
    const gone = () => request.context.abort();
    outgoing?.on('close', gone);
    if (isLongRunning(request.info)) {
      await next();
      // It is under way, perhaps for hours: what was asked is not kept for that long.
      outgoing?.off('close', gone);
      return;
    }

    const asked = goDurationMs(request.query.get('timeout') ?? '');
    if (asked === undefined) {
      throw badRequest(
        `invalid timeout specified in the request URL - time: invalid duration ${JSON.stringify(request.query.get('timeout'))}`,
      );
    }
    const ms = asked > 0 ? Math.min(asked, limits.requestTimeoutMs) : limits.requestTimeoutMs;
    request.context = request.context.with({ deadline: clock.now() + ms });
    let cancelTimer = () => {};
    const expired = new Promise<'expired'>((resolve) => {
      cancelTimer = clock.after(ms, () => resolve('expired'));
    });
    try {
      if ((await Promise.race([next(), expired])) !== 'expired') return;
    } finally {
      cancelTimer();
    }
    const late = timeout('request did not complete within the allotted timeout', 0);
    const answered = headSent(request);
    request.context.abort();
    c.res = answered ? alreadySent : await respondStatus(request, late.status);
  };

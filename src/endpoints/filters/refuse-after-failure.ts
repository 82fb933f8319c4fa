import type { MiddlewareHandler } from 'hono';
import { serviceUnavailable } from '../../machinery/status-errors.ts';
import type { AppDeps, AppEnv } from '../app-deps.ts';

/**
 * 503 for everything about a resource once the server cannot go on: what is in memory is not known to be right any more,
 * and a write would be seen by nobody. Health, metrics, discovery and the version still answer.
 */
export const refuseAfterFailure =
  ({ failure }: AppDeps): MiddlewareHandler<AppEnv> =>
  (c, next) => {
    if (failure.aborted && c.get('request').info.isResource) {
      throw serviceUnavailable('the server has failed and cannot go on; its log says why');
    }
    return next();
  };

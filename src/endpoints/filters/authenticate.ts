import type { MiddlewareHandler } from 'hono';
import type { Logger } from '../../base/logger.ts';
import type { RequestAuthenticator } from '../../machinery/request-authenticator.ts';
import { unauthorized } from '../../machinery/status-errors.ts';
import type { AppEnv } from '../app-deps.ts';
import { RequestCredentials } from '../credentials.ts';

/** Finds out who asks. @throws {ApiError} 401, which does not say why: the log does */
export const authenticate =
  (authenticator: RequestAuthenticator, logger: Logger): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const request = c.get('request');
    const answer = await authenticator.authenticate(new RequestCredentials(request));
    if (answer.user === undefined) {
      logger.debug('a request could not be authenticated', { auditId: request.context.auditId, why: answer.why });
      throw unauthorized('Unauthorized');
    }
    request.context = request.context.with({ user: answer.user });
    await next();
  };

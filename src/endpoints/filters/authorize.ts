import type { MiddlewareHandler } from 'hono';
import type { Authorizer } from '../../machinery/authorizer.ts';
import { accessRefused, attributesOf } from '../access-attributes.ts';
import type { AppEnv } from '../app-deps.ts';

/** Lets through what may be done. @throws {ApiError} 403 */
export const authorize =
  (authorizer: Authorizer): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const attributes = attributesOf(c.get('request'));
    const { decision, reason } = await authorizer.authorize(attributes);
    if (decision !== 'allow') throw accessRefused(attributes, reason);
    await next();
  };

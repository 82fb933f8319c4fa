import type { MiddlewareHandler } from 'hono';
import type { AppDeps, AppEnv } from '../app-deps.ts';
import type { EndpointMetrics } from '../metrics.ts';
import { acceptedHosts } from './accepted-hosts.ts';
import { authenticate } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { deadline } from './deadline.ts';
import { impersonate } from './impersonate.ts';
import { maxInFlight } from './max-in-flight.ts';
import { refuseAfterFailure } from './refuse-after-failure.ts';
import { understand } from './understand.ts';

/**
 * What every request passes, in this order. Refusals are thrown and become a Status in `recover`, outside of them all.
 * None touches a response after `next()`: it may be a watch's by then.
 */
export const filterChain = (deps: AppDeps, metrics: EndpointMetrics): readonly MiddlewareHandler<AppEnv>[] => [
  understand(deps), //              method and path → RequestInfo, Audit-Id
  acceptedHosts(deps), //           403 for what a page in a browser sent
  deadline(deps), //                504 after the request's time
  refuseAfterFailure(deps), //      503 when the server cannot go on
  ...accessFilters(deps), //        401, 403; from here on it is known who asks, and that he may
  maxInFlight(deps, metrics), //    429 when too much is in progress
];

function accessFilters({ access, logger }: AppDeps): readonly MiddlewareHandler<AppEnv>[] {
  if (access === undefined) return [];
  const { authenticator, impersonator, authorizer } = access;
  const asWhom = impersonate(impersonator);
  return authenticator === undefined ? [asWhom] : [authenticate(authenticator, logger), asWhom, authorize(authorizer)];
}

import type { MiddlewareHandler } from 'hono';
import type { AppDeps, AppEnv } from '../app-deps.ts';
import type { EndpointMetrics } from '../metrics.ts';
import { acceptedHosts } from './accepted-hosts.ts';
import { deadline } from './deadline.ts';
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
  ...(deps.filters ?? []), //       authentication, authorization
  maxInFlight(deps, metrics), //    429 when too much is in progress
];

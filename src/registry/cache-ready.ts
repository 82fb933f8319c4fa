import { tooManyRequests } from '../machinery/status-errors.ts';
import type { StoreContext } from './store-context.ts';

/** Seconds after which to come back to a cache that has not been ready for so long: 1 at first, never more than 30. */
export const retryAfterDowntime = (downtimeMs: number): number =>
  Math.trunc(Math.min(30, Math.max(1, Math.exp(0.06 * (downtimeMs / 1000)))));

/**
 * For what only the cache can answer.
 * @throws {ApiError} 429 while the cache has no objects yet, or no more
 */
export function requireCache({ cache, clock, since }: StoreContext): void {
  if (cache.readiness === 'ready') return;
  const why = cache.readiness === 'stopped' ? 'apiserver cacher is stopped' : 'storage is (re)initializing';
  throw tooManyRequests(why, retryAfterDowntime(clock.now() - since));
}

/**
 * How often a watch that asked for bookmarks gets one. History holds at least 75 s of events, so that what a bookmark
 * names can still be resumed from when the client comes back a while after it.
 */
export const defaultBookmarkIntervalMs = 60_000;

/** Spreads watches that were opened together: each bookmark comes up to this part of the interval early. */
const jitter = 0.2;

/** The last bookmark comes this long before the deadline, so that the next watch resumes from close to now. */
const beforeDeadlineMs = 2_000;

/** A watcher that is behind when its bookmark is due is asked again after this. */
export const bookmarkRetryMs = 1_000;

/** When a watch opened at `now` gets its last bookmark: 2 s before its deadline, or half-way when it is that short. */
export const lastBookmarkAt = (now: number, timeoutMs: number): number =>
  now + timeoutMs - Math.min(beforeDeadlineMs, timeoutMs / 2);

/** When the next bookmark is due, if there is another; `random` in [0, 1). All in milliseconds of one clock. */
export function nextBookmarkAt(now: number, lastAt: number, intervalMs: number, random: number): number | undefined {
  return now >= lastAt ? undefined : Math.min(now + intervalMs * (1 - jitter * random), lastAt);
}

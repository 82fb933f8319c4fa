import { humanDuration } from './human-duration.ts';

/** A text with an age in it, which is another one as time goes by: `3 (5m ago)`. */
export interface AgingText {
  readonly before: string;
  /** In milliseconds since the epoch: what the age is counted from. */
  readonly since: number;
  readonly after: string;
}

/** How long ago an RFC 3339 timestamp was, with text around it. Without one it is `<unknown>`, and stays so. */
export function ageSince(timestamp: string, before = '', after = ''): AgingText | string {
  const since = Date.parse(timestamp);
  return Number.isNaN(since) ? `${before}<unknown>${after}` : { before, since, after };
}

/** What it says when it is `now`, in milliseconds since the epoch. */
export const textThen = ({ before, since, after }: AgingText, now: number): string =>
  `${before}${humanDuration(now - since)}${after}`;

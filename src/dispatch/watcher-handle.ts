import type { Status } from '../machinery/api-error.ts';
import type { WatchEnd } from './watch-end.ts';

/** One open watch, as its transport sees it. */
export interface WatcherHandle {
  /** The sink can take more. */
  drained(): void;
  /** Idempotent; the first reason stays. Ends the sink, unless the reason is `client`. */
  close(reason: WatchEnd): void;
  /** Sends an ERROR event as the last one, then closes as `error`. */
  fail(status: Status): void;
}

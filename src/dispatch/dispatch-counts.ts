/** What a dispatcher holds now. All zero once every watch is closed and the turn is over. */
export interface DispatchCounts {
  readonly watchers: number;
  /** Not live: reading state or history, or waiting for their client to take more. */
  readonly lagging: number;
  /** Waiting for a revision that the cache has not reached. */
  readonly future: number;
  readonly cohorts: number;
  readonly views: number;
  readonly timers: number;
  readonly queued: number;
  readonly pieces: number;
}

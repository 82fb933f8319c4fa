/** Bounds of delivery, per dispatcher. Each counts frames as encoded by the view, without transport framing. */
export interface DispatchLimits {
  /** A cohort's batch is sent before the end of the turn once it holds this many bytes, or `flushFrames` frames. */
  readonly flushBytes: number;
  readonly flushFrames: number;
  /** In a burst a batch waits for more, see Burst: so many milliseconds at most, and not once it holds so many bytes. */
  readonly gatherMs: number;
  readonly gatherBytes: number;
  /** One write to a watcher that reads on from history or is sent the state: this many bytes and the frame that passes it. */
  readonly pieceBytes: number;
  /** History is read in pieces that end at multiples of this index, so that a reconnecting herd falls into step and shares them. */
  readonly pieceEvents: number;
  /** How many bytes all of them together are given in one turn of the event loop; looking at an event counts too. */
  readonly turnBytes: number;
  /** Of the initial state of herds, kept encoded while any watcher lags. */
  readonly stateBytes: number;
}

export const defaultDispatchLimits: DispatchLimits = {
  flushBytes: 256 * 1024,
  flushFrames: 1024,
  gatherMs: 25,
  gatherBytes: 16 * 1024,
  pieceBytes: 128 * 1024,
  pieceEvents: 128,
  turnBytes: 1024 * 1024,
  stateBytes: 32 * 1024 * 1024,
};

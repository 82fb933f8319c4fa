/**
 * Frames for one cohort, made once and shared by every watcher they are owed to. Each frame is one whole watch event
 * with its newline. The encodings below are made on first use, once, however many sinks ask.
 */
export interface FrameBatch {
  readonly frames: readonly Buffer[];
  /** All frames, one after the other. */
  readonly body: Buffer;
  /** `body` as one HTTP/1.1 chunk: size line, bytes, CRLF. */
  readonly chunk: Buffer;
}

/**
 * Where one watcher's bytes go: a socket, an HTTP/2 stream, a WebSocket, a test.
 *
 * The watcher calls; the sink's owner calls the watcher back: `watcher.drained()` when it can take more after a `false`,
 * `watcher.close('client')` when the peer is gone. No method should throw: one that does costs its own watcher, and nobody
 * else. After `end` or the peer's going all do nothing.
 */
export interface FrameSink {
  /** Takes the batch in any case. False: take no more until drained. */
  write(batch: FrameBatch): boolean;
  /** Ends the stream cleanly, after everything written. Called once. */
  end(): void;
}

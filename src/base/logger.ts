export type LogFields = Readonly<Record<string, unknown>>;

/**
 * One logger is made in `server/` and passed down. Fields, not sentences; the level says what the reader should do:
 * `error` somebody must act · `warn` degraded, recovers by itself · `info` life cycle · `debug` for developers.
 * Nothing is logged per event or per request.
 */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same logger with `fields` on every line. */
  with(fields: LogFields): Logger;
}

export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  with: () => silentLogger,
};

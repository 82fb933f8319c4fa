import type { DestinationStream, Logger as Pino } from 'pino';
import { type LogFields, type Logger, silentLogger } from '../base/logger.ts';
import type { LogLevel } from '../config/option-type.ts';

type Level = Exclude<LogLevel, 'silent'>;

const order: readonly Level[] = ['debug', 'info', 'warn', 'error'];

/** pino, loaded when there is something to say: it is a tenth of the time that start-up may take. */
class LazyPino {
  readonly #open: () => Promise<Pino>;
  /** Lines from before pino was loaded; a few dozen at most, the loading being the first thing they set off. */
  #waiting: ((pino: Pino) => void)[] | undefined;
  #pino: Pino | undefined;

  constructor(open: () => Promise<Pino>) {
    this.#open = open;
  }

  do(write: (pino: Pino) => void): void {
    if (this.#pino !== undefined) write(this.#pino);
    else if (this.#waiting !== undefined) this.#waiting.push(write);
    else {
      this.#waiting = [write];
      void this.#load();
    }
  }

  async #load(): Promise<void> {
    const pino = await this.#open();
    this.#pino = pino;
    for (const write of this.#waiting ?? []) write(pino);
    this.#waiting = undefined;
  }
}

/** How an Error in a field is written: with its causes, not as `{}`; and where it came from, if somebody must look. */
const readable = (fields: LogFields, withStack: boolean): LogFields =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? describe(value, withStack) : value]),
  );

function describe(error: Error, withStack: boolean): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    ...(withStack ? { stack } : {}),
    ...(cause instanceof Error ? { cause: describe(cause, withStack) } : {}),
  };
}

function loggerOver(pino: LazyPino, level: Level, bound: LogFields): Logger {
  const writer =
    (lineLevel: Level) =>
    (message: string, fields: LogFields = {}): void => {
      if (order.indexOf(lineLevel) < order.indexOf(level)) return;
      pino.do((open) => open[lineLevel](readable({ ...bound, ...fields }, lineLevel === 'error'), message));
    };
  return {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    with: (fields) => loggerOver(pino, level, { ...bound, ...fields }),
  };
}

/**
 * A logger that writes one line of JSON to `destination` (absent: stderr, synchronously, so that a crash loses nothing)
 * for everything at or above `level`.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  if (level === 'silent') return silentLogger;
  const open = async () => {
    const { default: pino } = await import('pino');
    const options = {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
    };
    return pino(options, destination ?? pino.destination({ dest: 2, sync: true }));
  };
  return loggerOver(new LazyPino(open), level, {});
}

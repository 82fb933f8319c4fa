import type { Logger } from '../base/logger.ts';
import type { Status } from '../machinery/api-error.ts';
import { internalError } from '../machinery/status-errors.ts';

/** Defects of this server that end watches and nothing else. They are logged, and the ends counted. */
export class Faults {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** A sink threw. */
  broke(error: unknown): void {
    this.#logger.error('a watch was ended: its connection could not be written to', { error });
  }

  /** A view threw: an event or a bookmark cannot be made. Gives what the ERROR event says to whoever is owed it. */
  unmade(error: unknown): Status {
    this.#logger.error('watches were ended: an event that they are owed could not be made', { error });
    const why = error instanceof Error ? error.message : String(error);
    return internalError(`unable to encode watch event: ${why}`).status;
  }
}

import { conditionOf, isConditionTrue } from '../api/apiextensions/definition-conditions.ts';
import type { CustomResourceDefinition } from '../api/types/apiextensions-v1.generated.ts';
import type { Clock } from '../base/clock.ts';
import { ApiError } from '../machinery/api-error.ts';
import { parseJson } from '../machinery/json/parse.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { RequestContext } from '../machinery/request-context.ts';
import type { RestStorage } from '../registry/rest-storage.ts';

/** Whose the definitions are that a program gives its server. */
const program = RequestContext.internal('system:apiserver', { fieldManager: 'crowsnest' });

/** A definition that is not served by then never will be: it takes milliseconds. */
const patienceMs = 60_000;
/** What its conditions say may be from before: it is looked at anew, which takes milliseconds, too. */
const refusalStandsMs = 3_000;

export interface DefinedKindsParts {
  readonly definitions: Pick<RestStorage, 'apply'>;
  /** As the cache has it. */
  readonly one: (name: string) => CustomResourceDefinition | undefined;
  /** Whether requests are answered by this very state of it. */
  readonly serves: (definition: CustomResourceDefinition) => boolean;
  readonly clock: Pick<Clock, 'after'>;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}

/**
 * The kinds that the program brings along in which the server runs. They are definitions like all others: written by
 * server-side apply, so that one that is there already changes only if what it says does, and what others have added to it
 * stays.
 */
export class DefinedKinds {
  readonly #parts: DefinedKindsParts;
  readonly #waiting = new Set<() => void>();

  constructor(parts: DefinedKindsParts) {
    this.#parts = parts;
  }

  /** A definition has changed, or is served now. Does not throw. */
  changed(): void {
    for (const look of this.#waiting) look();
  }

  /**
   * Resolves when all are established and served as they are given.
   * @throws {Error} telling which one is refused, or why it is not served
   */
  async establish(definitions: readonly object[]): Promise<void> {
    await Promise.all(definitions.map((definition) => this.#establish(asJson(definition))));
  }

  async #establish(definition: JsonObject & CustomResourceDefinition): Promise<void> {
    const name = definition.metadata?.name ?? '';
    for (;;) {
      // One that is going takes its objects with it: the new one begins without any.
      await this.#until(name, (present) => !isGoing(present));
      await this.#apply(name, definition);
      let gone = false;
      await this.#until(name, (present) => {
        gone = present === undefined || isGoing(present);
        return gone || (isConditionTrue(present ?? {}, 'Established') && this.#parts.serves(present ?? {}));
      });
      if (!gone) return;
    }
  }

  async #apply(name: string, config: JsonObject): Promise<void> {
    const { definitions } = this.#parts;
    try {
      const applied = { config, force: true, fieldValidation: 'Strict', problems: [] } as const;
      await definitions.apply({ namespace: '', name }, '', applied, program);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw new Error(`the kind cannot be defined: ${error.message}`, { cause: error });
    }
  }

  /** @throws {Error} when it does not come to it */
  #until(name: string, holds: (present: CustomResourceDefinition | undefined) => boolean): Promise<void> {
    const { clock, signal, one } = this.#parts;
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        this.#waiting.delete(look);
        for (const cancel of timers) cancel();
        signal.removeEventListener('abort', stopped);
        settle();
      };
      const look = () => {
        if (holds(one(name))) end(resolve);
      };
      const giveUp = () => end(() => reject(new Error(`${name} is not served: ${reasonOf(one(name))}`)));
      const stopped = () => end(() => reject(new Error('the server was stopped before its kinds were defined')));
      const timers = [
        clock.after(
          refusalStandsMs,
          () => conditionOf(one(name) ?? {}, 'NamesAccepted')?.status === 'False' && giveUp(),
        ),
        clock.after(patienceMs, giveUp),
      ];
      this.#waiting.add(look);
      signal.addEventListener('abort', stopped);
      if (signal.aborted) stopped();
      else look();
    });
  }
}

const isGoing = (definition: CustomResourceDefinition | undefined): boolean =>
  (definition?.metadata?.deletionTimestamp ?? '') !== '';

function reasonOf(definition: CustomResourceDefinition | undefined): string {
  if (definition === undefined) return 'it is not there';
  if (isGoing(definition)) return 'the one of that name is being deleted, and its objects are not gone yet';
  const { message = 'it is not established' } = conditionOf(definition, 'NamesAccepted') ?? {};
  return message;
}

/** As if it had come by HTTP: a copy, with numbers as the server has them. */
const asJson = (definition: object): JsonObject & CustomResourceDefinition =>
  parseJson(Buffer.from(JSON.stringify(definition))).value as JsonObject;

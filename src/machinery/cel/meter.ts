import { CelError } from './value.ts';

/** The evaluation was ended. Nothing in the expression can catch it. */
export class EvaluationStopped extends Error {
  override readonly name = 'EvaluationStopped';
}

/**
 * Of what costs little or nothing in Kubernetes and takes time: elements compared, characters put together. Twice the
 * characters that an evaluation may touch at Kubernetes' limit of a million; a second at most.
 */
const maxWork = 20_000_000;
/** Longer texts and lists are not made. */
const maxSize = 20_000_000;
const iterationsPerCheck = 100;

/** Counts what an evaluation costs, and ends it when that is too much. */
export class Meter {
  /** In Kubernetes' units. */
  cost = 0;
  readonly #limit: number;
  readonly #isInterrupted: (() => boolean) | undefined;
  #work = 0;
  #iterations = 0;

  constructor(limit: number, isInterrupted?: () => boolean) {
    this.#limit = limit;
    this.#isInterrupted = isInterrupted;
  }

  /** @throws {EvaluationStopped} */
  charge(cost: number): void {
    this.cost += cost;
    if (this.cost > this.#limit) throw tooExpensive();
  }

  /** Bounds what Kubernetes does not count. @throws {EvaluationStopped} */
  work(units: number): void {
    this.#work += units;
    if (this.#work > maxWork) throw tooExpensive();
  }

  /** Before a text, a list or a map of that size is made. @throws {EvaluationStopped} */
  allocate(size: number): void {
    if (size > maxSize) throw tooExpensive();
    this.work(size);
  }

  /** Once for each iteration of a comprehension. */
  interrupted(): CelError | undefined {
    if (this.#isInterrupted === undefined || ++this.#iterations % iterationsPerCheck !== 0) return undefined;
    return this.#isInterrupted() ? new CelError('operation interrupted') : undefined;
  }
}

const tooExpensive = (): EvaluationStopped => new EvaluationStopped('operation cancelled: actual cost limit exceeded');

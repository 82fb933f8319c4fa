import { check } from '../../machinery/cel/checker.ts';
import { CelCompileError } from '../../machinery/cel/compile-error.ts';
import type { Environment } from '../../machinery/cel/environment.ts';
import { EvaluationStopped } from '../../machinery/cel/meter.ts';
import { parse } from '../../machinery/cel/parser.ts';
import { type Program, ProgramError, program } from '../../machinery/cel/program.ts';
import type { Type } from '../../machinery/cel/type.ts';
import { CelError, type Value } from '../../machinery/cel/value.ts';

/** What one expression may cost; Kubernetes' own. */
const perCallLimit = 1_000_000;

/** What is left of what several expressions may cost together. */
export class CostBudget {
  #left: number;

  constructor(limit: number) {
    this.#left = limit;
  }

  get left(): number {
    return Math.max(0, this.#left);
  }

  spend(cost: number): void {
    this.#left -= cost;
  }
}

/** `why`: what evaluating said, without which expression it was. */
export type Outcome = { readonly value: Value } | { readonly error: string; readonly why: string };

const outOfBudget = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** An expression that is read when it is first asked for, and once. What is wrong with it is what it always results in. */
export class CompiledExpression {
  readonly text: string;
  readonly #environment: Environment;
  #program: Program | { readonly error: string } | undefined;

  constructor(text: string, environment: Environment) {
    this.text = text;
    this.#environment = environment;
  }

  /** undefined: it cannot be read. */
  get type(): Type | undefined {
    this.#program ??= this.#compile();
    return 'error' in this.#program ? undefined : this.#program.type;
  }

  evaluate(variables: ReadonlyMap<string, Value>, budget: CostBudget): Outcome {
    this.#program ??= this.#compile();
    if ('error' in this.#program) return { ...this.#program, why: this.#program.error };
    if (budget.left === 0) return { error: outOfBudget, why: outOfBudget };
    const costLimit = Math.min(perCallLimit, budget.left);
    try {
      const { value, cost } = this.#program.evaluate(variables, { costLimit });
      budget.spend(cost);
      return value instanceof CelError ? this.#failed(value.message) : { value };
    } catch (error) {
      if (!(error instanceof EvaluationStopped)) throw error;
      budget.spend(costLimit);
      return costLimit < perCallLimit ? { error: outOfBudget, why: outOfBudget } : this.#failed(error.message);
    }
  }

  #failed(why: string): Outcome {
    return { error: `expression '${this.text}' resulted in error: ${why}`, why };
  }

  #compile(): Program | { readonly error: string } {
    try {
      return program(check(parse(this.text), this.#environment));
    } catch (error) {
      if (error instanceof CelCompileError || error instanceof ProgramError) {
        return { error: `compilation error: compilation failed: ${error.message}` };
      }
      throw error;
    }
  }
}

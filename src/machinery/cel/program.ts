/*
 * How expressions are used:
 *
 *     const self = objectType('self', new Map([['replicas', { name: 'replicas', type: intType }]]));
 *     const environment = kubernetesEnvironment.with(new Map([['self', self]]));
 *     const checked = check(parse('self.replicas < 5'), environment);   // CelCompileError: its message is for users
 *     checked.type;                                                     // must be boolType for a rule
 *     estimateCost(checked, declaredSizes(self)).max;                   // compared with a limit, once, when it is created
 *     const rule = program(checked);                                    // ProgramError; kept as long as the definition
 *     const { value, cost } = rule.evaluate(new Map([['self', fromJson(object, self)]]), { costLimit: 1_000_000 });
 *     value instanceof CelError ? value.message : value === true;       // EvaluationStopped when it cost too much
 *
 * Types are made with type.ts: the names of an object's fields are those that expressions use, and each says what the field is
 * called in JSON. A variable whose type is not known is of dynType, and so are values of undeclared objects.
 */
import type { Frame } from './attribute.ts';
import type { CheckedAst } from './checked-ast.ts';
import { Meter } from './meter.ts';
import { Planner } from './planner.ts';
import type { Type } from './type.ts';
import type { Value } from './value.ts';

/** An expression cannot be evaluated whatever its variables are: `int('a')`. The message is cel-go's. */
export { ProgramError } from './planner.ts';

export interface EvaluationOptions {
  /** In Kubernetes' units: 1,000,000 for one expression is what Kubernetes allows. No more than memory allows without. */
  readonly costLimit?: number;
  /** Asked once in a hundred iterations; true ends the evaluation with an error. */
  readonly isInterrupted?: () => boolean;
}

/** What an expression evaluated to, or why it did not, and what that cost. */
export interface Evaluation {
  readonly value: Value;
  readonly cost: number;
}

/** An expression that can be evaluated any number of times. */
export interface Program {
  readonly type: Type;
  /**
   * An error is the value {@link CelError}, with cel-go's words.
   * @throws {EvaluationStopped} when it costs more than the limit.
   */
  evaluate(variables: ReadonlyMap<string, Value>, options?: EvaluationOptions): Evaluation;
}

/**
 * Makes of an expression what evaluates it.
 * @throws {ProgramError}
 */
export function program(checked: CheckedAst): Program {
  const planner = new Planner(checked);
  const step = planner.plan();
  return {
    type: checked.type,
    evaluate(variables, { costLimit = Number.POSITIVE_INFINITY, isInterrupted } = {}) {
      const meter = new Meter(costLimit, isInterrupted);
      const frame: Frame = { meter, variables, slots: [] };
      const value = step(frame);
      return { value, cost: meter.cost };
    },
  };
}

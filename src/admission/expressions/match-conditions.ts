import type { Environment } from '../../machinery/cel/environment.ts';
import type { Value } from '../../machinery/cel/value.ts';
import { joinedProblems } from '../../machinery/policy/policy-rule.ts';
import { CompiledExpression, CostBudget } from './compiled-expression.ts';

/** What all conditions of one webhook or policy may cost for one request; Kubernetes' own. */
const budgetOfConditions = 2_500_000;

/** `match` and `skip`, or why neither can be told. */
export type Match = 'match' | 'skip' | { readonly error: string };

/** The conditions under which a webhook is called or a policy followed, beside its rules. */
export class MatchConditions {
  readonly #expressions: readonly CompiledExpression[];

  constructor(conditions: readonly string[], environment: Environment) {
    this.#expressions = conditions.map((text) => new CompiledExpression(text, environment));
  }

  /** One that does not hold decides; else one that cannot be evaluated. */
  match(variables: ReadonlyMap<string, Value>): Match {
    const budget = new CostBudget(budgetOfConditions);
    const errors: string[] = [];
    for (const expression of this.#expressions) {
      const outcome = expression.evaluate(variables, budget);
      if ('error' in outcome) errors.push(outcome.error);
      else if (outcome.value === false) return 'skip';
    }
    return errors.length === 0 ? 'match' : { error: joinedProblems(errors) };
  }
}

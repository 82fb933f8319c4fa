import { fromJson } from '../../machinery/cel/json-view.ts';
import { kubernetesEnvironment } from '../../machinery/cel/kubernetes-environment.ts';
import { dynType, type Type } from '../../machinery/cel/type.ts';
import type { Value } from '../../machinery/cel/value.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { admissionRequestType } from '../expressions/admission-request.ts';
import { CompiledExpression, CostBudget } from '../expressions/compiled-expression.ts';

/** What all conditions of one webhook may cost for one request; Kubernetes' own. */
const budgetOfConditions = 2_500_000;

const environment = kubernetesEnvironment.with(
  new Map<string, Type>([
    ['object', dynType],
    ['oldObject', dynType],
    ['request', admissionRequestType],
  ]),
);

/** What conditions look at: the object and the one before it, and the request of the review without them. */
export interface ConditionSubject {
  readonly object: JsonObject | undefined;
  readonly oldObject: JsonObject | undefined;
  readonly request: JsonObject;
}

/** `match` and `skip`, or why neither can be told. */
export type Match = 'match' | 'skip' | { readonly error: string };

/** The conditions under which a webhook is called, beside its rules. */
export class MatchConditions {
  readonly #expressions: readonly CompiledExpression[];

  constructor(conditions: readonly string[]) {
    this.#expressions = conditions.map((text) => new CompiledExpression(text, environment));
  }

  /** One that does not hold decides; else one that cannot be evaluated. */
  match({ object, oldObject, request }: ConditionSubject): Match {
    const budget = new CostBudget(budgetOfConditions);
    const variables = new Map<string, Value>([
      ['object', fromJson(object ?? null, dynType)],
      ['oldObject', fromJson(oldObject ?? null, dynType)],
      ['request', fromJson(request, admissionRequestType)],
    ]);
    const errors: string[] = [];
    for (const expression of this.#expressions) {
      const outcome = expression.evaluate(variables, budget);
      if ('error' in outcome) errors.push(outcome.error);
      else if (outcome.value === false) return 'skip';
    }
    if (errors.length === 0) return 'match';
    return { error: errors.length === 1 ? (errors[0] ?? '') : `[${[...new Set(errors)].join(', ')}]` };
  }
}

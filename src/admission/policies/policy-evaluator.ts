import type { Environment } from '../../machinery/cel/environment.ts';
import { fromJson } from '../../machinery/cel/json-view.ts';
import { kubernetesEnvironment } from '../../machinery/cel/kubernetes-environment.ts';
import { dynType, type Field, objectType, type Type } from '../../machinery/cel/type.ts';
import { CelError, CelMap, type Value } from '../../machinery/cel/value.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { admissionRequestType } from '../expressions/admission-request.ts';
import { CompiledExpression, CostBudget } from '../expressions/compiled-expression.ts';
import { MatchConditions } from '../expressions/match-conditions.ts';
import { namespaceType } from '../expressions/namespace-object.ts';
import type { NamedExpression, ValidatingPolicy, Validation } from './validating-policy.ts';

/** Kubernetes' own: what all expressions of a policy may cost for one set of parameters. */
const budgetOfPolicy = 10_000_000;
/** A longer message is as none. */
const maxMessageBytes = 5 * 1024;

/** What expressions look at. */
export interface PolicySubject {
  readonly object: JsonObject | undefined;
  readonly oldObject: JsonObject | undefined;
  /** Of the review, without the objects. */
  readonly request: JsonObject;
  readonly params: JsonObject | undefined;
  readonly namespace: JsonObject | undefined;
}

/** Why something may not be written. */
export interface Denial {
  readonly message: string;
  readonly reason: string;
}

interface CompiledValidation {
  readonly validation: Validation;
  readonly expression: CompiledExpression;
  readonly message: CompiledExpression | undefined;
}

/** The expressions of one revision of a policy, read once. */
export class PolicyEvaluator {
  readonly #policy: ValidatingPolicy;
  readonly #conditions: MatchConditions;
  readonly #variables: ReadonlyMap<string, CompiledExpression>;
  readonly #validations: readonly CompiledValidation[];
  readonly #annotations: readonly CompiledExpression[];

  constructor(policy: ValidatingPolicy) {
    const ofConditions = withVariables(policy.paramKind !== undefined);
    const { environment, compiled } = withComposition(ofConditions, policy.variables);
    const expression = (text: string) => new CompiledExpression(text, environment);
    this.#policy = policy;
    this.#conditions = new MatchConditions(policy.conditions, ofConditions);
    this.#variables = compiled;
    this.#validations = policy.validations.map((validation) => ({
      validation,
      expression: expression(validation.expression),
      message: validation.messageExpression === '' ? undefined : expression(validation.messageExpression),
    }));
    this.#annotations = policy.auditAnnotations.map(expression);
  }

  /** What the policy finds wrong, in its order; nothing when its conditions do not hold. */
  evaluate(subject: PolicySubject): readonly Denial[] {
    const known = variablesOf(subject, this.#policy.paramKind !== undefined);
    const match = this.#conditions.match(known);
    if (match !== 'match') return match === 'skip' ? [] : this.#failed(match.error);
    const budget = new CostBudget(budgetOfPolicy);
    const variables = new Map(known).set('variables', new LazyVariables(this.#variables, known, budget));
    const outcomes = this.#validations.map(({ expression }) => expression.evaluate(variables, budget));
    return [
      ...this.#validations.flatMap(({ validation, message }, index) => {
        const outcome = outcomes[index];
        if (outcome === undefined) return [];
        if ('error' in outcome) return this.#failed(outcome.error);
        if (outcome.value === true) return [];
        return [{ message: messageOf(validation, message, variables, budget), reason: validation.reason || 'Invalid' }];
      }),
      ...this.#evaluateAnnotations(variables),
    ];
  }

  /** Nobody hears of their values; that one cannot be had counts. */
  #evaluateAnnotations(variables: ReadonlyMap<string, Value>): readonly Denial[] {
    const budget = new CostBudget(budgetOfPolicy);
    return this.#annotations.flatMap((annotation) => {
      const outcome = annotation.evaluate(variables, budget);
      return 'error' in outcome ? this.#failed(outcome.error) : [];
    });
  }

  #failed(message: string): readonly Denial[] {
    return this.#policy.ignoresFailure ? [] : [{ message, reason: 'Invalid' }];
  }
}

function messageOf(
  { message, expression }: Validation,
  messageExpression: CompiledExpression | undefined,
  variables: ReadonlyMap<string, Value>,
  budget: CostBudget,
): string {
  const outcome = messageExpression?.evaluate(variables, budget);
  const text =
    outcome !== undefined && 'value' in outcome && typeof outcome.value === 'string' ? outcome.value.trim() : '';
  const isFit = text !== '' && !text.includes('\n') && Buffer.byteLength(text) <= maxMessageBytes;
  return isFit ? text : message.trim() || `failed expression: ${expression.trim()}`;
}

const withVariables = (hasParams: boolean): Environment =>
  kubernetesEnvironment.with(
    new Map<string, Type>([
      ['object', dynType],
      ['oldObject', dynType],
      ['request', admissionRequestType],
      ['namespaceObject', namespaceType],
      ...(hasParams ? [['params', dynType] as const] : []),
    ]),
  );

/** Each variable may name those before it, and all of them are fields of one object. */
function withComposition(base: Environment, variables: readonly NamedExpression[]) {
  const fields = new Map<string, Field>();
  const compiled = new Map<string, CompiledExpression>();
  const environment = (): Environment =>
    base.with(new Map([['variables', objectType('kubernetes.variables', new Map(fields))]]));
  for (const { name, expression } of variables) {
    const one = new CompiledExpression(expression, environment());
    compiled.set(name, one);
    fields.set(name, { name, type: one.type ?? dynType });
  }
  return { environment: environment(), compiled };
}

function variablesOf(subject: PolicySubject, hasParams: boolean): ReadonlyMap<string, Value> {
  const { object, oldObject, request, params, namespace } = subject;
  return new Map<string, Value>([
    ['object', fromJson(object ?? null, dynType)],
    ['oldObject', fromJson(oldObject ?? null, dynType)],
    ['request', fromJson(request, admissionRequestType)],
    ['namespaceObject', namespace === undefined ? null : fromJson(namespace, namespaceType)],
    ...(hasParams ? [['params', fromJson(params ?? null, dynType)] as const] : []),
  ]);
}

/** Evaluated when they are first asked for, and once. */
class LazyVariables extends CelMap {
  readonly #expressions: ReadonlyMap<string, CompiledExpression>;
  readonly #known: ReadonlyMap<string, Value>;
  readonly #budget: CostBudget;
  readonly #values = new Map<string, Value>();

  constructor(
    expressions: ReadonlyMap<string, CompiledExpression>,
    known: ReadonlyMap<string, Value>,
    budget: CostBudget,
  ) {
    super();
    this.#expressions = expressions;
    this.#known = known;
    this.#budget = budget;
  }

  override get size(): number {
    return this.#expressions.size;
  }

  override find(key: Value): Value | undefined {
    const expression = typeof key === 'string' ? this.#expressions.get(key) : undefined;
    if (expression === undefined || typeof key !== 'string') return undefined;
    const before = this.#values.get(key);
    if (before !== undefined) return before;
    const outcome = expression.evaluate(new Map(this.#known).set('variables', this), this.#budget);
    const value =
      'value' in outcome
        ? outcome.value
        : new CelError(`composited variable "${key}" fails to evaluate: ${outcome.why}`);
    this.#values.set(key, value);
    return value;
  }

  override *keys(): Generator<Value> {
    yield* this.#expressions.keys();
  }
}

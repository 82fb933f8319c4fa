import {
  type FieldError,
  forbiddenValue,
  internalError,
  invalidValue,
  maxFieldErrors,
} from '../../machinery/field-error.ts';
import { isJsonObject, type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { type CompiledRule, compileRules } from '../../machinery/rules/compiled-rule.ts';
import { type DeclaredSchema, declareSchema, maxRequestBytes } from '../../machinery/rules/declared-schema.ts';
import { expressionName } from '../../machinery/rules/expression-name.ts';
import { expressionCostLimit } from '../../machinery/rules/limits.ts';
import { rulesOf } from '../../machinery/rules/validation-rule.ts';
import { additionalNode, type SchemaNode } from '../../machinery/structural/schema-node.ts';
import type { CustomResourceDefinitionSpec } from '../types/apiextensions-v1.generated.ts';
import { internalSpecOf } from './internal-spec.ts';
import { excess, saturated, TotalCost } from './rule-cost.ts';
import { schemasIn } from './schema-walk.ts';
import { shownRule } from './shown-structs.ts';

export interface RuleChecks {
  /** What is wrong with the schema otherwise: there, and around it, expressions are not looked at. */
  readonly schemaErrors: readonly FieldError[];
  /** The schema is as it was: no single expression of it is too expensive. */
  readonly isUnchanged: boolean;
}

/**
 * What is wrong with the expressions of `x-kubernetes-validations` in the schema of a version, at `path`: what does not
 * compile, and what may cost more than Kubernetes allows.
 */
export function ruleErrors(node: SchemaNode, path: string, checks: RuleChecks): FieldError[] {
  const check = new Check(checks);
  check.place(
    { node, path, count: 1n, uncorrelatable: undefined, declare: () => undefined, isWithinRules: false },
    true,
  );
  return [...check.errors, ...check.total.errors(path)];
}

/** How much there is to compile in all schemas of a definition: of what is the same in all versions, once. */
export function expressionLengthOf(spec: CustomResourceDefinitionSpec): number {
  const { common, versions } = internalSpecOf(spec);
  let length = 0;
  for (const { schema } of [common, ...versions]) {
    const root = schema?.openAPIV3Schema as unknown as JsonObject | undefined;
    for (const { 'x-kubernetes-validations': rules } of root === undefined ? [] : schemasIn(root)) {
      if (!Array.isArray(rules)) continue;
      for (const rule of rules.filter(isJsonObject)) {
        length += stringAt(rule, 'rule').length + stringAt(rule, 'messageExpression').length;
      }
    }
  }
  return length;
}

/** A place of a schema. */
interface Place {
  readonly node: SchemaNode;
  readonly path: string;
  /** How many values of it one object may have; undefined: what is around it does not say. */
  readonly count: bigint | undefined;
  /** The outermost place in which it is not known what a value replaces. */
  readonly uncorrelatable: string | undefined;
  /** What it is declared to be by what is around it. */
  readonly declare: () => DeclaredSchema | undefined;
  /** Somewhere around it are rules. */
  readonly isWithinRules: boolean;
}

class Check {
  readonly errors: FieldError[] = [];
  readonly total = new TotalCost();
  readonly #checks: RuleChecks;

  constructor(checks: RuleChecks) {
    this.#checks = checks;
  }

  place(place: Place, isRoot: boolean): void {
    if (this.errors.length >= maxFieldErrors) return;
    const { node, path, uncorrelatable } = place;
    const rules = rulesOf(node);
    const isWithinRules = place.isWithinRules || rules.length > 0;
    let known: DeclaredSchema | undefined;
    const declared = (): DeclaredSchema | undefined =>
      (known ??= (place.isWithinRules ? place.declare() : undefined) ?? declareSchema(node, isRoot || node.isResource));
    const inner = { count: countWithin(place), isWithinRules };
    const element = (): DeclaredSchema | undefined => declared()?.element;
    const values = additionalNode(node);
    if (values !== undefined) {
      const at = `${path}.additionalProperties`;
      this.place({ ...inner, node: values, path: at, uncorrelatable, declare: element }, false);
    }
    for (const [name, property] of node.properties) {
      const declare = (): DeclaredSchema | undefined => declared()?.property(expressionName(name) ?? '');
      const at = `${path}.properties[${name}]`;
      this.place({ ...inner, node: property, path: at, uncorrelatable, declare }, false);
    }
    if (node.items !== undefined) {
      const outermost = uncorrelatable ?? (node.listType === 'map' ? undefined : path);
      const at = `${path}.items`;
      this.place({ ...inner, node: node.items, path: at, uncorrelatable: outermost, declare: element }, false);
    }
    if (rules.length > 0 && !this.#isWrong(path)) this.#rules(place, declared());
  }

  #isWrong(path: string): boolean {
    return this.#checks.schemaErrors.some(({ field }) => field === path || field.startsWith(`${path}.`));
  }

  #rules({ node, path, count, uncorrelatable }: Place, declared: DeclaredSchema | undefined): void {
    const at = `${path}.x-kubernetes-validations`;
    if (declared === undefined) {
      const why = 'unable to convert structural schema to CEL declarations';
      const what = 'failed to construct type information for x-kubernetes-validations rules';
      this.errors.push(internalError(at, `internal error: ${what}: ${why}`));
      return;
    }
    const { rules } = compileRules(node, (name) => declared.type(name), { estimates: true });
    const times = count ?? BigInt(Math.floor(maxRequestBytes / (declared.minSize + 1)));
    for (const [index, rule] of rules.entries()) this.#rule(rule, times, `${at}[${index}]`, uncorrelatable);
  }

  #rule(compiled: CompiledRule, times: bigint, path: string, uncorrelatable: string | undefined): void {
    const { rule, error, messageError, messageProgram, usesOldSelf } = compiled;
    this.#cost('estimated rule cost', saturated(compiled.maxCost * times), `${path}.rule`);
    if (error !== undefined) this.errors.push(invalidValue(`${path}.rule`, shownRule(rule.props), error));
    if (messageError !== undefined) {
      this.errors.push(invalidValue(`${path}.messageExpression`, shownRule(rule.props), messageError));
    } else if (messageProgram !== undefined) {
      this.#cost('estimated messageExpression cost', compiled.maxMessageCost, `${path}.messageExpression`);
    }
    if (usesOldSelf && uncorrelatable !== undefined) {
      const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`;
      this.errors.push(invalidValue(`${path}.rule`, rule.rule, why));
    } else if (!usesOldSelf && rule.optionalOldSelf !== undefined) {
      const why = 'may not be set if oldSelf is not used in rule';
      this.errors.push(invalidValue(`${path}.optionalOldSelf`, rule.optionalOldSelf, why));
    }
  }

  #cost(what: string, cost: bigint, path: string): void {
    if (!this.#checks.isUnchanged && cost > expressionCostLimit) {
      this.errors.push(forbiddenValue(path, excess(what, cost, expressionCostLimit)));
    }
    this.total.add(path, cost);
  }
}

/** How many values of what is within it one object may have. */
function countWithin({ node, count }: Place): bigint | undefined {
  if (count === undefined) return undefined;
  const { maxItems, maxProperties } = node.limits;
  switch (node.type) {
    case 'array':
      return times(count, maxItems);
    case 'object':
      return node.additionalProperties === undefined ? count : times(count, maxProperties);
    default:
      return count;
  }
}

const times = (count: bigint, most: number | undefined): bigint | undefined =>
  most === undefined ? undefined : saturated(count * BigInt(Math.max(0, Math.trunc(most))));

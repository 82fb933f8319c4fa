import { goPattern, PatternError } from '../structural/go-pattern.ts';
import {
  type Attribute,
  ConditionalAttribute,
  type Frame,
  isKey,
  KeyQualifier,
  PathAttribute,
  PresenceQualifier,
  type Qualifier,
  type Step,
} from './attribute.ts';
import { callCostOf, constructionCost, isFixed } from './call-cost.ts';
import type { CheckedAst, FunctionReference } from './checked-ast.ts';
import { constantMembership } from './constant-membership.ts';
import { dispatchTo } from './dispatch.ts';
import { equal } from './equality.ts';
import type {
  CallExpression,
  Comprehension,
  Expression,
  ListExpression,
  MapExpression,
  SelectExpression,
  StructExpression,
} from './expression.ts';
import { fold } from './fold.ts';
import { ArrayList, emptyList } from './list.ts';
import { emptyMap, MapBuilder } from './map.ts';
import { Meter } from './meter.ts';
import { operators } from './operators.ts';
import { structOf } from './struct-value.ts';
import { CelError, isError, noOverloadFor, noSuchOverload, Optional, type Value } from './value.ts';
import { goTypeName, valueText } from './value-text.ts';

export class ProgramError extends Error {
  override readonly name = 'ProgramError';
}

/** A part of an expression, ready to be evaluated. */
interface Plan {
  readonly step: Step;
  /** What it always is. */
  readonly constant?: Value;
  /** The path that more may be added to. */
  readonly attribute?: Attribute;
}

const conversions: ReadonlySet<string> = new Set(
  'bool bytes double duration dyn int list map string timestamp type uint'.split(' '),
);
/** Which argument of a function is a pattern, the target counted. */
const patterns: ReadonlySet<string> = new Set(['matches', 'find', 'findAll']);

const constant = (value: Value): Plan => ({ step: () => value, constant: value });

const isConstant = (plan: Plan): plan is Plan & { readonly constant: Value } => plan.constant !== undefined;

/** Turns an expression into functions, once. What does not depend on variables is evaluated here. */
export class Planner {
  readonly #checked: CheckedAst;
  /** The slots of variables of comprehensions, by name, the innermost last. */
  readonly #scopes: ReadonlyMap<string, Step>[] = [];
  #slots = 0;

  constructor(checked: CheckedAst) {
    this.#checked = checked;
  }

  /** @throws {ProgramError} */
  plan(): Step {
    return this.#plan(this.#checked.expression).step;
  }

  #plan(expression: Expression): Plan {
    switch (expression.kind) {
      case 'literal':
        return constant(expression.value);
      case 'ident':
        return this.#name(expression);
      case 'select':
        return this.#select(expression);
      case 'call':
        return this.#call(expression);
      case 'list':
        return this.#list(expression);
      case 'map':
        return this.#map(expression);
      case 'struct':
        return { step: this.#struct(expression) };
      case 'comprehension':
        return { step: this.#comprehension(expression) };
    }
  }

  #path(attribute: Attribute): Plan {
    const { cost } = attribute;
    if (cost === 0) return { step: (frame) => attribute.resolve(frame), attribute };
    const step: Step = (frame) => {
      const value = attribute.resolve(frame);
      frame.meter.charge(1);
      return value;
    };
    return { step, attribute };
  }

  /** The path that a part of an expression is, or one that begins with its value. */
  #attributeOf(plan: Plan): Attribute {
    return plan.attribute ?? new PathAttribute(plan.step);
  }

  #extended(plan: Plan, qualifier: Qualifier): Plan {
    const attribute = this.#attributeOf(plan);
    attribute.add(qualifier);
    return this.#path(attribute);
  }

  #name(expression: Expression): Plan {
    const reference = this.#checked.references.get(expression);
    if (reference?.kind !== 'name') throw new ProgramError('unresolved name');
    const { name, isGlobal, value } = reference;
    if (value !== undefined) return constant(value);
    const local = isGlobal ? undefined : this.#local(name);
    return this.#path(new PathAttribute(local ?? variable(name)));
  }

  #local(name: string): Step | undefined {
    for (let at = this.#scopes.length - 1; at >= 0; at--) {
      const step = this.#scopes[at]?.get(name);
      if (step !== undefined) return step;
    }
    return undefined;
  }

  #select(expression: SelectExpression): Plan {
    if (this.#checked.references.has(expression)) return this.#name(expression);
    const operand = this.#plan(expression.operand);
    const { field } = expression;
    if (!expression.isTest) return this.#extended(operand, new KeyQualifier(() => field, false));
    const attribute = this.#attributeOf(operand);
    attribute.add(new PresenceQualifier(field));
    // The original takes back what a path costs, also from a condition, which costs nothing.
    const refund = attribute.cost - 1;
    const step: Step = (frame) => {
      const value = attribute.resolve(frame);
      if (refund !== 0) frame.meter.charge(refund);
      return value instanceof Optional ? value.value !== undefined : value;
    };
    return { step, attribute };
  }

  #call(expression: CallExpression): Plan {
    const reference = this.#checked.references.get(expression);
    if (reference?.kind !== 'function') throw new ProgramError('unresolved function');
    const target = reference.isQualified ? undefined : expression.target;
    const args = [...(target === undefined ? [] : [target]), ...expression.args].map((arg) => this.#plan(arg));
    const [first, second, third] = args as [Plan, Plan, Plan];
    switch (reference.declaration.name) {
      case operators.and:
        return { step: logical(first.step, second.step, false) };
      case operators.or:
        return { step: logical(first.step, second.step, true) };
      case operators.conditional:
        return this.#path(new ConditionalAttribute(first.step, this.#attributeOf(second), this.#attributeOf(third)));
      case operators.index:
        return this.#index(first, second, false);
      case operators.optionalIndex:
      case operators.optionalSelect:
        return this.#index(first, second, true);
      case operators.equals:
        return { step: metered2(first.step, second.step, '_==_', 'equals', equal) };
      case operators.notEquals:
        return {
          step: metered2(first.step, second.step, '_!=_', 'not_equals', (meter, a, b) => equal(meter, a, b) !== true),
        };
      case operators.notStrictlyFalse:
        return { step: notStrictlyFalse(first.step) };
      case 'or':
      case 'orValue':
        return { step: alternative(first.step, second.step, reference.declaration.name === 'orValue') };
      default:
        return this.#function(reference, args);
    }
  }

  #index(target: Plan, index: Plan, isOptional: boolean): Plan {
    if (isConstant(index) && !isKey(index.constant)) {
      throw new ProgramError(`invalid qualifier type: ${goTypeName(index.constant)}`);
    }
    // A path between brackets costs what its parts cost, and nothing as a whole.
    const { attribute } = index;
    const step: Step = attribute === undefined ? index.step : (frame) => attribute.resolve(frame);
    return this.#extended(target, new KeyQualifier(step, isOptional));
  }

  #function(reference: FunctionReference, args: readonly Plan[]): Plan {
    const { declaration, overloads } = reference;
    const overload = overloads.length === 1 ? (overloads[0]?.id ?? '') : '';
    if (overload === 'in_list' && args[1] !== undefined && isConstant(args[1])) {
      const membership = constantMembership(args[1].constant);
      if (membership === false) return constant(false);
      if (membership !== undefined) return { step: member((args[0] as Plan).step, membership) };
    }
    const dispatch = dispatchTo(declaration, overloads);
    if (dispatch === undefined) throw new ProgramError(`no such overload: ${declaration.name}`);
    const [only] = args;
    if (args.length === 1 && conversions.has(declaration.name) && only !== undefined && isConstant(only)) {
      return constant(this.#evaluated(dispatch(new Meter(Number.POSITIVE_INFINITY), [only.constant])));
    }
    const hasPattern = this.#checkPattern(declaration.name, args[1]);
    // As the original makes them: then nothing is evaluated behind an argument that failed.
    const isVariadic =
      hasPattern ||
      args.length > 2 ||
      (declaration.call === undefined && overload === '') ||
      overload === 'string_format';
    const steps = args.map(({ step }) => step);
    const cost = callCostOf(declaration.name, overload);
    if (isVariadic) return { step: meteredAll(steps, cost, dispatch) };
    const [first, second] = steps as [Step, Step];
    switch (steps.length) {
      case 0:
        return { step: meteredAll([], cost, dispatch) };
      case 1:
        return { step: metered1(first, cost, (meter, a) => dispatch(meter, [a])) };
      default: {
        const { call } = declaration;
        if (call === undefined) {
          return {
            step: metered2(first, second, declaration.name, overload, (meter, a, b) => dispatch(meter, [a, b])),
          };
        }
        return { step: metered2(first, second, declaration.name, overload, call as unknown as Binary) };
      }
    }
  }

  /** @throws {ProgramError} when that is an error. */
  #evaluated(value: Value): Value {
    if (value instanceof CelError) throw new ProgramError(value.message);
    return value;
  }

  /** Whether it has a pattern that is always the same. @throws {ProgramError} when that is none. */
  #checkPattern(name: string, plan: Plan | undefined): boolean {
    if (!patterns.has(name) || plan === undefined || typeof plan.constant !== 'string') return false;
    try {
      goPattern(plan.constant);
      return true;
    } catch (error) {
      if (error instanceof PatternError) throw new ProgramError(error.message);
      throw error;
    }
  }

  #list({ elements, optional }: ListExpression): Plan {
    const plans = elements.map((element) => this.#plan(element));
    const steps = plans.map(({ step }) => step);
    const build: Step = (frame) => {
      const values: Value[] = [];
      for (const [at, step] of steps.entries()) {
        const value = step(frame);
        if (isError(value)) return value;
        if (!optional.has(at)) values.push(value);
        else if (!(value instanceof Optional)) {
          return new CelError(`cannot initialize optional list element from non-optional value ${valueText(value)}`);
        } else if (value.value !== undefined) values.push(value.value);
      }
      return new ArrayList(values);
    };
    if (plans.every(isConstant)) {
      return constant(plans.length === 0 ? emptyList : this.#evaluated(build(nowhere())));
    }
    return { step: constructed(build, constructionCost.list) };
  }

  #map({ entries }: MapExpression): Plan {
    const plans = entries.map((entry) => ({ ...entry, key: this.#plan(entry.key), value: this.#plan(entry.value) }));
    const build: Step = (frame) => {
      const map = new MapBuilder();
      for (const { key: keyPlan, value: valuePlan, isOptional } of plans) {
        const key = keyPlan.step(frame);
        if (isError(key)) return key;
        let value = valuePlan.step(frame);
        if (isError(value)) return value;
        if (isOptional) {
          if (!(value instanceof Optional)) return notOptional(valueText(key), value);
          if (value.value === undefined) {
            map.delete(key);
            continue;
          }
          value = value.value;
        }
        if (!map.set(key, value)) return new CelError(`unsupported key type: ${valueText(key)}`);
      }
      return map.done();
    };
    if (plans.every(({ key, value }) => isConstant(key) && isConstant(value))) {
      return constant(plans.length === 0 ? emptyMap : this.#evaluated(build(nowhere())));
    }
    return { step: constructed(build, constructionCost.map) };
  }

  #struct(expression: StructExpression): Step {
    const type = this.#checked.types.get(expression);
    if (type === undefined) throw new ProgramError(`unknown type: ${expression.typeName}`);
    const fields = expression.fields.map((field) => ({ ...field, step: this.#plan(field.value).step }));
    const build: Step = (frame) => {
      const values = new Map<string, Value>();
      for (const { name, step, isOptional } of fields) {
        const value = step(frame);
        if (isError(value)) return value;
        if (!isOptional) values.set(name, value);
        else if (!(value instanceof Optional)) return notOptional(name, value);
        else if (value.value === undefined) values.delete(name);
        else values.set(name, value.value);
      }
      return structOf(type, values);
    };
    return constructed(build, constructionCost.struct);
  }

  #comprehension(expression: Comprehension): Step {
    const { variable, variable2, accumulator } = expression;
    const init = this.#plan(expression.init).step;
    const range = this.#plan(expression.range).step;
    const [gathered, first, second] = [this.#slots++, this.#slots++, this.#slots++];
    const accumulated: Step = (frame) => {
      const known = frame.slots[gathered];
      if (known !== undefined) return known;
      const value = init(frame);
      frame.slots[gathered] = value;
      return value;
    };
    this.#scopes.push(new Map([[accumulator, accumulated]]));
    const iterated = new Map<string, Step>([[variable, ({ slots }) => slots[first] as Value]]);
    if (variable2 !== undefined) iterated.set(variable2, ({ slots }) => slots[second] as Value);
    this.#scopes.push(iterated);
    const condition = this.#plan(expression.condition).step;
    const step = this.#plan(expression.step).step;
    this.#scopes.pop();
    const result = this.#plan(expression.result).step;
    this.#scopes.pop();
    return fold({
      range,
      condition,
      step,
      result,
      gathered,
      first,
      second: variable2 === undefined ? undefined : second,
    });
  }
}

function variable(name: string): Step {
  const missing = new CelError(`no such attribute(s): ${name}`);
  return ({ variables }) => {
    const value = variables.get(name);
    return value === undefined ? missing : value;
  };
}

const notOptional = (name: string, value: Value): CelError =>
  new CelError(`cannot initialize optional entry '${name}' from non-optional value ${valueText(value)}`);

/** For what is evaluated when the program is made. */
const nowhere = (): Frame => ({ meter: new Meter(Number.POSITIVE_INFINITY), variables: new Map(), slots: [] });

const constructed =
  (build: Step, cost: number): Step =>
  (frame) => {
    const value = build(frame);
    frame.meter.charge(cost);
    return value;
  };

/** `||` with true and `&&` with false do not need the other side, nor mind its error. */
function logical(first: Step, second: Step, decisive: boolean): Step {
  return (frame) => {
    const left = first(frame);
    if (left === decisive) return decisive;
    const right = second(frame);
    if (right === decisive) return decisive;
    if (typeof left !== 'boolean') return noOverloadFor(left);
    return typeof right === 'boolean' ? !decisive : noOverloadFor(right);
  };
}

const notStrictlyFalse =
  (operand: Step): Step =>
  (frame) => {
    const value = operand(frame);
    frame.meter.charge(1);
    return typeof value === 'boolean' ? value : true;
  };

/** `a.or(b)`, `a.orValue(b)`: the other is evaluated when there is no value. */
const alternative =
  (first: Step, second: Step, isValue: boolean): Step =>
  (frame) => {
    const value = first(frame);
    if (!(value instanceof Optional)) return isError(value) ? value : noSuchOverload;
    if (value.value === undefined) return second(frame);
    return isValue ? value.value : value;
  };

const member =
  (operand: Step, membership: (value: Value) => boolean): Step =>
  (frame) => {
    const value = operand(frame);
    return isError(value) ? value : membership(value);
  };

type Cost = ReturnType<typeof callCostOf>;
type Unary = (meter: Meter, a: Value) => Value;
type Binary = (meter: Meter, a: Value, b: Value) => Value;

function metered1(operand: Step, cost: Cost, call: Unary): Step {
  const fixed = isFixed(cost);
  return (frame) => {
    const value = operand(frame);
    const result = isError(value) ? value : call(frame.meter, value);
    frame.meter.charge(fixed ? 1 : cost([value], result));
    return result;
  };
}

function metered2(first: Step, second: Step, name: string, overload: string, call: Binary): Step {
  const cost = callCostOf(name, overload);
  const fixed = isFixed(cost);
  return (frame) => {
    const left = first(frame);
    const right = second(frame);
    const result = isError(left) ? left : isError(right) ? right : call(frame.meter, left, right);
    frame.meter.charge(fixed ? 1 : cost([left, right], result));
    return result;
  };
}

/** Arguments behind one that failed are not evaluated; then the call costs nothing. */
function meteredAll(operands: readonly Step[], cost: Cost, call: (meter: Meter, args: Value[]) => Value): Step {
  return (frame) => {
    const values: Value[] = [];
    for (const operand of operands) {
      const value = operand(frame);
      if (isError(value)) {
        if (values.length === operands.length - 1) frame.meter.charge(cost([...values, value], value));
        return value;
      }
      values.push(value);
    }
    const result = call(frame.meter, values);
    frame.meter.charge(cost(values, result));
    return result;
  };
}

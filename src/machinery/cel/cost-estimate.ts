import { constructionCost } from './call-cost.ts';
import {
  type CallEstimate,
  type EstimatedNode,
  libraryEstimate,
  perCharacter,
  type SizeEstimator,
  sizeOrUnknown,
  standardEstimate,
} from './call-estimate.ts';
import type { CheckedAst } from './checked-ast.ts';
import { add, fixed, greatest, multiply, nothing, one, type Range, scale, sum, union, unknown } from './cost-range.ts';
import {
  accumulatorName,
  type CallExpression,
  type Comprehension,
  type Expression,
  type ListExpression,
  type MapExpression,
  type SelectExpression,
} from './expression.ts';
import type { Overload } from './function.ts';
import { operators } from './operators.ts';
import { codePoints } from './source.ts';
import { dynType, isOptionalType, type Type } from './type.ts';

export type { EstimatedNode, SizeEstimator } from './call-estimate.ts';
export type { Range } from './cost-range.ts';

/**
 * What an expression may cost at least and at most, as Kubernetes estimates when a rule is created.
 * `sizes` tells of values that lie at a path; without it they may be of any size.
 */
export function estimateCost(checked: CheckedAst, sizes: SizeEstimator = () => undefined): Range {
  return new Estimator(checked, sizes).cost(checked.expression);
}

/**
 * Sizes by what a declared type allows, whatever the variable is called: Kubernetes' for `self` and `oldSelf`. What may be of
 * no size, an object or a number, is of size 0.
 */
export const declaredSizes =
  (root: Type): SizeEstimator =>
  ({ path }) => {
    if (path.length === 0) return undefined;
    let type: Type | undefined = root;
    for (const name of path.slice(1)) {
      type = partOf(type, name);
      if (type === undefined) return undefined;
    }
    return { min: 0n, max: BigInt(type.details.maxElements ?? 0) };
  };

function partOf({ kind, parameters, fields }: Type, name: string): Type | undefined {
  switch (name) {
    case '@items':
    case '@values':
      return kind === 'list' ? parameters[0] : kind === 'map' ? parameters[1] : undefined;
    case '@keys':
      return kind === 'map' ? parameters[0] : undefined;
    default:
      return fields.get(name)?.type;
  }
}

/** The sizes of what a list or a map holds. */
interface EntrySize {
  readonly container: 'list' | 'map';
  readonly key: Range;
  readonly value: Range;
}

interface LocalVariable {
  readonly path: readonly string[];
  readonly size: Range | undefined;
  readonly entry: EntrySize | undefined;
}

const scalars: ReadonlySet<string> = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint']);

const isScalar = (type: Type): boolean =>
  isOptionalType(type) ? isScalar(type.parameters[0] ?? dynType) : scalars.has(type.kind);

const unionOfEntries = (a: EntrySize | undefined, b: EntrySize | undefined): EntrySize | undefined =>
  a === undefined || b === undefined
    ? undefined
    : { container: a.container, key: union(a.key, b.key), value: union(a.value, b.value) };

/** Of the sizes of no elements, none; of others, all of them. */
const spanOf = (sizes: readonly Range[]): Range =>
  sizes.length === 0 ? nothing : sizes.reduce(union, { min: greatest, max: 0n });

class Estimator {
  readonly #checked: CheckedAst;
  readonly #sizeOf: SizeEstimator;
  readonly #paths = new Map<Expression, readonly string[]>();
  readonly #sizes = new Map<Expression, Range>();
  readonly #entries = new Map<Expression, EntrySize>();
  readonly #locals = new Map<string, LocalVariable[]>();

  constructor(checked: CheckedAst, sizes: SizeEstimator) {
    this.#checked = checked;
    this.#sizeOf = sizes;
  }

  cost(expression: Expression): Range {
    switch (expression.kind) {
      case 'literal':
        return nothing;
      case 'ident':
        return this.#name(expression, expression.name);
      case 'select':
        return this.#select(expression);
      case 'call':
        return this.#call(expression);
      case 'list':
        return this.#list(expression);
      case 'map':
        return this.#map(expression);
      case 'struct':
        return add(sum(expression.fields.map(({ value }) => this.cost(value))), fixed(constructionCost.struct));
      case 'comprehension':
        return isBinding(expression) ? this.#binding(expression) : this.#comprehension(expression);
    }
  }

  #type(expression: Expression): Type {
    return this.#checked.types.get(expression) ?? dynType;
  }

  #local(name: string): LocalVariable | undefined {
    return this.#locals.get(name)?.at(-1);
  }

  #push(name: string, variable: LocalVariable): void {
    const known = this.#locals.get(name);
    if (known === undefined) this.#locals.set(name, [variable]);
    else known.push(variable);
  }

  #pop(name: string): void {
    this.#locals.get(name)?.pop();
  }

  #path(expression: Expression): readonly string[] {
    const local = expression.kind === 'ident' ? this.#local(expression.name) : undefined;
    return local?.path ?? this.#paths.get(expression) ?? [];
  }

  #name(expression: Expression, name: string): Range {
    this.#paths.set(expression, this.#local(name)?.path ?? [name]);
    return one;
  }

  #select(expression: SelectExpression): Range {
    const reference = this.#checked.references.get(expression);
    if (reference?.kind === 'name') return this.#name(expression, reference.name);
    const { operand, field, isTest } = expression;
    if (isTest) return this.cost(operand);
    const cost = this.cost(operand);
    const { kind } = this.#type(operand);
    this.#paths.set(expression, [...this.#path(operand), field]);
    return kind === 'map' || kind === 'object' || kind === 'param' ? add(cost, one) : cost;
  }

  #call(expression: CallExpression): Range {
    const { args } = expression;
    const reference = this.#checked.references.get(expression);
    if (reference?.kind !== 'function') return nothing;
    const { name } = reference.declaration;
    const [first] = args;
    if (name === 'dyn' && first !== undefined) {
      const cost = this.cost(first);
      this.#copySizes(expression, first);
      return add(one, cost);
    }
    const costs = args.map((arg) => this.cost(arg));
    const nodes = args.map((arg) => this.#node(arg));
    const receiver = reference.isQualified ? undefined : expression.target;
    const before = receiver === undefined ? nothing : this.cost(receiver);
    const target = receiver === undefined ? undefined : this.#node(receiver);

    let cost: Range = { min: greatest, max: 0n };
    let size: Range | undefined;
    for (const overload of reference.overloads) {
      const one = this.#overload(expression, name, overload, target, nodes, costs);
      cost = union(cost, one.cost);
      if (one.size !== undefined) size = size === undefined ? one.size : union(size, one.size);
      if (first !== undefined && (overload.id === 'index_list' || overload.id === 'index_map')) {
        size = this.#entry(first)?.value;
        const part = overload.id === 'index_list' ? '@items' : '@values';
        this.#paths.set(expression, [...this.#path(first), part]);
      }
      size ??= this.#size(expression);
    }
    if (size !== undefined) this.#sizes.set(expression, size);
    return add(before, cost);
  }

  #overload(
    expression: CallExpression,
    name: string,
    { id }: Overload,
    target: EstimatedNode | undefined,
    args: readonly EstimatedNode[],
    costs: readonly Range[],
  ): CallEstimate {
    const call = { overload: id, target, args, sizes: this.#sizeOf };
    const own = libraryEstimate(name, call) ?? standardEstimate(call);
    if (own !== undefined) return { ...own, cost: add(own.cost, sum(costs)) };
    const [first = nothing, second = nothing, third = nothing] = costs;
    switch (name) {
      case operators.and:
      case operators.or:
        return { cost: { min: first.min, max: add(first, second).max } };
      case operators.conditional: {
        const [, whenTrue, whenFalse] = args as readonly [EstimatedNode, EstimatedNode, EstimatedNode];
        const [, trueExpression, falseExpression] = expression.args as readonly [Expression, Expression, Expression];
        this.#setEntry(expression, unionOfEntries(this.#entry(trueExpression), this.#entry(falseExpression)));
        return {
          cost: add(first, union(second, third)),
          size: union(sizeOrUnknown(whenTrue), sizeOrUnknown(whenFalse)),
        };
      }
      default:
        return this.#sum(expression, id, args, sum(costs)) ?? { cost: add(one, sum(costs)) };
    }
  }

  /** Texts and lists that are put together are as long as both. */
  #sum(
    expression: CallExpression,
    id: string,
    args: readonly EstimatedNode[],
    before: Range,
  ): CallEstimate | undefined {
    if (id !== 'add_string' && id !== 'add_bytes' && id !== 'add_list') return undefined;
    const [left, right] = args as readonly [EstimatedNode, EstimatedNode];
    const [leftExpression, rightExpression] = expression.args as readonly [Expression, Expression];
    const size = add(sizeOrUnknown(left), sizeOrUnknown(right));
    this.#setEntry(expression, unionOfEntries(this.#entry(leftExpression), this.#entry(rightExpression)));
    return { cost: add(id === 'add_list' ? one : scale(size, perCharacter), before), size };
  }

  #list(expression: ListExpression): Range {
    const costs = expression.elements.map((element) => this.cost(element));
    const value = spanOf(expression.elements.map((element) => this.#sizeOrUnknown(element)));
    this.#entries.set(expression, { container: 'list', key: one, value });
    return add(sum(costs), fixed(constructionCost.list));
  }

  #map(expression: MapExpression): Range {
    const costs = expression.entries.map(({ key, value }) => add(this.cost(key), this.cost(value)));
    const keys = spanOf(expression.entries.map(({ key }) => this.#sizeOrUnknown(key)));
    const values = spanOf(expression.entries.map(({ value }) => this.#sizeOrUnknown(value)));
    this.#entries.set(expression, { container: 'map', key: keys, value: values });
    return add(sum(costs), fixed(constructionCost.map));
  }

  #comprehension(expression: Comprehension): Range {
    const { range, init, variable, variable2, accumulator, condition, step, result } = expression;
    const before = add(this.cost(range), this.cost(init));
    this.#push(accumulator, this.#bound(init));
    if (variable2 === undefined) this.#push(variable, this.#iterated(range, 'element'));
    else {
      this.#push(variable, this.#iterated(range, 'key'));
      this.#push(variable2, this.#iterated(range, 'value'));
    }
    const conditionCost = this.cost(condition);
    const stepCost = this.cost(step);
    this.#pop(variable);
    if (variable2 !== undefined) this.#pop(variable2);
    const after = this.cost(result);
    this.#pop(accumulator);

    const count = this.#sizeOrUnknown(range);
    const loop = multiply(count, add(stepCost, conditionCost));
    if (init.kind === 'literal') this.#setSize(expression, this.#size(init));
    else if (init.kind === 'list' || init.kind === 'map') {
      this.#setSize(expression, count);
      this.#setEntry(expression, this.#entry(step));
    }
    return add(add(before, after), loop);
  }

  #binding(expression: Comprehension): Range {
    const { range, init, accumulator, result } = expression;
    const before = add(this.cost(range), this.cost(init));
    this.#push(accumulator, this.#bound(init));
    const cost = add(before, this.cost(result));
    this.#pop(accumulator);
    this.#copySizes(expression, result);
    return cost;
  }

  #bound(expression: Expression): LocalVariable {
    return { path: this.#path(expression), size: this.#size(expression), entry: this.#entry(expression) };
  }

  /** An element of a list or a key of a map; or, with two variables, what each of them is. */
  #iterated(range: Expression, which: 'element' | 'key' | 'value'): LocalVariable {
    const entry = this.#entry(range);
    const isList = (entry?.container ?? this.#type(range).kind) === 'list';
    const isValue = which === 'value' || (which === 'element' && isList);
    const part = isList ? (isValue ? '@items' : '@indices') : isValue ? '@values' : '@keys';
    const path = [...this.#path(range), part];
    return { path, size: isValue ? entry?.value : entry?.key, entry: undefined };
  }

  #node(expression: Expression): EstimatedNode {
    const path = this.#path(expression);
    const isInner = path[0] === accumulatorName || path[0] === '__result__';
    return { path: isInner ? [] : path, type: this.#type(expression), expression, size: this.#size(expression) };
  }

  #setSize(expression: Expression, size: Range | undefined): void {
    if (size !== undefined) this.#sizes.set(expression, size);
  }

  #setEntry(expression: Expression, entry: EntrySize | undefined): void {
    if (entry !== undefined) this.#entries.set(expression, entry);
  }

  #copySizes(to: Expression, from: Expression): void {
    this.#setSize(to, this.#size(from));
    this.#setEntry(to, this.#entry(from));
  }

  #sizeOrUnknown(expression: Expression): Range {
    return this.#size(expression) ?? unknown;
  }

  #size(expression: Expression): Range | undefined {
    const known = this.#sizes.get(expression) ?? ownSize(expression);
    if (known !== undefined) return known;
    const type = this.#type(expression);
    const path = this.#path(expression);
    const told = this.#sizeOf({ path, type, expression, size: undefined });
    if (told !== undefined) {
      this.#sizes.set(expression, told);
      return told;
    }
    if (isScalar(type)) return one;
    return expression.kind === 'ident' ? this.#local(expression.name)?.size : undefined;
  }

  #entry(expression: Expression): EntrySize | undefined {
    const known = this.#entries.get(expression);
    if (known !== undefined) return known;
    return expression.kind === 'ident' ? this.#local(expression.name)?.entry : undefined;
  }
}

/** What can be seen of a size without evaluating anything. */
function ownSize(expression: Expression): Range | undefined {
  switch (expression.kind) {
    case 'literal':
      if (typeof expression.value === 'string') return fixed(codePoints(expression.value));
      return fixed(expression.value instanceof Uint8Array ? expression.value.length : 1);
    case 'list':
      return fixed(expression.elements.length);
    case 'map':
      return fixed(expression.entries.length);
    default:
      return undefined;
  }
}

/** A comprehension over nothing, that gives a value a name. */
const isBinding = ({ range, condition, accumulator }: Comprehension): boolean =>
  range.kind === 'list' &&
  range.elements.length === 0 &&
  condition.kind === 'literal' &&
  condition.value === false &&
  accumulator !== '__result__';

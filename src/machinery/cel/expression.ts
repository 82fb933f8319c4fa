import type { Literal } from './value.ts';

/**
 * An expression as it was written, with its macros expanded. Every node has an `id`, counted as cel-go counts (some errors at
 * run time name one), and the offset in the source that errors about it point at.
 */
export type Expression =
  | LiteralExpression
  | IdentExpression
  | SelectExpression
  | CallExpression
  | ListExpression
  | MapExpression
  | StructExpression
  | Comprehension;

interface Node {
  readonly id: number;
  readonly at: number;
}

export interface LiteralExpression extends Node {
  readonly kind: 'literal';
  readonly value: Literal;
}

/** `.name` is looked up among variables of the environment, and not among those of comprehensions. */
export interface IdentExpression extends Node {
  readonly kind: 'ident';
  readonly name: string;
}

/** `operand.field`, or whether it is there: `has(operand.field)`. */
export interface SelectExpression extends Node {
  readonly kind: 'select';
  readonly operand: Expression;
  readonly field: string;
  readonly isTest: boolean;
}

/** A function, a method of `target`, or an operator under its name (`_+_`). */
export interface CallExpression extends Node {
  readonly kind: 'call';
  readonly name: string;
  readonly target: Expression | undefined;
  readonly args: readonly Expression[];
}

export interface ListExpression extends Node {
  readonly kind: 'list';
  readonly elements: readonly Expression[];
  /** Which elements are optionals, written `[?e]`, and left out when they have no value. */
  readonly optional: ReadonlySet<number>;
}

export interface MapEntry extends Node {
  readonly key: Expression;
  readonly value: Expression;
  readonly isOptional: boolean;
}

export interface MapExpression extends Node {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
}

export interface StructField extends Node {
  readonly name: string;
  readonly value: Expression;
  readonly isOptional: boolean;
}

export interface StructExpression extends Node {
  readonly kind: 'struct';
  readonly typeName: string;
  readonly fields: readonly StructField[];
}

/**
 * What macros become: for each element of `range`, while `condition` holds, `accumulator` becomes `step`; then `result`.
 * One variable is an element of a list or a key of a map; two are index and element, or key and value.
 */
export interface Comprehension extends Node {
  readonly kind: 'comprehension';
  readonly range: Expression;
  readonly variable: string;
  readonly variable2: string | undefined;
  readonly accumulator: string;
  readonly init: Expression;
  readonly condition: Expression;
  readonly step: Expression;
  readonly result: Expression;
}

/** The variable that macros gather in. No expression can name it. */
export const accumulatorName = '@result';

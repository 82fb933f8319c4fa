import type { Comprehension, Expression, ListExpression, MapEntry, StructField } from './expression.ts';
import type { Literal } from './value.ts';

/** Macros repeat what they are applied to, and so may make very much of little. */
const maxNodes = 100_000;

/** More is made of an expression than can be kept. */
export class ExpressionTooLarge extends Error {
  override readonly name = 'ExpressionTooLarge';
  constructor() {
    super(`expression node limit exceeded: ${maxNodes}`);
  }
}

/** What a comprehension is made of, before it is a node. */
export type ComprehensionParts = Omit<Comprehension, 'kind' | 'id' | 'at'>;

const required: ReadonlySet<number> = new Set();

/**
 * Makes nodes and numbers them. Ids begin at 1, in the order of making.
 * Every function throws {@link ExpressionTooLarge} when there are too many.
 */
export class ExpressionFactory {
  #last = 0;

  nextId(): number {
    if (++this.#last > maxNodes) throw new ExpressionTooLarge();
    return this.#last;
  }

  literal = (at: number, value: Literal): Expression => ({ kind: 'literal', id: this.nextId(), at, value });

  ident = (at: number, name: string): Expression => ({ kind: 'ident', id: this.nextId(), at, name });

  select = (at: number, operand: Expression, field: string, isTest = false): Expression => ({
    kind: 'select',
    id: this.nextId(),
    at,
    operand,
    field,
    isTest,
  });

  call(at: number, name: string, args: readonly Expression[], id: number = this.nextId()): Expression {
    return { kind: 'call', id, at, name, target: undefined, args };
  }

  method(
    at: number,
    target: Expression,
    name: string,
    args: readonly Expression[],
    id: number = this.nextId(),
  ): Expression {
    return { kind: 'call', id, at, name, target, args };
  }

  list(
    at: number,
    elements: readonly Expression[],
    optional: ReadonlySet<number> = required,
    id: number = this.nextId(),
  ): ListExpression {
    return { kind: 'list', id, at, elements, optional };
  }

  map(at: number, entries: readonly MapEntry[], id: number = this.nextId()): Expression {
    return { kind: 'map', id, at, entries };
  }

  struct(at: number, typeName: string, fields: readonly StructField[], id: number = this.nextId()): Expression {
    return { kind: 'struct', id, at, typeName, fields };
  }

  comprehension(at: number, parts: ComprehensionParts): Expression {
    return { kind: 'comprehension', id: this.nextId(), at, ...parts };
  }

  /** The same with ids of its own. What has no place of its own points at `at`. */
  copy(expression: Expression, at: number): Expression {
    const id = this.nextId();
    const again = (one: Expression): Expression => this.copy(one, at);
    switch (expression.kind) {
      case 'literal':
      case 'ident':
        return { ...expression, id };
      case 'select':
        return { ...expression, id, operand: again(expression.operand) };
      case 'call':
        return {
          ...expression,
          id,
          args: expression.args.map(again),
          target: expression.target === undefined ? undefined : again(expression.target),
        };
      case 'list':
        return { ...expression, id, elements: expression.elements.map(again) };
      case 'map':
        return {
          ...expression,
          id,
          entries: expression.entries.map((entry) => ({
            ...entry,
            id: this.nextId(),
            at,
            key: again(entry.key),
            value: again(entry.value),
          })),
        };
      case 'struct':
        return {
          ...expression,
          id,
          fields: expression.fields.map((field) => ({ ...field, id: this.nextId(), at, value: again(field.value) })),
        };
      case 'comprehension':
        return {
          ...expression,
          id,
          range: again(expression.range),
          init: again(expression.init),
          condition: again(expression.condition),
          step: again(expression.step),
          result: again(expression.result),
        };
    }
  }
}

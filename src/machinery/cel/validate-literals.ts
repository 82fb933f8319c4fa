import { goPattern, PatternError } from '../structural/go-pattern.ts';
import type { CheckedAst } from './checked-ast.ts';
import type { Issues } from './compile-error.ts';
import { toDuration, toTimestamp } from './conversion.ts';
import type { CallExpression, Expression, ListExpression, MapExpression } from './expression.ts';
import { checkFormat } from './library/format-check.ts';
import { Meter } from './meter.ts';
import { dynType, equivalentTypes, type Type } from './type.ts';
import { isError } from './value.ts';
import { childrenOf } from './walk.ts';

/** What Kubernetes refuses although its types are right: literals that cannot be what they are used as. */
export function validateLiterals(checked: CheckedAst, issues: Issues): void {
  const validator = new LiteralValidator(checked, issues);
  validator.visit(checked.expression, false);
}

const meter = new Meter(Number.POSITIVE_INFINITY);

class LiteralValidator {
  readonly #checked: CheckedAst;
  readonly #issues: Issues;

  constructor(checked: CheckedAst, issues: Issues) {
    this.#checked = checked;
    this.#issues = issues;
  }

  /** What `format` is given may be of different types. */
  visit(expression: Expression, isFormatted: boolean): void {
    if (expression.kind === 'call') this.#call(expression);
    if (!isFormatted && expression.kind === 'list') this.#list(expression);
    if (!isFormatted && expression.kind === 'map') this.#map(expression);
    const within = isFormatted || (expression.kind === 'call' && expression.name === 'format');
    for (const child of childrenOf(expression)) this.visit(child, within);
  }

  #call(expression: CallExpression): void {
    const [arg] = expression.args;
    if (expression.name === 'format') checkFormat(expression, this.#checked, this.#issues);
    if (arg?.kind !== 'literal' || !isInvalid(expression.name, arg.value)) return;
    this.#issues.add(`invalid ${expression.name} argument`, arg.at);
  }

  #typeOf(expression: Expression, isOptional: boolean): Type {
    const type = this.#checked.types.get(expression) ?? dynType;
    return isOptional ? (type.parameters[0] ?? dynType) : type;
  }

  #list({ elements, optional }: ListExpression): void {
    let first: Type | undefined;
    for (const [at, element] of elements.entries()) {
      const type = this.#typeOf(element, optional.has(at));
      first ??= type;
      if (this.#differs(first, type, element)) return;
    }
  }

  #map({ entries }: MapExpression): void {
    let [keys, values]: (Type | undefined)[] = [];
    for (const { key, value, isOptional } of entries) {
      const [keyType, valueType] = [this.#typeOf(key, false), this.#typeOf(value, isOptional)];
      keys ??= keyType;
      values ??= valueType;
      this.#differs(keys, keyType, key);
      this.#differs(values, valueType, value);
    }
  }

  #differs(expected: Type, type: Type, { at }: Expression): boolean {
    if (equivalentTypes(expected, type)) return false;
    this.#issues.add(`expected type '${expected.text}' but found '${type.text}'`, at);
    return true;
  }
}

function isInvalid(name: string, value: unknown): boolean {
  switch (name) {
    case 'duration':
      return typeof value === 'string' && isError(toDuration(meter, value));
    case 'timestamp':
      return (
        (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') &&
        isError(toTimestamp(meter, value))
      );
    case 'matches':
      return typeof value === 'string' && !isPattern(value);
    default:
      return false;
  }
}

function isPattern(pattern: string): boolean {
  try {
    goPattern(pattern);
    return true;
  } catch (error) {
    if (error instanceof PatternError) return false;
    throw error;
  }
}

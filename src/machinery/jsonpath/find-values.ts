import { jsonEqual } from '../json/json-equal.ts';
import { isJsonObject, type JsonValue } from '../json-value.ts';
import { JsonPathError, type Operand, type Operator, type Step } from './json-path-expression.ts';

/** More than any column shows; what a path finds beyond it is not looked at. */
const maxValues = 10_000;

/**
 * What a path leads to, in order; nothing where it leads nowhere. At most 10,000 values of each step are followed.
 * @throws {JsonPathError} when it asks for an item that a list does not have, or compares what cannot be compared
 */
export function findValues(steps: readonly Step[], value: JsonValue): readonly JsonValue[] {
  let values: readonly JsonValue[] = [value];
  for (const step of steps) {
    const next: JsonValue[] = [];
    for (const one of values) {
      for (const found of follow(step, one)) {
        if (next.length >= maxValues) break;
        next.push(found);
      }
    }
    values = next;
  }
  return values;
}

function follow(step: Step, value: JsonValue): Iterable<JsonValue> {
  switch (step.kind) {
    case 'field':
      return isJsonObject(value) && Object.hasOwn(value, step.name) ? [value[step.name] ?? null] : [];
    case 'any':
      return children(value);
    case 'recursive':
      return everyDescendant(value);
    case 'items':
      return Array.isArray(value) ? itemsOf(value, step) : [];
    case 'filter':
      return children(value).filter((item) => holds(step.left, step.operator, step.right, item));
    case 'union':
      return step.paths.flatMap((path) => findValues(path, value));
    default:
      return step satisfies never;
  }
}

function children(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}

function* everyDescendant(value: JsonValue): Generator<JsonValue> {
  yield value;
  for (const child of children(value)) yield* everyDescendant(child);
}

function itemsOf(list: readonly JsonValue[], step: Extract<Step, { kind: 'items' }>): readonly JsonValue[] {
  const { length } = list;
  const within = (index: number): number => (index < 0 ? index + length : index);
  const from = within(step.from ?? 0);
  const to = step.to === undefined ? length : Math.min(length, within(step.to));
  if (from < 0 || (from >= length && length > 0)) {
    throw new JsonPathError(`array index out of bounds: index ${from}, length ${length}`);
  }
  if (step.by <= 0) throw new JsonPathError('step must be > 0');
  const found: JsonValue[] = [];
  for (let index = from; index < to; index += step.by) found.push(list[index] ?? null);
  return found;
}

function holds(left: Operand, operator: Operator, right: Operand | undefined, item: JsonValue): boolean {
  const one = valueOf(left, item);
  if (operator === 'exists') return one !== undefined;
  const other = right === undefined ? undefined : valueOf(right, item);
  if (one === undefined || other === undefined) return false;
  if (operator === '==') return jsonEqual(one, other);
  if (operator === '!=') return !jsonEqual(one, other);
  if (!comparable(one) || typeof one !== typeof other) throw new JsonPathError('incompatible types for comparison');
  const order = one < (other as typeof one) ? -1 : one > (other as typeof one) ? 1 : 0;
  switch (operator) {
    case '<':
      return order < 0;
    case '>':
      return order > 0;
    case '<=':
      return order <= 0;
    case '>=':
      return order >= 0;
    default:
      return operator satisfies never;
  }
}

const comparable = (value: JsonValue): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

function valueOf(operand: Operand, item: JsonValue): JsonValue | undefined {
  return 'literal' in operand ? operand.literal : findValues(operand.path, item)[0];
}

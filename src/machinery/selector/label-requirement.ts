import { type FieldError, invalidValue } from '../field-error.ts';
import { aggregateText } from '../status-errors.ts';
import { labelKey, labelValue } from '../validation/label.ts';
import { parseInt64 } from './int64.ts';
import { SelectorError } from './selector-error.ts';

export type LabelOperator = 'exists' | '!' | '=' | '==' | '!=' | 'in' | 'notin' | '>' | '<';

export type Labels = Readonly<Record<string, string>>;

/**
 * One condition on one label. `values` are distinct and sorted; exactly one for `= == != > <`, at least one for `in`
 * and `notin`, none otherwise. Checked: {@link labelRequirement} makes no other.
 */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

/** @throws {SelectorError} with all that is wrong with the key and the values */
export function labelRequirement(key: string, operator: LabelOperator, given: readonly string[]): LabelRequirement {
  const values = [...new Set(given)].sort();
  const errors: FieldError[] = [];
  const keyTexts = labelKey(key);
  if (keyTexts.length > 0) errors.push(invalidValue('key', key, keyTexts.join('; ')));
  if (operator === '>' || operator === '<') {
    for (const [index, value] of values.entries()) {
      if (parseInt64(value) !== undefined) continue;
      errors.push(invalidValue(`values[${index}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer"));
    }
  }
  for (const [index, value] of values.entries()) {
    const texts = labelValue(value);
    if (texts.length > 0) errors.push(invalidValue(`values[${index}][${key}]`, value, texts.join('; ')));
  }
  if (errors.length > 0) throw new SelectorError(aggregateText(errors));
  return { key, operator, values };
}

/** As Go prints it: `a=b`, `a in (x,y)`, `!a`. */
export function requirementText({ key, operator, values }: LabelRequirement): string {
  const list = values.join(',');
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${list})`;
    default:
      return `${key}${operator}${list}`;
  }
}

/** The same condition in the one way that all spellings of it share: `a == b` and `a in (b)` become `a = b`. */
export function simplest(requirement: LabelRequirement): LabelRequirement {
  const { operator, values } = requirement;
  if (operator === '==' || (operator === 'in' && values.length === 1)) return { ...requirement, operator: '=' };
  return operator === 'notin' && values.length === 1 ? { ...requirement, operator: '!=' } : requirement;
}

/** A predicate with nothing left to decide but the lookup. */
export function compileRequirement({ key, operator, values }: LabelRequirement): (labels: Labels) => boolean {
  const [only = ''] = values;
  const set = new Set(values);
  switch (operator) {
    case 'exists':
      return (labels) => labelOf(labels, key) !== undefined;
    case '!':
      return (labels) => labelOf(labels, key) === undefined;
    case '=':
    case '==':
      return (labels) => labelOf(labels, key) === only;
    case '!=':
      return (labels) => labelOf(labels, key) !== only;
    case 'in':
      return (labels) => {
        const value = labelOf(labels, key);
        return value !== undefined && set.has(value);
      };
    case 'notin':
      return (labels) => {
        const value = labelOf(labels, key);
        return value === undefined || !set.has(value);
      };
    case '>':
    case '<':
      return compileOrder(key, operator, parseInt64(only) ?? 0n);
    default:
      return operator satisfies never;
  }
}

function compileOrder(key: string, operator: '>' | '<', bound: bigint): (labels: Labels) => boolean {
  return (labels) => {
    const value = labelOf(labels, key);
    const number = value === undefined ? undefined : parseInt64(value);
    return number !== undefined && (operator === '>' ? number > bound : number < bound);
  };
}

/** Whatever is inherited is no string, so that a label named `constructor` is absent like any other. */
function labelOf(labels: Labels, key: string): string | undefined {
  const value: unknown = labels[key];
  return typeof value === 'string' ? value : undefined;
}

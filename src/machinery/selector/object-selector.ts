import { objectIn, objectsAt, stringsAt, textAt } from '../json/json-path.ts';
import type { JsonObject } from '../json-value.ts';
import { everything, type Selector } from '../selection.ts';
import { type LabelOperator, labelRequirement } from './label-requirement.ts';
import { LabelSelector } from './label-selector.ts';

const operators: ReadonlyMap<string, LabelOperator> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);

/**
 * What a metav1.LabelSelector selects: everything when it says nothing or is absent.
 * @throws {SelectorError} for what validation refuses
 */
export function objectSelector(selector: JsonObject | undefined): Selector {
  const labels = objectIn(selector, 'matchLabels') ?? {};
  const requirements = [
    ...Object.keys(labels).map((key) => labelRequirement(key, '=', [textAt(labels, key)])),
    ...objectsAt(selector, 'matchExpressions').map((expression) =>
      labelRequirement(
        textAt(expression, 'key'),
        operators.get(textAt(expression, 'operator')) ?? 'exists',
        stringsAt(expression, 'values'),
      ),
    ),
  ];
  return requirements.length === 0 ? everything : new LabelSelector(requirements);
}

import { objectIn, objectsAt, stringsAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, objectAt, stringAt } from '../../machinery/json-value.ts';

const pairs = (labels: JsonObject | undefined): string[] =>
  Object.keys(labels ?? {}).map((key) => `${key}=${stringAt(labels, key)}`);

/** A map of labels as `a=1,b=2` in key order; `<none>` for none. */
export const labelText = (labels: JsonObject | undefined): string => pairs(labels).sort().join(',') || '<none>';

function expressionText(expression: JsonObject): string {
  const key = stringAt(expression, 'key');
  const values = stringsAt(expression, 'values').toSorted().join(',');
  switch (stringAt(expression, 'operator')) {
    case 'In':
      return `${key} in (${values})`;
    case 'NotIn':
      return `${key} notin (${values})`;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return key;
  }
}

/** A metav1.LabelSelector in the syntax of a label selector, in key order; '' when it selects everything or is absent. */
export function selectorText(parent: JsonObject | undefined): string {
  const selector = objectAt(parent, 'selector');
  const requirements = [
    ...pairs(objectIn(selector, 'matchLabels')).map((text) => ({ key: text.slice(0, text.indexOf('=')), text })),
    ...objectsAt(selector, 'matchExpressions').map((item) => ({
      key: stringAt(item, 'key'),
      text: expressionText(item),
    })),
  ];
  return requirements
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ text }) => text)
    .join(',');
}

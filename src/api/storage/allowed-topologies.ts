import { duplicateValue, errorsOfEach, type FieldError, requiredValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import { validateText } from '../../machinery/validation/values.ts';
import type { TopologySelectorLabelRequirement, TopologySelectorTerm } from '../types/core-v1.generated.ts';

/** Where volumes of a class may be. No two terms may say the same. */
export function validateTopologies(terms: readonly TopologySelectorTerm[], path: string): FieldError[] {
  // A term that says nothing counts as said before: as in the original.
  const seen: JsonObject[] = [{}];
  return errorsOfEach(terms, ({ matchLabelExpressions = [] }, index) => {
    const field = `${path}[${index}].matchLabelExpressions`;
    const said: JsonObject = {};
    const errors = errorsOfEach(matchLabelExpressions, (expression, at) => {
      const { key = '', values } = expression;
      const wrong = validateExpression(expression, `${field}[${at}]`);
      if (Object.hasOwn(said, key)) wrong.push(duplicateValue(`${field}[${at}].key`, key));
      said[key] = [...new Set(values ?? [])].sort();
      return wrong;
    });
    if (seen.some((other) => jsonEqual(other, said))) errors.push(duplicateValue(field, ''));
    seen.push(said);
    return errors;
  });
}

function validateExpression({ key = '', values }: TopologySelectorLabelRequirement, path: string): FieldError[] {
  const given = values ?? [];
  const seen = new Set<string>();
  return [
    ...(given.length === 0 ? [requiredValue(`${path}.values`)] : []),
    ...errorsOfEach(given, (value, index) => {
      const again = seen.has(value);
      seen.add(value);
      return again ? [duplicateValue(`${path}.values[${index}]`, value)] : [];
    }),
    ...validateText(key, `${path}.key`, labelKey),
  ];
}

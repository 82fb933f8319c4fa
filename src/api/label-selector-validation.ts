import {
  errorsOfEach,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
} from '../machinery/field-error.ts';
import { labelKey, labelValue } from '../machinery/validation/label.ts';
import { validateLabels } from '../machinery/validation/object-meta.ts';
import { validateText } from '../machinery/validation/values.ts';
import type { LabelSelector, LabelSelectorRequirement } from './types/meta-v1.generated.ts';

/** `takesAnyValues`: of what was there before, values need not be right. */
export const validateLabelSelector = (
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  path: string,
  takesAnyValues = false,
): FieldError[] => [
  ...validateLabels(matchLabels, `${path}.matchLabels`),
  ...errorsOfEach(matchExpressions, (requirement, index) =>
    validateRequirement(requirement, `${path}.matchExpressions[${index}]`, takesAnyValues),
  ),
];

/** Adds to `errors` what is wrong with a selector that may be absent. */
export function checkLabelSelector(
  selector: LabelSelector | null | undefined,
  path: string,
  errors: FieldError[],
): void {
  if (selector === undefined || selector === null) return;
  for (const error of validateLabelSelector(selector, path)) errors.push(error);
}

function validateRequirement(
  { key = '', operator = '', values = [] }: LabelSelectorRequirement,
  path: string,
  takesAnyValues: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      errors.push(requiredValue(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      const why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
      errors.push(forbiddenValue(`${path}.values`, why));
    }
  } else errors.push(invalidValue(`${path}.operator`, operator, 'not a valid selector operator'));
  errors.push(...validateText(key, `${path}.key`, labelKey));
  if (takesAnyValues) return errors;
  return [
    ...errors,
    ...errorsOfEach(values, (value, index) => validateText(value, `${path}.values[${index}]`, labelValue)),
  ];
}

import {
  errorsOfEach,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
} from '../../machinery/field-error.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { labelKey, labelValue } from '../../machinery/validation/label.ts';
import { validateText } from '../../machinery/validation/values.ts';
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from '../types/core-v1.generated.ts';

/** `takesAnyValues`: of what was there before, labels' values need not be right. */
export function validateNodeSelector(selector: NodeSelector, path: string, takesAnyValues = false): FieldError[] {
  const field = `${path}.nodeSelectorTerms`;
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) return [requiredValue(field, 'must have at least one node selector term')];
  return errorsOfEach(terms, (term, index) => validateNodeSelectorTerm(term, `${field}[${index}]`, takesAnyValues));
}

export const validateNodeSelectorTerm = (
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  path: string,
  takesAnyValues = false,
): FieldError[] => [
  ...errorsOfEach(matchExpressions, (requirement, index) =>
    validateRequirement(requirement, `${path}.matchExpressions[${index}]`, takesAnyValues),
  ),
  ...errorsOfEach(matchFields, (requirement, index) =>
    validateFieldRequirement(requirement, `${path}.matchFields[${index}]`),
  ),
];

function validateRequirement(
  { key = '', operator = '', values = [] }: NodeSelectorRequirement,
  path: string,
  takesAnyValues: boolean,
): FieldError[] {
  const errors = validateValueCount(operator, values.length, path);
  errors.push(...validateText(key, `${path}.key`, labelKey));
  if (takesAnyValues) return errors;
  return [
    ...errors,
    ...errorsOfEach(values, (value, index) => validateText(value, `${path}.values[${index}]`, labelValue)),
  ];
}

function validateValueCount(operator: string, count: number, path: string): FieldError[] {
  const field = `${path}.values`;
  switch (operator) {
    case 'In':
    case 'NotIn':
      return count > 0 ? [] : [requiredValue(field, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return count === 0
        ? []
        : [forbiddenValue(field, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    case 'Gt':
    case 'Lt':
      return count === 1
        ? []
        : [requiredValue(field, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
    default:
      return [invalidValue(`${path}.operator`, operator, 'not a valid selector operator')];
  }
}

/** Of a node's fields only its name can be asked for. */
function validateFieldRequirement(
  { key = '', operator = '', values = [] }: NodeSelectorRequirement,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn')
    errors.push(invalidValue(`${path}.operator`, operator, 'not a valid selector operator'));
  else if (values.length !== 1) {
    const why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(requiredValue(`${path}.values`, why));
  }
  if (key !== 'metadata.name') return [...errors, invalidValue(`${path}.key`, key, 'not a valid field selector key')];
  return [
    ...errors,
    ...errorsOfEach(values, (value, index) => validateText(value, `${path}.values[${index}]`, dns1123Subdomain)),
  ];
}

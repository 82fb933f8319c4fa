import {
  addInvalid,
  checkEach,
  duplicateValue,
  type FieldError,
  invalidValue,
  requiredValue,
  tooLong,
  unsupportedValue,
} from '../machinery/field-error.ts';
import { labelKey } from '../machinery/validation/label.ts';
import { notMatching } from '../machinery/validation/texts.ts';
import type { Condition } from './types/meta-v1.generated.ts';

const statuses = ['False', 'True', 'Unknown'];
/** In bytes. */
const maxReason = 1024;
const maxMessage = 32 * 1024;

/** Adds to `errors` what is wrong with conditions, of which there may be one of each type. metav1.Condition. */
export function checkConditions(
  conditions: readonly Condition[] | undefined,
  path: string,
  errors: FieldError[],
): void {
  const types = new Set<string>();
  checkEach(conditions, path, errors, (condition, at) => {
    const { type = '' } = condition;
    if (types.has(type)) errors.push(duplicateValue(at, type));
    types.add(type);
    checkCondition(condition, at, errors);
  });
}

function checkCondition(condition: Condition, path: string, errors: FieldError[]): void {
  const { type = '', status = '', observedGeneration = 0, lastTransitionTime, reason = '', message = '' } = condition;
  if (type === '') errors.push(requiredValue(`${path}.type`, 'is required'));
  else addInvalid(errors, `${path}.type`, type, labelKey(type));
  if (status === '') errors.push(requiredValue(`${path}.status`));
  else if (!statuses.includes(status)) errors.push(unsupportedValue(`${path}.status`, status, statuses));
  if (observedGeneration < 0) {
    const why = 'must be greater than or equal to zero';
    errors.push(invalidValue(`${path}.observedGeneration`, observedGeneration, why));
  }
  if (lastTransitionTime === undefined || lastTransitionTime === null) {
    errors.push(requiredValue(`${path}.lastTransitionTime`));
  }
  if (reason === '') errors.push(requiredValue(`${path}.reason`));
  else {
    if (!reasonForm.test(reason)) errors.push(invalidValue(`${path}.reason`, reason, notReason));
    if (Buffer.byteLength(reason) > maxReason) errors.push(tooLong(`${path}.reason`, maxReason));
  }
  if (Buffer.byteLength(message) > maxMessage) errors.push(tooLong(`${path}.message`, maxMessage));
}

const reasonForm = /^[A-Za-z](?:[\w,:]*\w)?$/;
const notReason = notMatching(
  'a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters ' +
    "or '_,:', and must end with an alphanumeric character or '_'",
  '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?',
  'my_name',
  'MY_NAME',
  'MyName',
  'ReasonA,ReasonB',
  'ReasonA:ReasonB',
);

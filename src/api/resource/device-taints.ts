import { addInvalid, checkEach, invalidValue, requiredValue, unsupportedValue } from '../../machinery/field-error.ts';
import { labelKey, labelValue } from '../../machinery/validation/label.ts';
import type { RuleErrors } from '../../machinery/validation/rule-errors.ts';
import type { DeviceTaint, DeviceToleration } from '../types/resource-v1.generated.ts';

const effects = ['NoExecute', 'NoSchedule', 'None'];
const operators = ['Equal', 'Exists'];

/** Adds to `errors` what is wrong with a taint. `old`: what stood there; the same effect stays right. */
export function checkDeviceTaint(
  { key = '', value = '', effect = '' }: DeviceTaint,
  path: string,
  errors: RuleErrors,
  old?: DeviceTaint,
): void {
  addInvalid(errors.written, `${path}.key`, key, labelKey(key));
  if (value !== '') addInvalid(errors.written, `${path}.value`, value, labelValue(value));
  if (old !== undefined && old.effect === effect) return;
  if (effect === '') errors.declared.push(requiredValue(`${path}.effect`));
  else checkEffect(effect, path, errors);
}

function checkEffect(effect: string, path: string, { declared }: RuleErrors): void {
  if (!effects.includes(effect)) declared.push(unsupportedValue(`${path}.effect`, effect, effects));
}

export function checkDeviceTolerations(
  tolerations: readonly DeviceToleration[] | undefined,
  path: string,
  errors: RuleErrors,
): void {
  checkEach(tolerations, path, errors.written, (toleration, at) => checkToleration(toleration, at, errors));
}

function checkToleration(
  { key = '', operator = '', value = '', effect = '' }: DeviceToleration,
  path: string,
  errors: RuleErrors,
): void {
  const { written, declared } = errors;
  if (key !== '') addInvalid(declared, `${path}.key`, key, labelKey(key));
  if (operator === 'Exists') {
    if (value !== '') written.push(invalidValue(`${path}.value`, value, 'must be empty for operator `Exists`'));
  } else if (operator === 'Equal') addInvalid(written, `${path}.value`, value, labelValue(value));
  else if (operator === '') declared.push(requiredValue(`${path}.operator`));
  else declared.push(unsupportedValue(`${path}.operator`, operator, operators));
  if (effect !== '') checkEffect(effect, path, errors);
}

/** Fills in how a toleration compares. */
export function defaultTolerations(tolerations: readonly DeviceToleration[] | undefined): void {
  for (const toleration of tolerations ?? []) toleration.operator ||= 'Equal';
}

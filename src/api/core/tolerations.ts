import { addInvalid, checkEach, type FieldError, invalidValue, unsupportedValue } from '../../machinery/field-error.ts';
import { labelKey, labelValue } from '../../machinery/validation/label.ts';
import type { Toleration } from '../types/core-v1.generated.ts';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const operators = ['Equal', 'Exists'];
/** Of comparisons, which are switched off by default. */
const allOperators = [...operators, 'Lt', 'Gt'];

/** Adds to `errors` what is wrong with the taints that a pod does not mind. */
export function checkTolerations(
  tolerations: readonly Toleration[] | undefined,
  path: string,
  errors: FieldError[],
): void {
  checkEach(tolerations, path, errors, (toleration, at) => {
    const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration;
    const wrong = (field: string, shown: string, why: string) =>
      errors.push(invalidValue(`${at}.${field}`, shown, why));
    if (key !== '') addInvalid(errors, `${at}.key`, key, labelKey(key));
    else if (operator !== 'Exists') {
      const why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      wrong('operator', operator, why);
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      wrong('effect', effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
    }
    if (operator === 'Equal' || operator === '') {
      const texts = labelValue(value);
      if (texts.length > 0) wrong('operator', value, texts.join(';'));
    } else if (operator === 'Exists') {
      if (value !== '') wrong('operator', value, "value must be empty when `operator` is 'Exists'");
    } else {
      const supported = operator === 'Lt' || operator === 'Gt' ? allOperators : operators;
      errors.push(unsupportedValue(`${at}.operator`, operator, supported));
    }
    if (effect !== '' && !effects.includes(effect)) errors.push(unsupportedValue(`${at}.effect`, effect, effects));
  });
}

import { checkEach, duplicateValue, type FieldError, requiredValue } from '../../machinery/field-error.ts';

/** What is wrong with the conditions of a flow schema or a priority level, of which there is one of each type. */
export function validateTypes(conditions: readonly { readonly type?: string }[] | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const types = new Set<string>();
  checkEach(conditions, 'status.conditions', errors, ({ type = '' }, at) => {
    if (types.has(type)) errors.push(duplicateValue(`${at}.type`, type));
    types.add(type);
    if (type === '') errors.push(requiredValue(`${at}.type`));
  });
  return errors;
}

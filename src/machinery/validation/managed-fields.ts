import {
  errorsOfEach,
  type FieldError,
  invalidValue,
  requiredValue,
  tooLong,
  unsupportedValue,
} from '../field-error.ts';
import { type JsonObject, stringAt } from '../json-value.ts';
import { validateFieldManager } from './field-manager.ts';

const maxSubresourceBytes = 256;

export function validateManagedFields(entries: readonly JsonObject[], path: string): FieldError[] {
  return errorsOfEach(entries, (entry, index) => validateEntry(entry, `${path}[${index}]`));
}

function validateEntry(entry: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const operation = stringAt(entry, 'operation');
  if (operation === '') errors.push(requiredValue(`${path}.operation`, 'must not be empty'));
  else if (operation !== 'Apply' && operation !== 'Update') {
    errors.push(unsupportedValue(`${path}.operation`, operation, ['Apply', 'Update']));
  }
  const fieldsType = stringAt(entry, 'fieldsType');
  if (fieldsType !== '' && fieldsType !== 'FieldsV1') {
    errors.push(invalidValue(`${path}.fieldsType`, fieldsType, 'must be `FieldsV1`'));
  }
  errors.push(...validateFieldManager(stringAt(entry, 'manager'), `${path}.manager`));
  if (Buffer.byteLength(stringAt(entry, 'subresource')) > maxSubresourceBytes) {
    errors.push(tooLong(`${path}.subresource`, maxSubresourceBytes));
  }
  return errors;
}

import { type FieldError, invalidValue, tooLong } from '../field-error.ts';
import { isPrintable } from '../go-quote.ts';

const maxBytes = 128;

/** `?fieldManager=` and the managers in managedFields: short and printable; '' counts as not given. */
export function validateFieldManager(manager: string, path: string): FieldError[] {
  const errors = Buffer.byteLength(manager) > maxBytes ? [tooLong(path, maxBytes)] : [];
  let offset = 0;
  for (const char of manager) {
    if (!isPrintable(char)) {
      const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      errors.push(invalidValue(path, manager, `invalid character U+${code} (at position ${offset})`));
    }
    offset += Buffer.byteLength(char);
  }
  return errors;
}

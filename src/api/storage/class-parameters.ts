import { type FieldError, invalidValue, requiredValue, tooLong } from '../../machinery/field-error.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import { validateText } from '../../machinery/validation/values.ts';

const maxParameters = 512;
/** Of all keys and values together. */
const maxParametersBytes = 256 * 1024;

/** The name of whoever makes volumes, in whatever case. One that is missing is told elsewhere. */
export const validateDriverName = (name: string, field: string): FieldError[] =>
  name === '' ? [] : validateText(name.toLowerCase(), field, labelKey);

export function validateParameters(
  parameters: Readonly<Record<string, string>>,
  field: string,
  { required }: { readonly required: boolean },
): FieldError[] {
  const entries = Object.entries(parameters);
  if (entries.length > maxParameters) return [tooLong(field, maxParameters)];
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return [
    ...(Object.hasOwn(parameters, '') ? [invalidValue(field, '', 'field can not be empty.')] : []),
    ...(bytes > maxParametersBytes ? [tooLong(field, maxParametersBytes)] : []),
    ...(required && entries.length === 0 ? [requiredValue(field, 'must contain at least one key/value pair')] : []),
  ];
}

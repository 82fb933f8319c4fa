import { addInvalid, type FieldError } from '../field-error.ts';
import { labelKey, labelValue } from './label.ts';

/** Adds to `errors` what is wrong with the keys and values of a map of labels, all told at `path`. */
export function checkLabels(
  labels: Readonly<Record<string, string>> | undefined,
  path: string,
  errors: FieldError[],
): void {
  if (labels === undefined) return;
  for (const key of Object.keys(labels)) {
    const value = labels[key] ?? '';
    addInvalid(errors, path, key, labelKey(key));
    addInvalid(errors, path, value, labelValue(value));
  }
}

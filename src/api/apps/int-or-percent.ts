import { addInvalid, type FieldError, invalidValue } from '../../machinery/field-error.ts';
import { notMatching } from '../../machinery/validation/texts.ts';

/** A number of pods, or a part of all of them: `25%`. */
export type IntOrPercent = number | string;

const notPercent = notMatching(
  "a valid percent string must be a numeric string followed by an ending '%'",
  '[0-9]+%',
  '1%',
  '93%',
);

const percentIn = (value: IntOrPercent): number | undefined =>
  typeof value === 'string' && /^[0-9]+%$/.test(value) ? Number(value.slice(0, -1)) : undefined;

/** The number, whatever it counts; 0 when there is none. */
export function amountIn(value: IntOrPercent): number {
  if (typeof value === 'number') return value;
  return percentIn(value) ?? (/^[+-]?[0-9]+$/.test(value) ? Number(value) : 0);
}

/** Adds to `errors` what is wrong with its form. */
export function checkIntOrPercent(value: IntOrPercent, path: string, errors: FieldError[]): void {
  if (typeof value === 'string') addInvalid(errors, path, value, percentIn(value) === undefined ? [notPercent] : []);
  else if (value < 0) errors.push(invalidValue(path, value, 'must be greater than or equal to 0'));
}

/** Adds to `errors` when it is more than all. */
export function checkAtMostAll(value: IntOrPercent, path: string, errors: FieldError[]): void {
  if ((percentIn(value) ?? 0) > 100) errors.push(invalidValue(path, value, 'must not be greater than 100%'));
}

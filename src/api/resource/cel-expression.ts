import { type FieldError, tooLong } from '../../machinery/field-error.ts';

const maxExpressionBytes = 10 * 1024;

/**
 * The place where an expression about devices is looked at. Adds to `errors` what is wrong with it, which is its length:
 * expressions are not compiled here.
 */
export function checkExpression(expression: string, path: string, errors: FieldError[]): void {
  if (Buffer.byteLength(expression) > maxExpressionBytes) errors.push(tooLong(path, maxExpressionBytes));
}

import { invalidValue } from '../field-error.ts';
import { goFloatText } from '../go-value-text.ts';
import type { ValueLimits } from './schema-node.ts';
import type { Problem } from './validate-value.ts';

/**
 * What is wrong with a number by the limits of its schema. `type`: `integer` or `number`, where the schema says just that.
 * An integer is compared with limits that are cut to integers, as in the original. `float`: it was written as a float.
 */
export function checkNumber(
  value: number | bigint,
  limits: ValueLimits,
  type: string,
  format: string,
  path: string,
  problems: Problem[],
  float: boolean,
): void {
  const kind = type === 'integer' || type === 'number' ? type : '';
  const range = (number: number | bigint, what: string): boolean => {
    if (inRange(number, kind, format)) return true;
    const how = format === '' ? '(default format)' : `with format ${format}`;
    const text = `${what} value must be of type ${kind} ${how} in ${path}`;
    problems.push({ text, told: (field) => invalidValue(field(''), '', text) });
    return false;
  };
  const wrong = (text: string): void => {
    const said = `${path} in body ${text}`;
    problems.push({ text: said, told: (field) => invalidValue(field(path), value, said) });
  };
  range(value, 'Checked');
  const { multipleOf, maximum, minimum, exclusiveMaximum, exclusiveMinimum } = limits;
  const integer = !float && (typeof value === 'bigint' || (Number.isInteger(value) && Math.abs(value) < 2 ** 63));
  const shown = (bound: number, whole: boolean): string => (whole ? String(bound) : goFloatText(bound));
  const number = Number(value);
  if (multipleOf !== undefined) {
    const exact = range(multipleOf, 'MultipleOf') && integer;
    const factor = exact ? Math.trunc(multipleOf) : multipleOf;
    if (factor <= 0) {
      const text = `factor MultipleOf declared for ${path} must be positive: ${shown(factor, exact)}`;
      problems.push({ text, told: (field) => invalidValue(field(path), factor, text) });
    } else if (!isMultiple(value, factor, exact)) wrong(`should be a multiple of ${shown(factor, exact)}`);
  }
  if (maximum !== undefined) {
    const whole = range(maximum, 'Maximum boundary') && integer;
    const bound = whole ? Math.trunc(maximum) : maximum;
    if (exclusiveMaximum ? number >= bound : number > bound) {
      wrong(`should be less than ${exclusiveMaximum ? '' : 'or equal to '}${shown(bound, whole)}`);
    }
  }
  if (minimum !== undefined) {
    const whole = range(minimum, 'Minimum boundary') && integer;
    const bound = whole ? Math.trunc(minimum) : minimum;
    if (exclusiveMinimum ? number <= bound : number < bound) {
      wrong(`should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${shown(bound, whole)}`);
    }
  }
}

const maxFloat32 = 3.4028235677973366e38;

function inRange(value: number | bigint, kind: string, format: string): boolean {
  const number = Number(value);
  if (kind === 'integer') {
    if (typeof value !== 'bigint' && !Number.isInteger(number)) return false;
    if (typeof value === 'bigint' && format !== 'int32') return BigInt.asIntN(64, value) === value;
    return format === 'int32' ? number >= -(2 ** 31) && number < 2 ** 31 : number >= -(2 ** 63) && number < 2 ** 63;
  }
  return format !== 'float' || Math.abs(number) < maxFloat32;
}

function isMultiple(value: number | bigint, factor: number, exact: boolean): boolean {
  if (exact) return typeof value === 'bigint' ? value % BigInt(factor) === 0n : value % factor === 0;
  const times = factor < 1 ? (1 / factor) * Number(value) : Number(value) / factor;
  if (Math.abs(times) > Number.MAX_SAFE_INTEGER) return false;
  if (Number.isInteger(times)) return true;
  const whole = Math.trunc(times);
  if (whole === 0) return false;
  return Math.abs(times - whole) / (Math.abs(times) + Math.abs(whole)) < 1e-9;
}

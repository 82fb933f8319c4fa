import { type FieldError, invalidValue } from '../../machinery/field-error.ts';
import { compareQuantities, parseQuantity, type Quantity } from '../../machinery/quantity.ts';
import { isIntegerResource } from './resource-names.ts';

const zero: Quantity = { mantissa: 0n, exponent: 0, text: '0' };

/** More digits than any amount has that means something. */
const maxExponent = 400;

/** The amount of a thing rounded up to whole ones. What is too much to be written down is as much as can be. */
function wholeUnits({ mantissa, exponent }: Quantity): bigint {
  if (exponent > maxExponent) return mantissa * 10n ** BigInt(maxExponent);
  if (exponent >= 0) return mantissa * 10n ** BigInt(exponent);
  const unit = 10n ** BigInt(-exponent);
  const rest = mantissa % unit;
  return mantissa / unit + (rest > 0n ? 1n : rest < 0n ? -1n : 0n);
}

/** The amount in thousandths, as near as a double comes; those of a decoded object are whole. */
export const thousandthsOf = ({ mantissa, exponent }: Quantity): number =>
  Number(wholeUnits({ mantissa, exponent: exponent + 3, text: '' }));

/** The amount rounded up to whole units; those beyond int64 are the most that there are. */
export const unitsOf = (quantity: Quantity): number => Math.min(Number(wholeUnits(quantity)), 2 ** 63);

const isWhole = ({ mantissa, exponent }: Quantity): boolean =>
  exponent >= 0 || mantissa % 10n ** BigInt(-exponent) === 0n;

/** `text`: a quantity as a decoded object has it. */
export function validateResourceValue(name: string, text: string, field: string): FieldError[] {
  const value = parseQuantity(text);
  const errors: FieldError[] = [];
  if (compareQuantities(value, zero) < 0) errors.push(invalidValue(field, text, 'must be greater than or equal to 0'));
  if (isIntegerResource(name) && !isWhole(value)) errors.push(invalidValue(field, text, 'must be an integer'));
  return errors;
}

export const validateNonnegativeQuantity = (text: string, field: string): FieldError[] =>
  compareQuantities(parseQuantity(text), zero) < 0
    ? [invalidValue(field, text, 'must be greater than or equal to 0')]
    : [];

export const validatePositiveQuantity = (text: string, field: string): FieldError[] =>
  compareQuantities(parseQuantity(text), zero) <= 0 ? [invalidValue(field, text, 'must be greater than zero')] : [];

/** A quantity of which only the size is told when it is wrong. */
export function validateBasicQuantity(text: string, field: string): FieldError[] {
  const units = wholeUnits(parseQuantity(text));
  return units < 0n ? [invalidValue(field, units, 'must be a valid resource quantity')] : [];
}

/** Negative, zero or positive; absent is nothing. */
export const compareAmounts = (a: string | undefined, b: string | undefined): number =>
  compareQuantities(a === undefined ? zero : parseQuantity(a), b === undefined ? zero : parseQuantity(b));

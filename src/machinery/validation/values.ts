import { type FieldError, invalidValue, requiredValue, unsupportedValue } from '../field-error.ts';
import { jsonEqual } from '../json/json-equal.ts';
import type { JsonValue } from '../json-value.ts';

/** What is wrong with one value of a field, in the words that many kinds share. */

export const validateNonnegative = (value: number | bigint, field: string): FieldError[] =>
  value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : [];

export const validatePositive = (value: number | bigint, field: string): FieldError[] =>
  value <= 0 ? [invalidValue(field, value, 'must be greater than 0')] : [];

export const validateInRange = (value: number, field: string, lowest: number, highest: number): FieldError[] =>
  value < lowest || value > highest
    ? [invalidValue(field, value, `must be between ${lowest} and ${highest}, inclusive`)]
    : [];

export const validatePortNumber = (port: number, field: string): FieldError[] =>
  validateInRange(port, field, 1, 65_535);

/** `rule` tells what is wrong with a text: one of those of dns.ts, label.ts and their like. */
export const validateText = (text: string, field: string, rule: (text: string) => readonly string[]): FieldError[] =>
  rule(text).map((why) => invalidValue(field, text, why));

/** Absent and '' are required. `supported`: in the order in which they are told. */
export function validateOneOf(value: string | undefined, field: string, supported: readonly string[]): FieldError[] {
  if (value === undefined || value === '') return [requiredValue(field)];
  return supported.includes(value) ? [] : [unsupportedValue(field, value, supported)];
}

export const fieldIsImmutable = 'field is immutable';

/** A value that must be as it was; absent counts as `null`. */
export const validateImmutableField = (
  value: JsonValue | undefined,
  old: JsonValue | undefined,
  field: string,
): FieldError[] =>
  jsonEqual(value ?? null, old ?? null) ? [] : [invalidValue(field, value ?? null, fieldIsImmutable)];

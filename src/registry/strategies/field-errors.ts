import type { FieldError } from '../../machinery/field-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { encodeJson } from '../../machinery/json/encode.ts';
import type { JsonValue } from '../../machinery/json-value.ts';

const shown = (value: JsonValue | undefined): string =>
  typeof value === 'string' ? goQuote(value) : encodeJson(value ?? null);

/** Kubernetes' texts for one thing wrong with one field. `why` ends without a full stop. */
export const required = (field: string, why = ''): FieldError => ({
  type: 'FieldValueRequired',
  field,
  message: why === '' ? 'Required value' : `Required value: ${why}`,
});

export const invalidValue = (field: string, value: JsonValue | undefined, why: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${shown(value)}: ${why}`,
});

export const forbiddenField = (field: string, why: string): FieldError => ({
  type: 'FieldValueForbidden',
  field,
  message: `Forbidden: ${why}`,
});

export const notSupported = (field: string, value: string, supported: readonly string[]): FieldError => ({
  type: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${goQuote(value)}: supported values: ${supported.map((text) => goQuote(text)).join(', ')}`,
});

export const tooLong = (field: string, limit: number): FieldError => ({
  type: 'FieldValueTooLong',
  field,
  message: `Too long: may not be more than ${limit} bytes`,
});

/** Why a value that differs from the old one is refused, or nothing when it does not differ. */
export const immutableField = (field: string, value: JsonValue | undefined, same: boolean): readonly FieldError[] =>
  same ? [] : [invalidValue(field, value, 'field is immutable')];

import { goQuote } from './go-quote.ts';
import { goValueText } from './go-value-text.ts';
import { encodeJson } from './json/encode.ts';
import type { JsonValue } from './json-value.ts';

/** The `reason` of a cause in an Invalid status, with the text that begins its message. field.ErrorType in apimachinery. */
export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueDuplicate'
  | 'FieldValueNotFound'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

/** One thing wrong with one field. `message` is what follows the path: `Invalid value: "x": must be …`. */
export interface FieldError {
  readonly type: FieldErrorType;
  /** `metadata.name`, `spec.ports[0].port`, `metadata.labels`. */
  readonly field: string;
  readonly message: string;
}

/** Enough to see what is wrong. Kubernetes tells all, so that a body of nothing but mistakes is answered with far more than it is. */
export const maxFieldErrors = 100;

/** What is wrong with each of `items` in turn, at most {@link maxFieldErrors}: then no more of them are looked at. */
export function errorsOfEach<T>(
  items: Iterable<T>,
  errorsOf: (item: T, index: number) => readonly FieldError[],
): FieldError[] {
  const errors: FieldError[] = [];
  let index = 0;
  for (const item of items) {
    for (const error of errorsOf(item, index)) errors.push(error);
    if (errors.length >= maxFieldErrors) return errors.slice(0, maxFieldErrors);
    index += 1;
  }
  return errors;
}

/** Looks at each item at its place, `path[0]` and so on, until {@link maxFieldErrors} are in `errors`. */
export function checkEach<T>(
  items: readonly T[] | null | undefined,
  path: string,
  errors: FieldError[],
  check: (item: T, path: string, index: number) => unknown,
): void {
  if (items === undefined || items === null) return;
  for (const [index, item] of items.entries()) {
    if (errors.length >= maxFieldErrors) return;
    check(item, `${path}[${index}]`, index);
  }
}

/** Adds an error for each thing that is wrong with a value; most values have none. */
export function addInvalid(errors: FieldError[], field: string, value: JsonValue, whys: readonly string[]): void {
  for (const why of whys) errors.push(invalidValue(field, value, why));
}

/** As Go shows it: what is no struct, list or map by its own `%v`. */
function shownValue(value: JsonValue): string {
  if (typeof value === 'string') return goQuote(value);
  return typeof value === 'number' ? goValueText(value) : encodeJson(value);
}

/** How each message begins. */
const titles = {
  FieldValueRequired: 'Required value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueNotFound: 'Not found',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueTypeInvalid: 'Invalid value',
  InternalError: 'Internal error',
} as const satisfies Record<FieldErrorType, string>;

function fieldError(type: FieldErrorType, field: string, detail: string, value?: JsonValue): FieldError {
  const shown = value === undefined ? '' : `: ${shownValue(value)}`;
  return { type, field, message: `${titles[type]}${shown}${detail === '' ? '' : `: ${detail}`}` };
}

/** `detail`: what a right value looks like: `must be …`. */
export const invalidValue = (field: string, value: JsonValue, detail: string): FieldError =>
  fieldError('FieldValueInvalid', field, detail, value);

/** What is wrong is not one value, says nothing, or is long: none is shown. */
export const invalidField = (field: string, detail: string): FieldError =>
  fieldError('FieldValueInvalid', field, detail);

export const typeInvalid = (field: string, value: JsonValue, detail: string): FieldError =>
  fieldError('FieldValueTypeInvalid', field, detail, value);

export const requiredValue = (field: string, detail = ''): FieldError =>
  fieldError('FieldValueRequired', field, detail);

export const forbiddenValue = (field: string, detail: string): FieldError =>
  fieldError('FieldValueForbidden', field, detail);

/** `supported`: in the order in which they are listed. */
export const unsupportedValue = (field: string, value: JsonValue, supported: readonly string[]): FieldError =>
  fieldError(
    'FieldValueNotSupported',
    field,
    supported.length === 0 ? '' : `supported values: ${supported.map(goQuote).join(', ')}`,
    value,
  );

export const duplicateValue = (field: string, value: JsonValue): FieldError =>
  fieldError('FieldValueDuplicate', field, '', value);

/** It could not be told whether the field is right. */
export const internalError = (field: string, detail: string): FieldError => fieldError('InternalError', field, detail);

export const valueNotFound = (field: string, value: JsonValue, detail = ''): FieldError =>
  fieldError('FieldValueNotFound', field, detail, value);

export const tooLong = (field: string, maxBytes: number): FieldError =>
  fieldError('FieldValueTooLong', field, `may not be more than ${maxBytes} ${maxBytes === 1 ? 'byte' : 'bytes'}`);

/** The same where the length is one of characters. */
export const tooLongCharacters = (field: string, max: number): FieldError =>
  fieldError('FieldValueTooLong', field, `may not be more than ${max} ${max === 1 ? 'character' : 'characters'}`);

export const tooMany = (field: string, actual: number, max: number): FieldError =>
  fieldError('FieldValueTooMany', field, `must have at most ${max} ${max === 1 ? 'item' : 'items'}`, actual);

import { type FieldError, invalidValue } from '../../machinery/field-error.ts';
import type { JsonValue } from '../../machinery/json-value.ts';

/** Why a value that differs from the old one is refused; nothing when it is the same. */
export const immutableField = (field: string, value: JsonValue | undefined, same: boolean): readonly FieldError[] =>
  same ? [] : [invalidValue(field, value ?? null, 'field is immutable')];

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
  | 'FieldValueTypeInvalid';

/** One thing wrong with one field. `message` is what follows the path: `Invalid value: "x": must be …`. */
export interface FieldError {
  readonly type: FieldErrorType;
  /** `metadata.name`, `spec.ports[0].port`, `metadata.labels`. */
  readonly field: string;
  readonly message: string;
}

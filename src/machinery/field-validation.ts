/** What to do with fields that the schema does not know, and with fields given twice. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

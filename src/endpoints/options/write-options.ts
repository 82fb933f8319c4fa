import { type FieldError, unsupportedValue } from '../../machinery/field-error.ts';
import { invalid } from '../../machinery/status-errors.ts';
import { validateFieldManager } from '../../machinery/validation/field-manager.ts';

/** What to do with fields that the schema does not know, and with fields given twice. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** CreateOptions, UpdateOptions and PatchOptions alike. */
export interface WriteQuery {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
}

/**
 * `kind` names the options in a refusal: `CreateOptions`, `UpdateOptions`.
 * @throws {ApiError} 422
 */
export function writeOptionsOf(query: URLSearchParams, kind: string): WriteQuery {
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  const errors = [
    ...validateFieldManager(fieldManager, 'fieldManager'),
    ...dryRunErrors(dryRun),
    ...fieldValidationErrors(fieldValidation),
  ];
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', errors);
  return {
    dryRun: dryRun.length > 0,
    fieldManager,
    fieldValidation: fieldValidation === '' ? 'Warn' : (fieldValidation as FieldValidation),
  };
}

/** Any value but `All` is refused. */
export const dryRunErrors = (values: readonly string[]): FieldError[] =>
  values.every((value) => value === 'All') ? [] : [unsupportedValue('dryRun', [...values], ['All'])];

const fieldValidationErrors = (value: string): FieldError[] =>
  ['', 'Ignore', 'Warn', 'Strict'].includes(value)
    ? []
    : [unsupportedValue('fieldValidation', value, ['', 'Ignore', 'Strict', 'Warn'])];

import { type FieldError, forbiddenValue, requiredValue, unsupportedValue } from '../../machinery/field-error.ts';
import type { FieldValidation } from '../../machinery/field-validation.ts';
import { invalid } from '../../machinery/status-errors.ts';
import { validateFieldManager } from '../../machinery/validation/field-manager.ts';
import { flagIn } from './query-values.ts';

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
export const writeOptionsOf = (query: URLSearchParams, kind: string): WriteQuery => decoded(query, kind, []);

/**
 * PatchOptions of a patch that is no apply: `force` is not for it.
 * @throws {ApiError} 422
 */
export const patchOptionsOf = (query: URLSearchParams): WriteQuery =>
  decoded(
    query,
    'PatchOptions',
    flagIn(query, 'force') === undefined ? [] : [forbiddenValue('force', 'may not be specified for non-apply patch')],
  );

export interface ApplyQuery extends WriteQuery {
  /** Takes fields that others manage. */
  readonly force: boolean;
}

/**
 * PatchOptions of an apply, which must say who manages what it applies.
 * @throws {ApiError} 422
 */
export function applyOptionsOf(query: URLSearchParams): ApplyQuery {
  const nobody = (query.get('fieldManager') ?? '') === '';
  const wrong = nobody ? [requiredValue('fieldManager', 'is required for apply patch')] : [];
  return { ...decoded(query, 'PatchOptions', wrong), force: flagIn(query, 'force') === true };
}

/** `wrong`: what is already known to be. */
function decoded(query: URLSearchParams, kind: string, wrong: readonly FieldError[]): WriteQuery {
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  const errors = [
    ...wrong,
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

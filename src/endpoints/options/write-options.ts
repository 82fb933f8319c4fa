import type { FieldError } from '../../machinery/field-error.ts';
import { goQuote, isPrintable } from '../../machinery/go-quote.ts';
import { invalid } from '../../machinery/status-errors.ts';

/** What to do with fields that the schema does not know, and with fields given twice. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** CreateOptions, UpdateOptions and PatchOptions alike. */
export interface WriteQuery {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
}

const maxFieldManagerBytes = 128;

/**
 * `kind` names the options in a refusal: `CreateOptions`, `UpdateOptions`.
 * @throws {ApiError} 422
 */
export function writeOptionsOf(query: URLSearchParams, kind: string): WriteQuery {
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  const errors = [
    ...fieldManagerErrors(fieldManager),
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
  values.every((value) => value === 'All')
    ? []
    : [
        {
          type: 'FieldValueNotSupported',
          field: 'dryRun',
          message: `Unsupported value: [${values.map(goQuote).join(',')}]: supported values: "All"`,
        },
      ];

function fieldManagerErrors(manager: string): FieldError[] {
  const errors: FieldError[] = [];
  if (Buffer.byteLength(manager) > maxFieldManagerBytes) {
    errors.push({
      type: 'FieldValueTooLong',
      field: 'fieldManager',
      message: `Too long: may not be more than ${maxFieldManagerBytes} bytes`,
    });
  }
  let position = 0;
  for (const char of manager) {
    if (!isPrintable(char)) {
      const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      const message = `Invalid value: ${goQuote(manager)}: invalid character U+${code} (at position ${position})`;
      errors.push({ type: 'FieldValueInvalid', field: 'fieldManager', message });
    }
    position += Buffer.byteLength(char);
  }
  return errors;
}

const fieldValidationErrors = (value: string): FieldError[] =>
  ['', 'Ignore', 'Warn', 'Strict'].includes(value)
    ? []
    : [
        {
          type: 'FieldValueNotSupported',
          field: 'fieldValidation',
          message: `Unsupported value: ${goQuote(value)}: supported values: "", "Ignore", "Strict", "Warn"`,
        },
      ];

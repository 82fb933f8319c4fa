import { type FieldError, invalidValue } from '../field-error.ts';

/** Adds to `errors` when a path goes up somewhere. */
export function checkNoBacksteps(path: string, field: string, errors: FieldError[]): void {
  if (hasBackstep(path)) errors.push(invalidValue(field, path, "must not contain '..'"));
}

export const hasBackstep = (path: string): boolean => path.includes('..') && path.split('/').includes('..');

/** Adds to `errors` unless the path stays below where it is put. */
export function checkDescendingPath(path: string, field: string, errors: FieldError[]): void {
  if (path.startsWith('/')) errors.push(invalidValue(field, path, 'must be a relative path'));
  checkNoBacksteps(path, field, errors);
}

/** The same for a file that is written beside those that are written atomically, whose names begin with two dots. */
export function checkFilePath(path: string, field: string, errors: FieldError[]): void {
  checkDescendingPath(path, field, errors);
  if (path.startsWith('..') && !path.startsWith('../')) {
    errors.push(invalidValue(field, path, "must not start with '..'"));
  }
}

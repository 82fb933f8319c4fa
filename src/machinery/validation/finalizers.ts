import { errorsOfEach, type FieldError, forbiddenValue, invalidValue } from '../field-error.ts';
import { goQuote } from '../go-quote.ts';
import { labelKey } from './label.ts';

const orphan = 'orphan';
const foreground = 'foregroundDeletion';
/** The finalizers without a domain that are Kubernetes' own. */
const standard: ReadonlySet<string> = new Set(['kubernetes', orphan, foreground]);

export const isStandardFinalizer = (name: string): boolean => standard.has(name);

export function validateFinalizers(finalizers: readonly string[], path: string): FieldError[] {
  const errors = errorsOfEach(finalizers, (name) => labelKey(name).map((text) => invalidValue(path, name, text)));
  if (finalizers.includes(orphan) && finalizers.includes(foreground)) {
    errors.push(invalidValue(path, [...finalizers], `finalizer ${orphan} and ${foreground} cannot be both set`));
  }
  return errors;
}

/** What the built-in resources ask besides: a domain, or a name of Kubernetes' own. Custom resources do not. */
export function validateKnownFinalizers(finalizers: readonly string[], path: string): FieldError[] {
  return errorsOfEach(finalizers, (name, index) => known(name, `${path}[${index}]`));
}

/** What is wrong with one of the finalizers that a namespace has in its spec. */
export const validateFinalizerName = (name: string, path: string): FieldError[] => [
  ...labelKey(name).map((text) => invalidValue(path, name, text)),
  ...known(name, path),
];

const known = (name: string, path: string): FieldError[] =>
  name.includes('/') || standard.has(name)
    ? []
    : [invalidValue(path, name, 'name is neither a standard finalizer name nor is it fully qualified')];

/** An object on its way out takes no new finalizers. */
export function validateNoNewFinalizers(now: readonly string[], before: readonly string[], path: string): FieldError[] {
  const known = new Set(before);
  const added = [...new Set(now)].filter((name) => !known.has(name)).sort();
  if (added.length === 0) return [];
  const list = `[]string{${added.map(goQuote).join(', ')}}`;
  return [
    forbiddenValue(path, `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`),
  ];
}

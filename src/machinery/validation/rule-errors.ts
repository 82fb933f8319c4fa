import { duplicateValue, type FieldError, maxFieldErrors, tooMany } from '../field-error.ts';
import { jsonEqual } from '../json/json-equal.ts';
import type { JsonValue } from '../json-value.ts';

/**
 * What is wrong with an object of a kind of which Kubernetes has written some rules down as functions and declared others
 * with its types. It tells what the functions find first, and then what the declarations do, each in the order of the fields:
 * so one walk over the object collects both.
 */
export class RuleErrors {
  readonly written: FieldError[];
  readonly declared: FieldError[];

  constructor(written: FieldError[] = [], declared: FieldError[] = []) {
    this.written = written;
    this.declared = declared;
  }

  /** For a part of the object that only the declarations look at. */
  get declaredOnly(): RuleErrors {
    return new RuleErrors([], this.declared);
  }

  /** For one that they do not: it is as it was. */
  get writtenOnly(): RuleErrors {
    return new RuleErrors(this.written, []);
  }

  get all(): FieldError[] {
    return [...this.written, ...this.declared];
  }
}

export interface DeclaredList<T> {
  readonly max?: number;
  /** No two items have the same; undefined: they may. */
  readonly keyOf?: (item: T) => JsonValue;
  /** How an item is shown that is there twice. */
  readonly shown?: (item: T) => JsonValue;
  /** What was there before: the declarations do not look at an item that has its key there and is the same. */
  readonly before?: readonly T[] | undefined;
}

/**
 * Looks at each item of a list whose size, and that its items differ, is declared: at none of them when there are too many.
 */
export function checkDeclaredList<T>(
  items: readonly T[] | null | undefined,
  path: string,
  errors: RuleErrors,
  { max = Number.POSITIVE_INFINITY, keyOf, shown = (item) => item as JsonValue, before = [] }: DeclaredList<T>,
  check?: (item: T, path: string, errors: RuleErrors) => void,
): void {
  if (items === undefined || items === null) return;
  if (items.length > max) {
    errors.declared.push(tooMany(path, items.length, max));
    return;
  }
  const old = new Map<string, T>();
  if (keyOf !== undefined) {
    for (const item of before) old.set(JSON.stringify(keyOf(item)), item);
    const taken = new Set<string>();
    for (const [index, item] of items.entries()) {
      const key = JSON.stringify(keyOf(item));
      if (taken.has(key)) errors.declared.push(duplicateValue(`${path}[${index}]`, shown(item)));
      taken.add(key);
    }
  }
  if (check === undefined) return;
  for (const [index, item] of items.entries()) {
    if (errors.written.length + errors.declared.length >= maxFieldErrors) return;
    const was = keyOf === undefined ? undefined : old.get(JSON.stringify(keyOf(item)));
    const isSame = was !== undefined && jsonEqual(was as JsonValue, item as JsonValue);
    check(item, `${path}[${index}]`, isSame ? errors.writtenOnly : errors);
  }
}

import { goLiteral, goTypeText, goValueText } from '../go-value-text.ts';
import { isJsonObject, type JsonValue } from '../json-value.ts';
import { elementOf, ListItemError } from './list-item.ts';
import { type ListType, type MergeType, resolved, typeUnder } from './merge-type.ts';
import { fieldElement, type PathElement, showPathElement } from './path-element.ts';

/** Enough to see what is wrong. */
const maxErrors = 100;

/**
 * What of an object does not fit its type: undeclared fields, values of another kind, items that cannot be told apart. In
 * Kubernetes' words, `.spec.replicas: expected numeric (int or float), got string`; at most 100. `duplicates`: an item may
 * be there several times, as in an object that is stored; in one that is applied it may not.
 */
export function typeErrors(type: MergeType, object: JsonValue, { duplicates = false } = {}): readonly string[] {
  const walk = new Walk(duplicates);
  walk.value(type, object);
  return walk.errors;
}

/** One as it is, several as a list. */
export const typeErrorsText = (errors: readonly string[]): string =>
  errors.length === 1 ? (errors[0] ?? '') : ['errors:', ...errors.map((error) => `  ${error}`)].join('\n');

class Walk {
  readonly errors: string[] = [];
  readonly #path: PathElement[] = [];
  readonly #duplicates: boolean;

  constructor(duplicates: boolean) {
    this.#duplicates = duplicates;
  }

  value(declared: MergeType, value: JsonValue): void {
    const type = resolved(declared, value);
    switch (type.kind) {
      case 'scalar':
        if (value !== null) this.#scalar(type.scalar, value);
        return;
      case 'list':
        if (Array.isArray(value)) this.#list(type, value);
        else if (value !== null) this.#wrong(`expected list, got &{${goValueText(value)}}`);
        return;
      case 'struct':
      case 'map':
        if (isJsonObject(value)) {
          for (const key of Object.keys(value)) {
            const inner = typeUnder(type, key);
            const undeclared = inner === undefined;
            this.#at(fieldElement(key), () =>
              undeclared ? this.#wrong('field not declared in schema') : this.value(inner, value[key] ?? null),
            );
            // As in the original, which looks at nothing beside it.
            if (undeclared) break;
          }
        } else if (value !== null) this.#wrong(`expected map, got &{${goValueText(value)}}`);
        return;
      case 'ignored':
        return this.value(type.of, value);
      case 'untyped':
      case 'deduced':
        return;
      default:
        return type satisfies never;
    }
  }

  #at(element: PathElement, look: () => void): void {
    this.#path.push(element);
    look();
    this.#path.pop();
  }

  #list(type: ListType, list: readonly JsonValue[]): void {
    const seen = new Set<PathElement>();
    for (const [index, item] of list.entries()) {
      let element: PathElement = `i:${index}`;
      if (!type.atomic) {
        try {
          element = elementOf(type, item);
        } catch (error) {
          if (!(error instanceof ListItemError)) throw error;
          // What is below cannot be named either.
          return this.#wrong(`element ${index}: ${error.message}`);
        }
        if (!this.#duplicates && seen.has(element))
          this.#wrong(`duplicate entries for key ${showPathElement(element)}`);
        seen.add(element);
      }
      this.#at(element, () => this.value(type.items, item));
    }
  }

  #scalar(wanted: 'string' | 'numeric' | 'boolean' | 'untyped', value: JsonValue): void {
    const isNumber = typeof value === 'number' || typeof value === 'bigint';
    if (wanted === 'numeric') {
      if (!isNumber) this.#wrong(`expected numeric (int or float), got ${goTypeText(value)}`);
    } else if (wanted === 'string') {
      if (typeof value !== 'string') {
        this.#wrong(`expected string, got &value.valueUnstructured{Value:${goLiteral(value)}}`);
      }
    } else if (wanted === 'boolean') {
      if (typeof value !== 'boolean') this.#wrong(`expected boolean, got &{${goValueText(value)}}`);
    } else if (typeof value === 'object') this.#wrong(`expected any scalar, got &{${goValueText(value)}}`);
  }

  #wrong(message: string): void {
    if (this.errors.length >= maxErrors) return;
    const path = this.#path.map(showPathElement).join('');
    this.errors.push(path === '' ? message : `${path}: ${message}`);
  }
}

import { textAt, valueAt } from '../machinery/json/json-path.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { StoredKind } from './stored-kind.ts';

type Fields = StoredKind['fields'];

/** Selectable fields that are strings at the path they are named after: `spec.nodeName`. */
export const textFields = (...names: readonly string[]): Fields =>
  Object.fromEntries(
    names.map((name) => {
      const path = name.split('.');
      return [name, (object: JsonObject) => textAt(object, ...path)];
    }),
  );

/** Selectable fields that are numbers or booleans, by the text that a selector compares: `0`, `false` when absent. */
export const scalarField = (name: string, absent: string): Fields => {
  const path = name.split('.');
  return {
    [name]: (object: JsonObject) => {
      const value = valueAt(object, ...path);
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : absent;
    },
  };
};

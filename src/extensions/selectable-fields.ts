import type { StoredKind } from '../api/stored-kind.ts';
import type { CustomResourceDefinitionVersion } from '../api/types/apiextensions-v1.generated.ts';
import { goValueText } from '../machinery/go-value-text.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { findValues } from '../machinery/jsonpath/find-values.ts';
import { JsonPathError, parseJsonPath } from '../machinery/jsonpath/json-path-expression.ts';

/** The paths of a version by which its objects can be selected, by the labels that selectors use: `spec.color`. */
export const selectableLabels = ({ selectableFields = [] }: CustomResourceDefinitionVersion): readonly string[] =>
  selectableFields.map(({ jsonPath = '' }) => jsonPath.replace(/^\./, ''));

/** How the fields of all versions are read. */
export function selectableFields(versions: readonly CustomResourceDefinitionVersion[]): StoredKind['fields'] {
  const fields: Record<string, (object: JsonObject) => string> = {};
  for (const label of versions.flatMap(selectableLabels)) fields[label] = readerOf(`.${label}`);
  return fields;
}

function readerOf(path: string): (object: JsonObject) => string {
  try {
    const steps = parseJsonPath(path);
    return (object) => {
      const value = findValues(steps, object)[0] ?? null;
      return value === null ? '' : goValueText(value);
    };
  } catch (error) {
    if (error instanceof JsonPathError) return () => '';
    throw error;
  }
}

import { ageSince } from '../api/printing/aging-text.ts';
import { ageColumn, nameColumn } from '../api/printing/columns.ts';
import type { Cell, PrinterColumn } from '../api/printing/printer-column.ts';
import type { CustomResourceColumnDefinition } from '../api/types/apiextensions-v1.generated.ts';
import { compareText } from '../machinery/compare-text.ts';
import { goValueText } from '../machinery/go-value-text.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../machinery/json-value.ts';
import { findValues } from '../machinery/jsonpath/find-values.ts';
import { JsonPathError, parseJsonPath, type Step } from '../machinery/jsonpath/json-path-expression.ts';

/**
 * The columns of a definition's version, after the name. Without any there is the age. As in the original, one whose path
 * is none ends the list: it and what follows are not shown.
 */
export function printerColumns(given: readonly CustomResourceColumnDefinition[] = []): readonly PrinterColumn[] {
  if (given.length === 0) return [nameColumn, { ...ageColumn, type: 'date' }];
  const columns: PrinterColumn[] = [nameColumn];
  for (const definition of given) {
    try {
      columns.push(columnOf(definition));
    } catch (error) {
      if (error instanceof JsonPathError) break;
      throw error;
    }
  }
  return columns;
}

/** @throws {JsonPathError} */
function columnOf({
  name = '',
  type = '',
  format,
  description,
  priority,
  jsonPath = '',
}: CustomResourceColumnDefinition) {
  const steps = parseJsonPath(jsonPath);
  return {
    name,
    type: type as PrinterColumn['type'],
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    cell: (object: JsonObject) => cellOf(steps, type, object),
    ...(format !== undefined && { format }),
    ...(priority !== undefined && { priority }),
  };
}

function cellOf(steps: readonly Step[], type: string, object: JsonObject): Cell {
  const value = firstOf(steps, object);
  if (value === undefined) return null;
  if (type === 'string') return textOf(value);
  switch (type) {
    case 'integer':
      return isNumber(value) ? Math.trunc(Number(value)) : null;
    case 'number':
      return isNumber(value) ? Number(value) : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? dateOf(value) : null;
    default:
      return null;
  }
}

/** The first of what a path leads to; nothing where it asks for what there cannot be. */
function firstOf(steps: readonly Step[], object: JsonObject): JsonValue | undefined {
  try {
    return findValues(steps, object)[0];
  } catch (error) {
    if (error instanceof JsonPathError) return undefined;
    throw error;
  }
}

const isNumber = (value: JsonValue): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

function textOf(value: JsonValue): string {
  if (value === null) return '<no value>';
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? encodeJson(inKeyOrder(value)) : goValueText(value);
}

/** As Go writes maps. */
function inKeyOrder(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(inKeyOrder);
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).sort(compareText);
  return Object.fromEntries(keys.map((key) => [key, inKeyOrder(value[key] ?? null)]));
}

const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

function dateOf(value: string): Cell {
  if (value === '' || value === 'null') return '<unknown>';
  return timestamp.test(value) && !Number.isNaN(Date.parse(value)) ? ageSince(value) : '<invalid>';
}

import { compareText } from './compare-text.ts';
import { goQuote } from './go-quote.ts';
import { isJsonObject, type JsonValue } from './json-value.ts';

/**
 * A JSON value as Go's `%v` writes it: `map[a:1 b:[x <nil>]]`, keys in order, strings as they are. Some of Kubernetes'
 * messages show values so.
 */
export function goValueText(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goValueText).join(' ')}]`;
  if (typeof value === 'object') {
    const keys = Object.keys(value).sort(compareText);
    return `map[${keys.map((key) => `${key}:${goValueText(value[key] ?? null)}`).join(' ')}]`;
  }
  return typeof value === 'number' ? floatText(value) : String(value);
}

/** A value as Go's `%#v` prints it: `map[string]interface {}{"a":1}`. */
export function goLiteral(value: JsonValue): string {
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goLiteral).join(', ')}}`;
  if (!isJsonObject(value)) return String(value);
  const keys = Object.keys(value).sort(compareText);
  return `map[string]interface {}{${keys.map((key) => `${goQuote(key)}:${goLiteral(value[key] ?? null)}`).join(', ')}}`;
}

/** JavaScript has an exponent for small numbers later than Go, and writes it with one digit. */
function floatText(value: number): string {
  const small = value !== 0 && Math.abs(value) < 1e-4;
  return (small ? value.toExponential() : String(value)).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** As Go's `%s` writes it, which is for strings. */
export function goStringText(value: JsonValue): string {
  if (typeof value === 'string' || (typeof value === 'object' && value !== null)) return goValueText(value);
  return value === null ? '%!s(<nil>)' : `%!s(${goKind(value)}=${goValueText(value)})`;
}

/** What Go's `%T` calls a value that was decoded without a type. */
export function goTypeText(value: JsonValue): string {
  if (value === null) return '%!s(<nil>)';
  if (Array.isArray(value)) return '[]interface {}';
  return typeof value === 'object' ? 'map[string]interface {}' : goKind(value);
}

/** The kind of that type. */
export function goKind(value: JsonValue): string {
  if (value === null) return 'invalid';
  if (Array.isArray(value)) return 'slice';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int64';
    case 'number':
      return Number.isSafeInteger(value) ? 'int64' : 'float64';
    case 'string':
      return 'string';
    default:
      return 'map';
  }
}

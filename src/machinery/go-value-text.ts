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
  return typeof value === 'number' ? numberText(value) : String(value);
}

/** A value as Go's `%#v` prints it: `map[string]interface {}{"a":1}`. */
export function goLiteral(value: JsonValue): string {
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goLiteral).join(', ')}}`;
  if (!isJsonObject(value)) return typeof value === 'number' ? numberText(value) : String(value);
  const keys = Object.keys(value).sort(compareText);
  return `map[string]interface {}{${keys.map((key) => `${goQuote(key)}:${goLiteral(value[key] ?? null)}`).join(', ')}}`;
}

/** A number that was decoded without a type: an integer, as long as it is one of 64 bits, else a float. */
const numberText = (value: number): string => (Number.isSafeInteger(value) ? String(value) : goFloatText(value));

/** A float as Go's `%v` writes it: `1.5`, `1e+06`, `1e-05`. */
export function goFloatText(value: number): string {
  const exponential = value.toExponential();
  const exponent = Number(exponential.slice(exponential.indexOf('e') + 1));
  if (exponent >= -4 && exponent < 6) return String(value);
  return exponential.replace(/e([+-])(\d)$/, 'e$10$2');
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

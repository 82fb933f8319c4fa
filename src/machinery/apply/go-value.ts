import { goQuote } from '../go-quote.ts';
import { isJsonObject, type JsonValue } from '../json-value.ts';
import { compareText } from './compare-text.ts';

/** A value as Go's `%v` prints it: `map[a:1 b:[x y]]`. */
export function goPlain(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goPlain).join(' ')}]`;
  if (!isJsonObject(value)) return String(value);
  const keys = Object.keys(value).sort(compareText);
  return `map[${keys.map((key) => `${key}:${goPlain(value[key] ?? null)}`).join(' ')}]`;
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

/** What Go calls the type that its decoder makes of a value. */
export function goTypeOf(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'object':
      return 'map[string]interface {}';
    default:
      return Number.isInteger(Number(value)) ? 'int64' : 'float64';
  }
}

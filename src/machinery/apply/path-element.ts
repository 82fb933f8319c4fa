import { compareText } from '../compare-text.ts';
import { goQuote } from '../go-quote.ts';
import type { JsonObject, JsonValue } from '../json-value.ts';

/**
 * One step of a field's path, as FieldsV1 spells it: `f:name` a field of a struct or map, `k:{"name":"a"}` the item of a
 * list that has these keys, `v:"a"` the item of a set, `i:0` the item at an index.
 */
export type PathElement = string;

/** Marks, in FieldsV1, that what has parts is itself a member. */
export const self = '.';

export const fieldElement = (name: string): PathElement => `f:${name}`;

/** `keys`: in the order of their names. */
export function keyElement(keys: readonly (readonly [string, JsonValue])[]): PathElement {
  let text = '';
  for (const [name, value] of keys) text += `${text === '' ? '' : ','}${quoted(name)}:${spelled(value)}`;
  return `k:{${text}}`;
}

export const valueElement = (value: JsonValue): PathElement => `v:${spelled(value)}`;

/** As Go's encoders write a value: they escape what HTML has a meaning for. */
export function spelled(value: JsonValue): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(spelled).join(',')}]`;
  const members = Object.keys(value).sort(compareText);
  return `{${members.map((key) => `${quoted(key)}:${spelled(value[key] ?? null)}`).join(',')}}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: just these are written differently
const special = /[<>&\u2028\u2029\b\f]/;

function quoted(text: string): string {
  const plain = JSON.stringify(text);
  if (!special.test(text)) return plain;
  return plain.replaceAll(/\\.|[<>&\u2028\u2029]/g, (found) => {
    if (found === '\\b') return '\\u0008';
    if (found === '\\f') return '\\u000c';
    return found.startsWith('\\') ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const rank = (element: PathElement): number => 'fkvi'.indexOf(element.charAt(0));

/** The order in which Kubernetes writes them: fields, keys, values, indices; each by what they say. */
export function comparePathElements(a: PathElement, b: PathElement): number {
  const byKind = rank(a) - rank(b);
  if (byKind !== 0) return byKind;
  if (a.startsWith('f:')) return compareText(a, b);
  if (a === b) return 0;
  if (a.startsWith('i:')) return Number(a.slice(2)) - Number(b.slice(2));
  const [left, right] = [JSON.parse(a.slice(2)) as JsonValue, JSON.parse(b.slice(2)) as JsonValue];
  return a.startsWith('k:') ? compareKeys(left as JsonObject, right as JsonObject) : compareValues(left, right);
}

function compareKeys(a: JsonObject, b: JsonObject): number {
  const [left, right] = [Object.keys(a).sort(compareText), Object.keys(b).sort(compareText)];
  for (const [index, name] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const byName = compareText(name, other) || compareValues(a[name] ?? null, b[other] ?? null);
    if (byName !== 0) return byName;
  }
  return left.length - right.length;
}

/** Numbers, then texts, then booleans, then the rest. */
function compareValues(a: JsonValue, b: JsonValue): number {
  const kinds = ['number', 'string', 'boolean', 'object'];
  const byKind = kinds.indexOf(typeof a) - kinds.indexOf(typeof b);
  if (byKind !== 0) return byKind;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'object' || typeof b === 'object') return compareText(spelled(a), spelled(b));
  return Number(a) - Number(b);
}

/** As messages show it: `.name`, `[name="a",port=80]`, `[="a"]`, `[0]`. */
export function showPathElement(element: PathElement): string {
  const said = element.slice(2);
  switch (element.charAt(0)) {
    case 'f':
      return `.${said}`;
    case 'k': {
      const keys = Object.entries(JSON.parse(said) as JsonObject);
      return `[${keys.map(([name, value]) => `${name}=${show(value)}`).join(',')}]`;
    }
    case 'v':
      return `[=${show(JSON.parse(said) as JsonValue)}]`;
    default:
      return `[${said}]`;
  }
}

const show = (value: JsonValue): string => (typeof value === 'string' ? goQuote(value) : spelled(value));

export const showPath = (path: readonly PathElement[]): string => path.map(showPathElement).join('');

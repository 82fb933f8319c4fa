import { isJsonObject, type JsonObject, type JsonValue } from '../../machinery/json-value.ts';
import { parseQuantity } from '../../machinery/quantity.ts';

/** A JSON text that is not of the type that an annotation holds: it says nothing then, as in the original. */
export class AnnotationError extends Error {}

/**
 * A field of a struct in an annotation: its name there; where the hub has it; what it is. `?`: it may be absent in Go, and
 * is left out then; `null`: absent in Go, and written as null.
 */
export type AnnotationField = readonly [
  name: string,
  at: string,
  kind: 'text' | 'text?' | 'number?' | 'quantity' | 'quantity?' | 'time' | 'selector?' | 'reference',
];

/** What `object`, of the hub, has, as an annotation has it: with the fields in Go's order. */
export function toAnnotation(fields: readonly AnnotationField[], object: JsonObject): JsonObject {
  const written: JsonObject = {};
  for (const [name, at, kind] of fields) {
    const value = valueAtPath(object, at);
    if (value === undefined || value === null || value === '') {
      if (!kind.endsWith('?')) written[name] = kind in zeros ? (zeros[kind] ?? null) : '';
    } else written[name] = inGoOrder(kind, value);
  }
  return written;
}

const zeros: Readonly<Record<string, JsonValue>> = {
  quantity: '0',
  time: null,
  reference: { kind: '', name: '' },
};

function valueAtPath(object: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const key of path.split('.')) value = isJsonObject(value) ? value[key] : undefined;
  return value;
}

const ordered: Readonly<Record<string, readonly string[]>> = {
  reference: ['kind', 'name', 'apiVersion'],
  'selector?': ['matchLabels', 'matchExpressions'],
};

function inGoOrder(kind: string, value: JsonValue): JsonValue {
  const keys = ordered[kind];
  if (keys === undefined || !isJsonObject(value)) return value;
  const present = keys.filter((key) => value[key] !== undefined);
  return Object.fromEntries(present.map((key) => [key, sortedLabels(value[key] ?? null)]));
}

const sortedLabels = (value: JsonValue): JsonValue =>
  isJsonObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;

/** What an annotation says, as the hub has it. @throws {AnnotationError} */
export function fromAnnotation(fields: readonly AnnotationField[], value: JsonValue): JsonObject {
  const object: JsonObject = {};
  for (const [name, at, kind] of fields) {
    const read = readAs(kind, fieldOf(value, name));
    if (read !== undefined) putAt(object, at.split('.'), read);
  }
  return object;
}

/** As Go finds it: by its name, however it is written. @throws {AnnotationError} when there can be no fields */
export function fieldOf(value: JsonValue, name: string): JsonValue | undefined {
  if (!isJsonObject(value)) throw new AnnotationError('not an object');
  if (Object.hasOwn(value, name)) return value[name];
  const key = Object.keys(value).find((other) => other.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : value[key];
}

function putAt(object: JsonObject, path: readonly string[], value: JsonValue): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) {
    object[key] = value;
    return;
  }
  const inner = object[key];
  const next = isJsonObject(inner) ? inner : {};
  object[key] = next;
  putAt(next, rest, value);
}

/** undefined: nothing is there, and nothing need be. @throws {AnnotationError} */
function readAs(kind: AnnotationField[2], value: JsonValue | undefined): JsonValue | undefined {
  const isAbsent = value === undefined || value === null;
  switch (kind) {
    case 'text':
      return isAbsent ? '' : textOf(value);
    case 'text?':
      return isAbsent || value === '' ? undefined : textOf(value);
    case 'number?':
      return isAbsent ? undefined : integerOf(value);
    case 'quantity':
      return isAbsent ? '0' : quantityOf(value);
    case 'quantity?':
      return isAbsent ? undefined : quantityOf(value);
    case 'time':
      return isAbsent ? null : textOf(value);
    case 'selector?':
      return isAbsent ? undefined : selectorOf(value);
    case 'reference':
      return isAbsent ? { kind: '', name: '' } : fromAnnotation(reference, value);
    default:
      return kind satisfies never;
  }
}

const reference: readonly AnnotationField[] = [
  ['kind', 'kind', 'text'],
  ['name', 'name', 'text'],
  ['apiVersion', 'apiVersion', 'text?'],
];

/** @throws {AnnotationError} */
export function textOf(value: JsonValue): string {
  if (typeof value !== 'string') throw new AnnotationError('not a text');
  return value;
}

/** @throws {AnnotationError} */
export function integerOf(value: JsonValue): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) >= 2 ** 31) {
    throw new AnnotationError('not a number');
  }
  return value;
}

/** @throws {AnnotationError} */
export function quantityOf(value: JsonValue): string {
  if (typeof value !== 'string' && typeof value !== 'number') throw new AnnotationError('not a quantity');
  try {
    return parseQuantity(String(value)).text;
  } catch {
    throw new AnnotationError('not a quantity');
  }
}

function selectorOf(value: JsonValue): JsonObject {
  const [labels, expressions] = [fieldOf(value, 'matchLabels') ?? null, fieldOf(value, 'matchExpressions') ?? null];
  const selector: JsonObject = {};
  if (labels !== null) {
    if (!isJsonObject(labels)) throw new AnnotationError('not labels');
    const entries = Object.entries(labels).map(([key, label]) => [key, textOf(label)] as const);
    if (entries.length > 0) selector['matchLabels'] = Object.fromEntries(entries);
  }
  const list = listOf(expressions).map((expression): JsonObject => {
    const values = listOf(fieldOf(expression, 'values') ?? null).map(textOf);
    const [key, operator] = [fieldOf(expression, 'key') ?? '', fieldOf(expression, 'operator') ?? ''];
    return { key: textOf(key), operator: textOf(operator), ...(values.length > 0 && { values }) };
  });
  if (list.length > 0) selector['matchExpressions'] = list;
  return selector;
}

/** @throws {AnnotationError} */
export function listOf(value: JsonValue): readonly JsonValue[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw new AnnotationError('not a list');
  return value;
}

/** As Go writes JSON. */
export const annotationText = (value: JsonValue): string =>
  JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** What `read` makes of what an annotation holds; undefined when it is not of its type. */
export function readAnnotation<T>(value: JsonValue | undefined, read: (value: JsonValue) => T): T | undefined {
  if (value === undefined) return undefined;
  try {
    return read(value);
  } catch (error) {
    if (error instanceof AnnotationError) return undefined;
    throw error;
  }
}

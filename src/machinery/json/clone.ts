import type { JsonValue } from '../json-value.ts';
import { emptyObject } from './parse.ts';

/** A copy that shares nothing with `value`, with objects of the kind that the parser makes. */
export function cloneJson<T extends JsonValue>(value: T): T;
export function cloneJson(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => cloneJson(item));
  const copy = emptyObject();
  for (const key of Object.keys(value)) copy[key] = cloneJson(value[key] as JsonValue);
  return copy;
}

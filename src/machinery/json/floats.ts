import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import type { NumberLiterals } from './parse.ts';

/**
 * Which numbers were written with a fraction or an exponent, or beyond all integers, in objects that are read without a type:
 * `1.0` is a float to Go, and its rules and messages tell it from `1`. Known as long as the object or list lives that
 * holds the number, and of nobody who only copies it.
 */
const floats = new WeakMap<JsonObject | readonly JsonValue[], ReadonlySet<string | number>>();

/** Outermost objects with such somewhere in them. */
const holders = new WeakSet<JsonObject>();

/** `literals`: of the text that `whole` was. */
export function keepFloats(whole: JsonObject, literals: NumberLiterals | undefined): void {
  if (literals === undefined) return;
  for (const [holder, texts] of literals) floats.set(holder, new Set(texts.keys()));
  holders.add(whole);
}

/** The number under `key` was written as a float. */
export const isFloat = (holder: JsonObject | readonly JsonValue[], key: string | number): boolean =>
  floats.get(holder)?.has(key) === true;

/** Says the same of `to`, a copy. */
export function copyFloats(from: JsonObject, to: JsonObject): void {
  if (!holders.has(from)) return;
  holders.add(to);
  copyWithin(from, to);
}

function copyWithin(from: JsonValue, to: JsonValue): void {
  if (typeof from !== 'object' || from === null || typeof to !== 'object' || to === null) return;
  const own = floats.get(from);
  if (own !== undefined) floats.set(to, own);
  if (Array.isArray(from) && Array.isArray(to)) {
    for (const [index, item] of from.entries()) copyWithin(item, to[index] ?? null);
  } else if (isJsonObject(from) && isJsonObject(to)) {
    for (const key of Object.keys(from)) copyWithin(from[key] ?? null, to[key] ?? null);
  }
}

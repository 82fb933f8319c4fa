import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import { cloneJson } from './clone.ts';
import { copyFloats } from './floats.ts';
import { emptyObject } from './parse.ts';

/**
 * Which lists and maps were given with nothing in them and left out of an object for that, as Go's encoder leaves them out:
 * until the object is stored Go knows them from those that were never there, and some messages, rules and comparisons
 * show it. Known as long as the object lives, and of nobody who only copies it.
 */
const emptied = new WeakMap<JsonObject, Map<string, 'list' | 'map'>>();

/** Objects with such somewhere in them. */
const holders = new WeakSet<JsonObject>();

/** The entry `key`, which `object` has not, was an empty list or map. */
export function markEmptied(object: JsonObject, key: string, value: JsonValue): void {
  const what = Array.isArray(value) ? 'list' : 'map';
  const marks = emptied.get(object);
  if (marks === undefined) emptied.set(object, new Map([[key, what]]));
  else marks.set(key, what);
}

/** Some object in `whole`, which is the outermost one, has a mark. */
export const markHolder = (whole: JsonObject): void => void holders.add(whole);

/** Whether anything in an outermost object was given empty. */
export const holdsEmptied = (whole: JsonObject): boolean => holders.has(whole);

/** The empty list or map that was given in the place of an entry that is not there. Undefined: none was. */
export function emptiedAt(object: object | undefined, key: string): JsonValue[] | JsonObject | undefined {
  if (object === undefined || Object.hasOwn(object, key)) return undefined;
  const what = emptied.get(object as JsonObject)?.get(key);
  return what === undefined ? undefined : what === 'list' ? [] : emptyObject();
}

/** Of entries of `from` that `to`, a shallow copy of it, has not either, the same is known. Returns `to`. */
export function keepEmptied<T extends object>(from: object | undefined, to: T): T {
  const marks = from === undefined ? undefined : emptied.get(from as JsonObject);
  if (marks !== undefined) emptied.set(to as unknown as JsonObject, new Map(marks));
  return to;
}

/** Whether anything in `value`, whatever part of an object it is, was given empty. */
export function hasEmptied(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasEmptied);
  for (const key of emptied.get(value)?.keys() ?? []) if (!Object.hasOwn(value, key)) return true;
  return Object.values(value).some(hasEmptied);
}

/** A copy of an outermost object, of which the same is known. */
export function cloneGiven(whole: JsonObject): JsonObject {
  const copy = cloneJson(whole);
  copyFloats(whole, copy);
  if (holdsEmptied(whole)) {
    copyMarks(whole, copy);
    markHolder(copy);
  }
  return copy;
}

function copyMarks(from: JsonValue, to: JsonValue): void {
  if (Array.isArray(from) && Array.isArray(to)) {
    for (const [index, item] of from.entries()) copyMarks(item, to[index] ?? null);
  } else if (isJsonObject(from) && isJsonObject(to)) {
    const marks = emptied.get(from);
    if (marks !== undefined) emptied.set(to, new Map(marks));
    for (const key of Object.keys(from)) copyMarks(from[key] ?? null, to[key] ?? null);
  }
}

import { jsonEqual } from '../json/json-equal.ts';
import type { JsonValue } from '../json-value.ts';
import { keysOf, unorderedEqual } from './declared-list.ts';
import { JsonList, JsonMap } from './json-view.ts';
import type { Meter } from './meter.ts';
import { Type } from './type.ts';
import {
  CelError,
  CelList,
  CelMap,
  Double,
  Duration,
  noOverloadFor,
  Opaque,
  Optional,
  Timestamp,
  Uint,
  type Value,
} from './value.ts';

/**
 * Whether two values are equal: numbers of different types as numbers, lists and maps by what they hold, anything of
 * different types never. Where the original cannot compare, an error.
 */
export function equal(meter: Meter, a: Value, b: Value): boolean | CelError {
  if (typeof a === 'object') return a === null || b === null ? a === b : equalObjects(meter, a, b);
  if (a === b) return true;
  if ((typeof a === 'number' || typeof a === 'bigint') && typeof b === 'object') return equalNumbers(a, b);
  return false;
}

/** An int, compared as the original does: as a double with a double. */
function equalNumbers(a: number | bigint, b: Value): boolean {
  if (b instanceof Double) return Number(a) === b.value;
  return b instanceof Uint && a >= 0 && BigInt(a) === b.value;
}

function equalObjects(
  meter: Meter,
  a: Exclude<Value, boolean | string | number | bigint | null>,
  b: Value,
): boolean | CelError {
  meter.work(1);
  if (a instanceof CelList) return equalLists(meter, a, b);
  if (a instanceof CelMap) return equalMaps(meter, a, b);
  if (a instanceof Double) {
    if (b instanceof Double) return a.value === b.value;
    if (b instanceof Uint) return a.value === Number(b.value);
    return (typeof b === 'number' || typeof b === 'bigint') && equalNumbers(b, a);
  }
  if (a instanceof Uint) {
    if (b instanceof Uint) return a.value === b.value;
    if (b instanceof Double) return b.value === Number(a.value);
    return (typeof b === 'number' || typeof b === 'bigint') && equalNumbers(b, a);
  }
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (a instanceof Timestamp) return b instanceof Timestamp && a.seconds === b.seconds && a.nanos === b.nanos;
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof Optional) return b instanceof Optional && equalOptionals(meter, a, b);
  if (a instanceof Type) return b instanceof Type && a.name === b.name;
  if (a instanceof CelError) return a;
  return b instanceof Opaque && b.type.name === a.type.name ? a.equals(b) : noOverloadFor(b);
}

function equalOptionals(meter: Meter, a: Optional, b: Optional): boolean | CelError {
  if (a.value === undefined || b.value === undefined) return a.value === b.value;
  return equal(meter, a.value, b.value);
}

function equalLists(meter: Meter, a: CelList, b: Value): boolean | CelError {
  const keys = keysOf(a);
  if (keys !== undefined) {
    meter.work(a.size);
    return unorderedEqual(a, b, keys, (one, other) => equal(meter, one, other));
  }
  if (!(b instanceof CelList)) return a instanceof JsonList ? noOverloadFor(b) : false;
  if (a.size !== b.size) return false;
  for (let at = 0; at < a.size; at++) {
    meter.work(1);
    const result = equal(meter, a.at(at), b.at(at));
    if (result !== true) return result;
  }
  return true;
}

function equalMaps(meter: Meter, a: CelMap, b: Value): boolean | CelError {
  if (a instanceof JsonMap) return equalJson(meter, a, b);
  if (!(b instanceof CelMap) || a.size !== b.size) return false;
  for (const key of a.keys()) {
    meter.work(1);
    const other = b.find(key);
    if (other === undefined) return false;
    const result = equal(meter, a.find(key) ?? null, other);
    if (result !== true) return result;
  }
  return true;
}

/** Also what an object has that is not declared is compared, as JSON. */
function equalJson(meter: Meter, a: JsonMap, b: Value): boolean | CelError {
  if (!(b instanceof CelMap)) return noOverloadFor(b);
  if (a.size !== b.size) return false;
  const undeclared = new Set(a.type.kind === 'object' ? Object.keys(a.json) : []);
  for (const key of a.keys()) {
    meter.work(1);
    if (typeof key === 'string') undeclared.delete(a.type.fields.get(key)?.name ?? key);
    const [mine, other] = [a.find(key), b.find(key)];
    if (mine === undefined || other === undefined) {
      if (mine === other) continue;
      return false;
    }
    const result = equal(meter, mine, other);
    if (result !== true) return result;
  }
  if (undeclared.size === 0) return true;
  if (!(b instanceof JsonMap)) return noOverloadFor(b);
  meter.work(undeclared.size);
  return [...undeclared].every(
    (name) => !Object.hasOwn(b.json, name) || jsonEqual(a.json[name] as JsonValue, b.json[name] as JsonValue),
  );
}

import { intOf, uint64Max } from './literals.ts';
import { MapBuilder } from './map.ts';
import { CelList, Double, Uint, type Value } from './value.ts';

const isScalar = (value: Value): boolean =>
  value !== null && (typeof value !== 'object' || value instanceof Double || value instanceof Uint);

/** A number is found whatever its type. */
function addWhole(builder: MapBuilder, value: number): void {
  const whole = Number.isInteger(value) ? BigInt(value) : undefined;
  const int = whole === undefined ? undefined : intOf(whole);
  if (int !== undefined) builder.set(int, true);
  if (whole !== undefined && whole >= 0n && whole <= uint64Max) builder.set(new Uint(whole), true);
}

/**
 * Whether a value is in a list that is always the same, without looking through it. False: nothing is. Undefined: the list has
 * what has to be compared.
 */
export function constantMembership(list: Value): ((value: Value) => boolean) | false | undefined {
  if (!(list instanceof CelList)) return undefined;
  if (list.size === 0) return false;
  const builder = new MapBuilder();
  for (let at = 0; at < list.size; at++) {
    const element = list.at(at);
    if (!isScalar(element)) return undefined;
    builder.set(element, true);
    if (element instanceof Double) addWhole(builder, element.value);
  }
  const members = builder.done();
  return (value) => members.find(value) !== undefined;
}

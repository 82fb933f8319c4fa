import { ArrayList, elementsOf } from './list.ts';
import { dynType, listType, type Type } from './type.ts';
import {
  CelError,
  CelList,
  CelMap,
  Double,
  Duration,
  noOverloadFor,
  Opaque,
  Timestamp,
  Uint,
  type Value,
} from './value.ts';

/** A list made of a set or of a list of keyed objects: it is one still. */
class DeclaredList extends ArrayList {
  readonly #type: Type;

  constructor(elements: Value[], type: Type) {
    super(elements);
    this.#type = type;
  }

  override get declared(): Type {
    return this.#type;
  }
}

/** How the elements of a list are told apart, when it is no list of just anything. */
export const keysOf = (list: CelList): 'set' | readonly string[] | undefined => list.declared?.details.listKeys;

const scalarsOnly = new CelError('listSet operations are only supported on lists of scalar values');

function scalarKey(value: Value): string | undefined {
  switch (typeof value) {
    case 'string':
      return `s${value}`;
    case 'number':
    case 'bigint':
      return `i${value}`;
    case 'boolean':
      return `b${value}`;
    default:
      break;
  }
  if (value === null) return 'n';
  if (value instanceof Double) return `d${value.value}`;
  if (value instanceof Uint) return `u${value.value}`;
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`;
  if (value instanceof Timestamp) return `t${value.seconds}.${value.nanos}`;
  if (value instanceof Duration) return `l${value.nanos}`;
  return value instanceof Opaque ? `o${value.type.name}` : undefined;
}

/** What an element of the list is known by, or the error that it can have no such thing. */
function keyOf(element: Value, keys: 'set' | readonly string[]): string | CelError {
  if (keys === 'set') {
    if (element instanceof CelError) return element;
    return scalarKey(element) ?? scalarsOnly;
  }
  const parts = keys.map(
    (key) => (element instanceof CelMap ? scalarKey(element.find(key) ?? null) : undefined) ?? 'n',
  );
  return JSON.stringify(parts);
}

/** By what it is known by, the last of equal ones. */
function indexed(list: CelList, keys: 'set' | readonly string[]): Map<string, Value> | CelError {
  const index = new Map<string, Value>();
  for (const element of elementsOf(list)) {
    const key = keyOf(element, keys);
    if (key instanceof CelError) return key;
    index.set(key, element);
  }
  return index;
}

/** Whether two lists have the same elements in any order; of keyed objects, equal ones under equal keys. */
export function unorderedEqual(
  list: CelList,
  other: Value,
  keys: 'set' | readonly string[],
  equal: (a: Value, b: Value) => boolean | CelError,
): boolean | CelError {
  if (!(other instanceof CelList)) return noOverloadFor(other);
  if (list.size !== other.size) return false;
  const index = indexed(list, keys);
  if (index instanceof CelError) return index;
  const seen = new Set<string>();
  for (const element of elementsOf(other)) {
    const key = keyOf(element, keys);
    if (key instanceof CelError) return key;
    const mine = index.get(key);
    if (mine === undefined) return false;
    if (keys !== 'set') {
      const result = equal(mine, element);
      if (result !== true) return result;
    }
    seen.add(key);
  }
  return seen.size === index.size;
}

/** The union of sets; of keyed objects, those of the second in the place of those with the same keys. */
export function union(list: CelList, other: CelList, keys: 'set' | readonly string[]): Value {
  const elements = [...elementsOf(list)];
  const places = new Map<string, number>();
  for (const [at, element] of elements.entries()) {
    const key = keyOf(element, keys);
    if (key instanceof CelError) return key;
    places.set(key, at);
  }
  for (const element of elementsOf(other)) {
    const key = keyOf(element, keys);
    if (key instanceof CelError) return key;
    const place = places.get(key);
    if (place === undefined) {
      if (keys === 'set') places.set(key, elements.length);
      elements.push(element);
    } else if (keys !== 'set') elements[place] = element;
  }
  return new DeclaredList(elements, listType(dynType, { listKeys: keys }));
}

import { add } from '../arithmetic.ts';
import { compare } from '../comparison.ts';
import { equal } from '../equality.ts';
import { type FunctionDeclaration, method, overload } from '../function.ts';
import { ArrayList, elementsOf } from '../list.ts';
import { sortByAssociatedKeys } from '../macros.ts';
import type { Meter } from '../meter.ts';
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  paramType,
  stringType,
  type Type,
  timestampType,
  uintType,
} from '../type.ts';
import {
  CelError,
  CelList,
  Double,
  Duration,
  isError,
  noOverloadFor,
  noSuchOverload,
  typeOf,
  Uint,
  type Value,
} from '../value.ts';

type Int = number | bigint;

/** Kubernetes names them so; cel-go's overloads have the types' own names. */
const comparable: readonly (readonly [string, Type])[] = [
  ['int', intType],
  ['uint', uintType],
  ['double', doubleType],
  ['bool', boolType],
  ['duration', durationType],
  ['timestamp', timestampType],
  ['string', stringType],
  ['bytes', bytesType],
];
const zeros: readonly (readonly [string, Type, Value])[] = [
  ['int', intType, 0],
  ['uint', uintType, new Uint(0n)],
  ['double', doubleType, new Double(0)],
  ['duration', durationType, new Duration(0n)],
];

function isSorted(_: Meter, list: CelList): Value {
  let before: Value | undefined;
  for (const element of elementsOf(list)) {
    if (before !== undefined) {
      const order = compare(before, element);
      if (typeof order === 'number' && order > 0) return false;
    }
    if (isError(element)) return element;
    before = element;
  }
  return true;
}

const sumFrom =
  (zero: Value) =>
  (meter: Meter, list: CelList): Value => {
    let sum = zero;
    for (const element of elementsOf(list)) {
      sum = add(meter, sum, element);
      if (isError(sum)) return sum;
    }
    return sum;
  };

const extreme =
  (name: string, isBetter: (order: number) => boolean) =>
  (_: Meter, list: CelList): Value => {
    let best: Value | undefined;
    for (const element of elementsOf(list)) {
      if (isError(element)) return element;
      if (best === undefined) best = element;
      else {
        const order = compare(best, element);
        if (typeof order === 'number' && isBetter(order)) best = element;
      }
    }
    return best ?? new CelError(`${name} called on empty list`);
  };

function indexOf(meter: Meter, list: CelList, value: Value): Value {
  for (let at = 0; at < list.size; at++) {
    meter.work(1);
    if (equal(meter, list.at(at), value) === true) return at;
  }
  return -1;
}

function lastIndexOf(meter: Meter, list: CelList, value: Value): Value {
  for (let at = list.size - 1; at >= 0; at--) {
    meter.work(1);
    if (equal(meter, list.at(at), value) === true) return at;
  }
  return -1;
}

/** In a list, or the value itself. */
function includes(meter: Meter, target: Value, value: Value): Value {
  if (target instanceof CelList) return indexOf(meter, target, value) !== -1;
  return equal(meter, target, value) === true;
}

function slice(meter: Meter, list: CelList, start: Int, end: Int): Value {
  const wrong =
    start < 0 || end < 0
      ? 'negative indexes not supported'
      : start > end
        ? 'start index must be less than or equal to end index'
        : list.size < end
          ? `list is length ${list.size}`
          : undefined;
  if (wrong !== undefined) return new CelError(`cannot slice(${start}, ${end}), ${wrong}`);
  const length = Number(end) - Number(start);
  meter.allocate(length);
  return new ArrayList(Array.from({ length }, (_, at) => list.at(Number(start) + at)));
}

function flatten(meter: Meter, list: CelList, depth: Int = 1): Value {
  if (depth < 0) return new CelError('level must be non-negative');
  const values: Value[] = [];
  gather(meter, list, Number(depth), values);
  return new ArrayList(values);
}

function gather(meter: Meter, list: CelList, depth: number, into: Value[]): void {
  for (const value of elementsOf(list)) {
    meter.work(1);
    if (value instanceof CelList && depth > 0) gather(meter, value, depth - 1, into);
    else {
      into.push(value);
      if (into.length % 1_000_000 === 0) meter.allocate(into.length);
    }
  }
}

function sortByKeys(meter: Meter, list: CelList, keys: CelList): Value {
  if (list.size !== keys.size) {
    const sizes = `${list.size} and ${keys.size} elements respectively`;
    return new CelError(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${sizes}`,
    );
  }
  if (list.size === 0) return list;
  meter.allocate(list.size);
  const values = [...elementsOf(keys)];
  const [first = null] = values;
  if (compare(first, first) === undefined) return new CelError('list elements must be comparable');
  const { name } = typeOf(first);
  if (values.some((value) => typeOf(value).name !== name)) {
    return new CelError('list elements must have the same type');
  }
  const order = values.map((_, at) => at);
  order.sort((a, b) => {
    meter.work(1);
    const result = compare(values[a] as Value, values[b] as Value);
    return typeof result === 'number' ? result : 0;
  });
  return new ArrayList(order.map((at) => list.at(at)));
}

const maxRange = 1_000_000;

function range(meter: Meter, count: Int): Value {
  if (count < 0) return new CelError(`lists.range: size must be non-negative, got ${count}`);
  if (count > maxRange) {
    return new CelError(`lists.range: size ${count} exceeds maximum allowed (${maxRange})`);
  }
  meter.allocate(Number(count));
  return new ArrayList(Array.from({ length: Number(count) }, (_, at) => at));
}

function reverse(meter: Meter, list: CelList): Value {
  meter.allocate(list.size);
  return new ArrayList(Array.from({ length: list.size }, (_, at) => list.at(list.size - 1 - at)));
}

function distinct(meter: Meter, list: CelList): Value {
  const found: Value[] = [];
  for (const value of elementsOf(list)) {
    meter.work(1);
    if (!found.some((other) => equal(meter, value, other) === true)) found.push(value);
  }
  return new ArrayList(found);
}

const asList =
  (name: string, call: (meter: Meter, list: CelList, depth?: Int) => Value) =>
  (meter: Meter, list: Value, depth?: Value): Value => {
    if (!(list instanceof CelList)) {
      return isError(list) ? list : new CelError(`no such overload: ${typeOf(list).name}.${name}()`);
    }
    if (depth === undefined) return call(meter, list);
    return typeof depth === 'number' || typeof depth === 'bigint' ? call(meter, list, depth) : noOverloadFor(depth);
  };

const t = paramType('T');
const listT = listType(t);
const a = paramType('A');
const listA = listType(a);

/** Kubernetes' own functions of lists. They come behind those of strings that have the same names. */
export const kubernetesListsLibrary: readonly FunctionDeclaration[] = [
  {
    name: 'isSorted',
    overloads: comparable.map(([id, type]) =>
      method(`list_${id}_is_sorted_bool`, [listType(type)], boolType, isSorted),
    ),
  },
  {
    name: 'sum',
    overloads: zeros.map(([id, type, zero]) => method(`list_${id}_sum_${id}`, [listType(type)], type, sumFrom(zero))),
  },
  {
    name: 'max',
    overloads: comparable.map(([id, type]) =>
      method(
        `list_${id}_max_${id}`,
        [listType(type)],
        type,
        extreme('max', (order) => order < 0),
      ),
    ),
  },
  {
    name: 'min',
    overloads: comparable.map(([id, type]) =>
      method(
        `list_${id}_min_${id}`,
        [listType(type)],
        type,
        extreme('min', (order) => order > 0),
      ),
    ),
  },
  { name: 'indexOf', overloads: [method('list_a_index_of_int', [listA, a], intType, indexOf)] },
  { name: 'lastIndexOf', overloads: [method('list_a_last_index_of_int', [listA, a], intType, lastIndexOf)] },
  { name: 'includes', overloads: [method('list_includes_dyn_dyn', [dynType, dynType], boolType, includes)] },
];

/** Version 3 of cel-go's extension for lists. */
export const listsLibrary: readonly FunctionDeclaration[] = [
  { name: 'slice', overloads: [method('list_slice', [listT, intType, intType], listT, slice)] },
  {
    name: 'flatten',
    isUnguarded: true,
    overloads: [
      method('list_flatten', [listType(listT)], listT, asList('flatten', flatten)),
      method('list_flatten_int', [listType(dynType), intType], listType(dynType), asList('flatten', flatten)),
    ],
  },
  {
    name: 'sort',
    call: (meter: Meter, list: Value): Value =>
      list instanceof CelList ? sortByKeys(meter, list, list) : new CelError('no such overload: sort'),
    overloads: comparable.map(([, type]) => method(`list_${type.name}_sort`, [listType(type)], listType(type))),
  },
  {
    name: sortByAssociatedKeys,
    call: (meter: Meter, list: Value, keys: Value): Value =>
      list instanceof CelList && keys instanceof CelList ? sortByKeys(meter, list, keys) : noSuchOverload,
    overloads: comparable.map(([, type]) =>
      method(`list_${type.name}_sortByAssociatedKeys`, [listT, listType(type)], listT),
    ),
  },
  { name: 'lists.range', overloads: [overload('lists_range', [intType], listType(intType), range)] },
  { name: 'reverse', overloads: [method('list_reverse', [listT], listT, reverse)] },
  { name: 'distinct', overloads: [method('list_distinct', [listT], listT, distinct)] },
];

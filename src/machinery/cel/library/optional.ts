import { type FunctionDeclaration, method, overload } from '../function.ts';
import { ArrayList, elementsOf } from '../list.ts';
import type { Meter } from '../meter.ts';
import { operators } from '../operators.ts';
import { boolType, dynType, intType, listType, mapType, optionalType, paramType, stringType } from '../type.ts';
import { CelError, CelList, CelMap, Double, Duration, none, Optional, Timestamp, Uint, type Value } from '../value.ts';
import { valueText } from '../value-text.ts';

const k = paramType('K');
const v = paramType('V');
const optionalV = optionalType(v);
const listV = listType(v);
const mapKV = mapType(k, v);

/** Year 1 is where Go's times begin. */
const firstSecond = -62_135_596_800;

function isZero(value: Value): boolean {
  switch (typeof value) {
    case 'number':
      return value === 0;
    case 'string':
      return value === '';
    case 'boolean':
      return !value;
    case 'bigint':
      return false;
    default:
      break;
  }
  if (value === null) return true;
  if (value instanceof CelList || value instanceof CelMap) return value.size === 0;
  if (value instanceof Double) return value.value === 0;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Duration) return value.nanos === 0n;
  return value instanceof Timestamp && value.seconds === firstSecond && value.nanos === 0;
}

const dereferenced = new CelError('optional.none() dereference');

function unwrap(meter: Meter, list: CelList): Value {
  meter.allocate(list.size);
  const values: Value[] = [];
  for (const value of elementsOf(list)) {
    if (!(value instanceof Optional)) return new CelError(`value ${valueText(value)} is not optional`);
    if (value.value !== undefined) values.push(value.value);
  }
  return new ArrayList(values);
}

const present = (value: Value): Value => new Optional(value);

/** Values that may be absent, with the operators that make and take them. */
export const optionalLibrary: readonly FunctionDeclaration[] = [
  {
    name: 'optional.of',
    overloads: [overload('optional_of', [v], optionalV, (_: Meter, value: Value) => present(value))],
  },
  {
    name: 'optional.ofNonZeroValue',
    overloads: [
      overload('optional_ofNonZeroValue', [v], optionalV, (_: Meter, value: Value) =>
        isZero(value) ? none : present(value),
      ),
    ],
  },
  { name: 'optional.none', overloads: [overload('optional_none', [], optionalV, () => none)] },
  {
    name: 'value',
    overloads: [
      method('optional_value', [optionalV], v, (_: Meter, { value }: Optional) =>
        value === undefined ? dereferenced : value,
      ),
    ],
  },
  {
    name: 'hasValue',
    overloads: [
      method('optional_hasValue', [optionalV], boolType, (_: Meter, { value }: Optional) => value !== undefined),
    ],
  },
  { name: 'or', overloads: [method('optional_or_optional', [optionalV, optionalV], optionalV)] },
  { name: 'orValue', overloads: [method('optional_orValue_value', [optionalV, v], v)] },
  { name: operators.optionalSelect, overloads: [overload('select_optional_field', [dynType, stringType], optionalV)] },
  {
    name: operators.optionalIndex,
    overloads: [
      overload('list_optindex_optional_int', [listV, intType], optionalV),
      overload('optional_list_optindex_optional_int', [optionalType(listV), intType], optionalV),
      overload('map_optindex_optional_value', [mapKV, k], optionalV),
      overload('optional_map_optindex_optional_value', [optionalType(mapKV), k], optionalV),
    ],
  },
  {
    name: operators.index,
    overloads: [
      overload('optional_list_index_int', [optionalType(listV), intType], optionalV),
      overload('optional_map_index_value', [optionalType(mapKV), k], optionalV),
    ],
  },
  {
    name: 'first',
    overloads: [
      method('list_first', [listV], optionalV, (_: Meter, list: CelList) =>
        list.size === 0 ? none : present(list.at(0)),
      ),
    ],
  },
  {
    name: 'last',
    overloads: [
      method('list_last', [listV], optionalV, (_: Meter, list: CelList) =>
        list.size === 0 ? none : present(list.at(list.size - 1)),
      ),
    ],
  },
  { name: 'optional.unwrap', overloads: [overload('optional_unwrap', [listType(optionalV)], listV, unwrap)] },
  { name: 'unwrapOpt', overloads: [method('optional_unwrapOpt', [listType(optionalV)], listV, unwrap)] },
];

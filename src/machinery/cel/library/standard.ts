import { goPattern, PatternError } from '../../structural/go-pattern.ts';
import { add, divide, modulo, multiply, negate, subtract } from '../arithmetic.ts';
import { ordering } from '../comparison.ts';
import { toBool, toBytes, toDouble, toDuration, toInt, toText, toTimestamp, toUint } from '../conversion.ts';
import { equal } from '../equality.ts';
import { type FunctionDeclaration, method, type Overload, overload } from '../function.ts';
import type { Meter } from '../meter.ts';
import { operators } from '../operators.ts';
import { codePoints } from '../source.ts';
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  paramType,
  stringType,
  type Type,
  timestampType,
  typeOfType,
  uintType,
} from '../type.ts';
import { CelError, CelList, CelMap, noOverloadFor, typeOf, type Value } from '../value.ts';
import { timeFunctions } from './time.ts';

const a = paramType('A');
const b = paramType('B');
const listOfA = listType(a);
const mapOfAToB = mapType(a, b);

const numberTypes: Readonly<Record<string, Type>> = { int64: intType, uint64: uintType, double: doubleType };

const ordered = (name: string, prefix: string, holds: (order: number) => boolean): FunctionDeclaration => {
  // The order decides which type a variable is taken to be of, of which nothing is known.
  const pairs = [
    ['int64', 'double', 'uint64'],
    ['uint64', 'double', 'int64'],
    ['double', 'int64', 'uint64'],
  ].flatMap(([own = '', ...others]) => [
    overload(`${prefix}_${own}`, [numberTypes[own] as Type, numberTypes[own] as Type], boolType),
    ...others.map((other) =>
      overload(`${prefix}_${own}_${other}`, [numberTypes[own] as Type, numberTypes[other] as Type], boolType),
    ),
  ]);
  const others: readonly (readonly [string, Type])[] = [
    ['string', stringType],
    ['bytes', bytesType],
    ['timestamp', timestampType],
    ['duration', durationType],
  ];
  return {
    name,
    call: ordering(name, holds),
    overloads: [
      overload(`${prefix}_bool`, [boolType, boolType], boolType),
      ...pairs,
      ...others.map(([id, type]) => overload(`${prefix}_${id}`, [type, type], boolType)),
    ],
  };
};

const same = (name: string, types: readonly (readonly [string, Type])[]): readonly Overload[] =>
  types.map(([id, type]) => overload(`${name}_${id}`, [type, type], type));

const numbers: readonly (readonly [string, Type])[] = [
  ['double', doubleType],
  ['int64', intType],
  ['uint64', uintType],
];

const operatorFunctions: readonly FunctionDeclaration[] = [
  {
    name: operators.conditional,
    overloads: [overload('conditional', [boolType, a, a], a)],
  },
  { name: operators.and, overloads: [overload('logical_and', [boolType, boolType], boolType)] },
  { name: operators.or, overloads: [overload('logical_or', [boolType, boolType], boolType)] },
  {
    name: operators.not,
    overloads: [overload('logical_not', [boolType], boolType)],
    call: (_: Meter, value: Value): Value => (typeof value === 'boolean' ? !value : noOverloadFor(value)),
  },
  {
    name: operators.notStrictlyFalse,
    overloads: [overload('not_strictly_false', [boolType], boolType)],
  },
  { name: operators.equals, overloads: [overload('equals', [a, a], boolType)] },
  { name: operators.notEquals, overloads: [overload('not_equals', [a, a], boolType)] },
  {
    name: operators.add,
    call: add,
    overloads: [
      overload('add_bytes', [bytesType, bytesType], bytesType),
      overload('add_double', [doubleType, doubleType], doubleType),
      overload('add_duration_duration', [durationType, durationType], durationType),
      overload('add_duration_timestamp', [durationType, timestampType], timestampType),
      overload('add_timestamp_duration', [timestampType, durationType], timestampType),
      overload('add_int64', [intType, intType], intType),
      overload('add_list', [listOfA, listOfA], listOfA),
      overload('add_string', [stringType, stringType], stringType),
      overload('add_uint64', [uintType, uintType], uintType),
    ],
  },
  { name: operators.divide, call: divide, overloads: same('divide', numbers) },
  { name: operators.modulo, call: modulo, overloads: same('modulo', numbers.slice(1)) },
  { name: operators.multiply, call: multiply, overloads: same('multiply', numbers) },
  {
    name: operators.negate,
    call: negate,
    overloads: [overload('negate_double', [doubleType], doubleType), overload('negate_int64', [intType], intType)],
  },
  {
    name: operators.subtract,
    call: subtract,
    overloads: [
      overload('subtract_double', [doubleType, doubleType], doubleType),
      overload('subtract_duration_duration', [durationType, durationType], durationType),
      overload('subtract_int64', [intType, intType], intType),
      overload('subtract_timestamp_duration', [timestampType, durationType], timestampType),
      overload('subtract_timestamp_timestamp', [timestampType, timestampType], durationType),
      overload('subtract_uint64', [uintType, uintType], uintType),
    ],
  },
  ordered(operators.less, 'less', (order) => order < 0),
  ordered(operators.lessEquals, 'less_equals', (order) => order <= 0),
  ordered(operators.greater, 'greater', (order) => order > 0),
  ordered(operators.greaterEquals, 'greater_equals', (order) => order >= 0),
  {
    name: operators.index,
    overloads: [overload('index_list', [listOfA, intType], a), overload('index_map', [mapOfAToB, a], b)],
  },
  {
    name: operators.in,
    call: contains,
    overloads: [overload('in_list', [a, listOfA], boolType), overload('in_map', [a, mapOfAToB], boolType)],
  },
];

/** `value in aggregate`. */
export function contains(meter: Meter, value: Value, aggregate: Value): Value {
  if (aggregate instanceof CelList) {
    for (let at = 0; at < aggregate.size; at++) {
      meter.work(1);
      if (equal(meter, value, aggregate.at(at)) === true) return true;
    }
    return false;
  }
  if (aggregate instanceof CelMap) {
    const found = aggregate.find(value);
    return found instanceof CelError ? found : found !== undefined;
  }
  return noOverloadFor(aggregate);
}

/** What `size` is of a value, where it is anything. */
export function sizeOf(value: Value): number | undefined {
  if (typeof value === 'string') return codePoints(value);
  if (value instanceof CelList || value instanceof CelMap) return value.size;
  return value instanceof Uint8Array ? value.length : undefined;
}

const size: FunctionDeclaration = {
  name: 'size',
  call: (_: Meter, value: Value): Value => sizeOf(value) ?? new CelError('no such overload: size'),
  overloads: [
    overload('size_bytes', [bytesType], intType),
    method('bytes_size', [bytesType], intType),
    overload('size_list', [listOfA], intType),
    method('list_size', [listOfA], intType),
    overload('size_map', [mapOfAToB], intType),
    method('map_size', [mapOfAToB], intType),
    overload('size_string', [stringType], intType),
    method('string_size', [stringType], intType),
  ],
};

type Conversion = (meter: Meter, value: Value) => Value;
const conversion = (
  name: string,
  result: Type,
  convert: Conversion,
  ...from: readonly (readonly [string, Type])[]
): FunctionDeclaration => ({
  name,
  overloads: from.map(([id, type]) => overload(id, [type], result, convert)),
});

const conversions: readonly FunctionDeclaration[] = [
  { name: 'type', overloads: [overload('type', [a], typeOfType(a))], call: (_: Meter, value: Value) => typeOf(value) },
  { name: 'dyn', overloads: [overload('to_dyn', [a], dynType)], call: (_: Meter, value: Value) => value },
  conversion('bool', boolType, toBool, ['bool_to_bool', boolType], ['string_to_bool', stringType]),
  conversion('bytes', bytesType, toBytes, ['bytes_to_bytes', bytesType], ['string_to_bytes', stringType]),
  conversion(
    'double',
    doubleType,
    toDouble,
    ['double_to_double', doubleType],
    ['int64_to_double', intType],
    ['string_to_double', stringType],
    ['uint64_to_double', uintType],
  ),
  conversion(
    'duration',
    durationType,
    toDuration,
    ['duration_to_duration', durationType],
    ['string_to_duration', stringType],
  ),
  conversion(
    'int',
    intType,
    toInt,
    ['int64_to_int64', intType],
    ['double_to_int64', doubleType],
    ['duration_to_int64', durationType],
    ['string_to_int64', stringType],
    ['timestamp_to_int64', timestampType],
    ['uint64_to_int64', uintType],
  ),
  conversion(
    'string',
    stringType,
    toText,
    ['string_to_string', stringType],
    ['bool_to_string', boolType],
    ['bytes_to_string', bytesType],
    ['double_to_string', doubleType],
    ['duration_to_string', durationType],
    ['int64_to_string', intType],
    ['timestamp_to_string', timestampType],
    ['uint64_to_string', uintType],
  ),
  conversion(
    'timestamp',
    timestampType,
    toTimestamp,
    ['timestamp_to_timestamp', timestampType],
    ['int64_to_timestamp', intType],
    ['string_to_timestamp', stringType],
  ),
  conversion(
    'uint',
    uintType,
    toUint,
    ['uint64_to_uint64', uintType],
    ['double_to_uint64', doubleType],
    ['int64_to_uint64', intType],
    ['string_to_uint64', stringType],
  ),
];

type TextTest = (text: string, part: string) => boolean;

const textFunction = (name: string, id: string, test: TextTest): FunctionDeclaration => ({
  name,
  isUnguarded: true,
  overloads: [
    method(id, [stringType, stringType], boolType, (_: Meter, text: Value, part: Value): Value => {
      if (typeof text !== 'string') return noOverloadFor(text);
      return typeof part === 'string' ? test(text, part) : noOverloadFor(part);
    }),
  ],
});

function matches(_: Meter, text: Value, pattern: Value): Value {
  if (typeof text !== 'string') return new CelError('no such overload: matches');
  if (typeof pattern !== 'string') return noOverloadFor(pattern);
  try {
    return goPattern(pattern).test(text);
  } catch (error) {
    if (error instanceof PatternError) return new CelError(error.message);
    throw error;
  }
}

const texts: readonly FunctionDeclaration[] = [
  textFunction('contains', 'contains_string', (text, part) => text.includes(part)),
  textFunction('endsWith', 'ends_with_string', (text, part) => text.endsWith(part)),
  textFunction('startsWith', 'starts_with_string', (text, part) => text.startsWith(part)),
  {
    name: 'matches',
    call: matches,
    overloads: [
      overload('matches', [stringType, stringType], boolType),
      method('matches_string', [stringType, stringType], boolType),
    ],
  },
];

/** What every environment has. */
export const standardLibrary: readonly FunctionDeclaration[] = [
  ...operatorFunctions,
  size,
  ...conversions,
  ...texts,
  ...timeFunctions,
];

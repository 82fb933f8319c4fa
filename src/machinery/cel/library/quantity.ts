import {
  addQuantities,
  compareQuantities,
  parseQuantity,
  type Quantity,
  QuantityError,
  quantityToNumber,
} from '../../quantity.ts';
import { type FunctionDeclaration, method, overload } from '../function.ts';
import { intOf } from '../literals.ts';
import type { Meter } from '../meter.ts';
import { boolType, doubleType, intType, objectType, stringType } from '../type.ts';
import { CelError, Double, Opaque, type Value } from '../value.ts';

export const quantityType = objectType('kubernetes.Quantity', new Map());

/** Made by `quantity(…)`. */
export class QuantityValue extends Opaque {
  override readonly type = quantityType;
  readonly quantity: Quantity;

  constructor(quantity: Quantity) {
    super();
    this.quantity = quantity;
  }

  get text(): string {
    return this.quantity.text;
  }

  override equals(other: QuantityValue): boolean {
    return compareQuantities(this.quantity, other.quantity) === 0;
  }
}

function toQuantity(_: Meter, text: string): Value {
  try {
    return new QuantityValue(parseQuantity(text));
  } catch (error) {
    if (error instanceof QuantityError) return new CelError(error.message);
    throw error;
  }
}

/** Beyond it a number is no int64, whatever its digits. */
const maxExponent = 19;

/** Undefined when it has parts of one, or is beyond an int64. */
function wholeOf({ mantissa, exponent }: Quantity): number | bigint | undefined {
  if (mantissa === 0n) return 0;
  if (exponent > maxExponent) return undefined;
  if (exponent >= 0) return intOf(mantissa * 10n ** BigInt(exponent));
  const unit = 10n ** BigInt(-exponent);
  return mantissa % unit === 0n ? intOf(mantissa / unit) : undefined;
}

const notWhole = new CelError('cannot convert value to integer');

const negated = ({ mantissa, exponent, text }: Quantity): Quantity => ({
  mantissa: -mantissa,
  exponent,
  text: text.startsWith('-') ? text.slice(1) : `-${text.replace(/^\+/, '')}`,
});

const ofInt = (value: number | bigint): Quantity => ({ mantissa: BigInt(value), exponent: 0, text: `${value}e0` });

const sum = (a: Quantity, b: Quantity): Value => new QuantityValue(addQuantities(a, b));

type Order = (order: number) => Value;
const compared =
  (result: Order) =>
  (_: Meter, a: QuantityValue, b: QuantityValue): Value =>
    result(Math.sign(compareQuantities(a.quantity, b.quantity)));

const q = quantityType;

/** Numbers with units, as Kubernetes writes them. */
export const quantityLibrary: readonly FunctionDeclaration[] = [
  { name: 'quantity', overloads: [overload('string_to_quantity', [stringType], q, toQuantity)] },
  {
    name: 'isQuantity',
    overloads: [
      overload(
        'is_quantity_string',
        [stringType],
        boolType,
        (meter: Meter, text: string) => !(toQuantity(meter, text) instanceof CelError),
      ),
    ],
  },
  {
    name: 'sign',
    overloads: [
      overload('quantity_sign', [q], intType, (_: Meter, { quantity: { mantissa } }: QuantityValue) =>
        mantissa < 0n ? -1 : mantissa > 0n ? 1 : 0,
      ),
    ],
  },
  {
    name: 'isGreaterThan',
    overloads: [
      method(
        'quantity_is_greater_than',
        [q, q],
        boolType,
        compared((order) => order > 0),
      ),
    ],
  },
  {
    name: 'isLessThan',
    overloads: [
      method(
        'quantity_is_less_than',
        [q, q],
        boolType,
        compared((order) => order < 0),
      ),
    ],
  },
  {
    name: 'compareTo',
    overloads: [
      method(
        'quantity_compare_to',
        [q, q],
        intType,
        compared((order) => order),
      ),
    ],
  },
  {
    name: 'asApproximateFloat',
    overloads: [
      method(
        'quantity_get_float',
        [q],
        doubleType,
        (_: Meter, { quantity }: QuantityValue) => new Double(quantityToNumber(quantity)),
      ),
    ],
  },
  {
    name: 'asInteger',
    overloads: [
      method(
        'quantity_get_int',
        [q],
        intType,
        (_: Meter, { quantity }: QuantityValue) => wholeOf(quantity) ?? notWhole,
      ),
    ],
  },
  {
    name: 'isInteger',
    overloads: [
      method(
        'quantity_is_integer',
        [q],
        boolType,
        (_: Meter, { quantity }: QuantityValue) => wholeOf(quantity) !== undefined,
      ),
    ],
  },
  {
    name: 'add',
    overloads: [
      method('quantity_add', [q, q], q, (_: Meter, a: QuantityValue, b: QuantityValue) => sum(a.quantity, b.quantity)),
      method('quantity_add_int', [q, intType], q, (_: Meter, a: QuantityValue, b: number | bigint) =>
        sum(a.quantity, ofInt(b)),
      ),
    ],
  },
  {
    name: 'sub',
    overloads: [
      method('quantity_sub', [q, q], q, (_: Meter, a: QuantityValue, b: QuantityValue) =>
        sum(a.quantity, negated(b.quantity)),
      ),
      method('quantity_sub_int', [q, intType], q, (_: Meter, a: QuantityValue, b: number | bigint) =>
        sum(a.quantity, negated(ofInt(b))),
      ),
    ],
  },
];

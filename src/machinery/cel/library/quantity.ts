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
  /** Of the int64 times a power of ten that Kubernetes keeps it as. Undefined where it keeps a number of any length. */
  readonly scale: number | undefined;

  constructor(quantity: Quantity, scale: number | undefined) {
    super();
    this.quantity = quantity;
    this.scale = scale;
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
    return new QuantityValue(parseQuantity(text), scaleOf(text));
  } catch (error) {
    if (error instanceof QuantityError) return new CelError(error.message);
    throw error;
  }
}

/** Beyond it a number is no int64, whatever its digits. */
const maxExponent = 19;

const scales: ReadonlyMap<string, number> = new Map(
  ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'].map((suffix, at) => [suffix, 3 * at - 9]),
);
/** Decimal digits that an int64 has in any case. */
const sureDigits = 18;
const smallestScale = -9;

/** The scale as which Kubernetes keeps what this says, see `QuantityValue`. */
function scaleOf(text: string): number | undefined {
  const match = /^[+-]?0*(\d*)(?:\.(\d*))?(.*)$/.exec(text) ?? [];
  const [, digits = '', fraction = '', suffix = ''] = match;
  const length = Math.max(1, digits.length);
  if (suffix.endsWith('i')) {
    const power = 'KMGTPE'.indexOf(suffix.charAt(0)) + 1;
    return fraction === '' && length + 3 * power < 15 ? 0 : undefined;
  }
  const scale = (scales.get(suffix) ?? Number(suffix.slice(1))) - fraction.length;
  return length + fraction.length <= sureDigits && scale >= smallestScale ? scale : undefined;
}

/** Times so many tens, when that is an int64. */
const scaledUp = (mantissa: bigint, tens: number): number | bigint | undefined =>
  mantissa === 0n ? 0 : tens > maxExponent ? undefined : intOf(mantissa * 10n ** BigInt(tens));

/** Undefined for one that Kubernetes does not see to be an int64: it looks at how it was written. */
function wholeOf({ quantity: { mantissa, exponent }, scale }: QuantityValue): number | bigint | undefined {
  if (scale === undefined || scale < 0) return undefined;
  return exponent < 0 ? intOf(mantissa / 10n ** BigInt(-exponent)) : scaledUp(mantissa, exponent);
}

/** At a scale that it has no parts beyond. */
const valueAt = ({ quantity: { mantissa, exponent } }: QuantityValue, scale: number): number | bigint | undefined =>
  exponent < scale ? intOf(mantissa / 10n ** BigInt(scale - exponent)) : scaledUp(mantissa, exponent - scale);

/** Beyond it a number is no double. */
const maxDoubleExponent = 400;

/** As inexact as Kubernetes': `0.3` is three times a tenth. */
function doubleOf(value: QuantityValue): number {
  const { mantissa, exponent } = value.quantity;
  const scale = value.scale ?? smallestScale;
  if (exponent > maxDoubleExponent) return quantityToNumber(value.quantity);
  const unscaled =
    exponent < scale ? mantissa / 10n ** BigInt(scale - exponent) : mantissa * 10n ** BigInt(exponent - scale);
  return scale === 0 ? Number(unscaled) : Number(unscaled) * Number(`1e${scale}`);
}

function scaleOfSum(a: QuantityValue, b: QuantityValue): number | undefined {
  if (a.scale === undefined || b.scale === undefined) return undefined;
  if (b.quantity.mantissa === 0n) return a.scale;
  if (a.quantity.mantissa === 0n) return b.scale;
  const scale = Math.min(a.scale, b.scale);
  const [x, y] = [valueAt(a, scale), valueAt(b, scale)];
  if (x === undefined || y === undefined) return undefined;
  return intOf(BigInt(x) + BigInt(y)) === undefined ? undefined : scale;
}

const notWhole = new CelError('cannot convert value to integer');

function negated({ quantity: { mantissa, exponent, text }, scale }: QuantityValue): QuantityValue {
  const opposite = text.startsWith('-') ? text.slice(1) : `-${text.replace(/^\+/, '')}`;
  return new QuantityValue({ mantissa: -mantissa, exponent, text: opposite }, scale);
}

const ofInt = (value: number | bigint): QuantityValue =>
  new QuantityValue({ mantissa: BigInt(value), exponent: 0, text: `${value}e0` }, 0);

const sum = (a: QuantityValue, b: QuantityValue): Value =>
  new QuantityValue(addQuantities(a.quantity, b.quantity), scaleOfSum(a, b));

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
        (_: Meter, quantity: QuantityValue) => new Double(doubleOf(quantity)),
      ),
    ],
  },
  {
    name: 'asInteger',
    overloads: [
      method('quantity_get_int', [q], intType, (_: Meter, quantity: QuantityValue) => wholeOf(quantity) ?? notWhole),
    ],
  },
  {
    name: 'isInteger',
    overloads: [
      method(
        'quantity_is_integer',
        [q],
        boolType,
        (_: Meter, quantity: QuantityValue) => wholeOf(quantity) !== undefined,
      ),
    ],
  },
  {
    name: 'add',
    overloads: [
      method('quantity_add', [q, q], q, (_: Meter, a: QuantityValue, b: QuantityValue) => sum(a, b)),
      method('quantity_add_int', [q, intType], q, (_: Meter, a: QuantityValue, b: number | bigint) => sum(a, ofInt(b))),
    ],
  },
  {
    name: 'sub',
    overloads: [
      method('quantity_sub', [q, q], q, (_: Meter, a: QuantityValue, b: QuantityValue) => sum(a, negated(b))),
      method('quantity_sub_int', [q, intType], q, (_: Meter, a: QuantityValue, b: number | bigint) =>
        sum(a, negated(ofInt(b))),
      ),
    ],
  },
];

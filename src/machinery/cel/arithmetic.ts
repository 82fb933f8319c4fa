import { keysOf, union } from './declared-list.ts';
import { isInRange } from './go-time.ts';
import { joinLists } from './list.ts';
import { int64Max, int64Min, intOf, uint64Max } from './literals.ts';
import type { Meter } from './meter.ts';
import { CelError, CelList, Double, Duration, noOverloadFor, Timestamp, Uint, type Value } from './value.ts';

const intOverflow = new CelError('integer overflow');
const uintOverflow = new CelError('unsigned integer overflow');
const timestampOverflow = new CelError('timestamp overflow');
const divisionByZero = new CelError('division by zero');
const modulusByZero = new CelError('modulus by zero');
const nanosPerSecond = 1_000_000_000;

type Int = number | bigint;

const isInt = (value: Value): value is Int => typeof value === 'number' || typeof value === 'bigint';

const toInt = (value: bigint): Value => intOf(value) ?? intOverflow;
const toUint = (value: bigint): Value => (value < 0n || value > uint64Max ? uintOverflow : new Uint(value));
const toDuration = (nanos: bigint): Value => (nanos > int64Max || nanos < int64Min ? intOverflow : new Duration(nanos));

/** The operand is of a type that has no such operation at all. */
const noOperator = (name: string, value: Value): CelError =>
  value instanceof CelError ? value : new CelError(`no such overload: ${name}`);

export function add(meter: Meter, a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    return Number.isSafeInteger(sum) ? sum : toInt(BigInt(a) + BigInt(b));
  }
  if (typeof a === 'string') {
    if (typeof b !== 'string') return noOverloadFor(b);
    meter.allocate(a.length + b.length);
    return a + b;
  }
  if (isInt(a)) return isInt(b) ? toInt(BigInt(a) + BigInt(b)) : noOverloadFor(b);
  if (a instanceof CelList) return b instanceof CelList ? addLists(meter, a, b) : noOverloadFor(b);
  if (a instanceof Double) return b instanceof Double ? new Double(a.value + b.value) : noOverloadFor(b);
  if (a instanceof Uint) return b instanceof Uint ? toUint(a.value + b.value) : noOverloadFor(b);
  if (a instanceof Uint8Array) {
    if (!(b instanceof Uint8Array)) return noOverloadFor(b);
    meter.allocate(a.length + b.length);
    return new Uint8Array(Buffer.concat([a, b]));
  }
  if (a instanceof Timestamp) return b instanceof Duration ? moved(a, b.nanos) : noOverloadFor(b);
  if (a instanceof Duration) {
    if (b instanceof Timestamp) return moved(b, a.nanos);
    return b instanceof Duration ? toDuration(a.nanos + b.nanos) : noOverloadFor(b);
  }
  return noOperator('_+_', a);
}

function addLists(meter: Meter, a: CelList, b: CelList): Value {
  const keys = keysOf(a);
  if (keys === undefined) return joinLists(a, b);
  meter.allocate(a.size + b.size);
  return union(a, b, keys);
}

function moved({ seconds, nanos, offset }: Timestamp, by: bigint): Value {
  const all = BigInt(seconds) * BigInt(nanosPerSecond) + BigInt(nanos) + by;
  const whole = all / BigInt(nanosPerSecond);
  const rest = Number(all % BigInt(nanosPerSecond));
  const [second, nano] = rest < 0 ? [Number(whole) - 1, rest + nanosPerSecond] : [Number(whole), rest];
  const time = new Timestamp(second, nano, offset);
  return isInRange(time) ? time : timestampOverflow;
}

export function subtract(_: Meter, a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    return Number.isSafeInteger(difference) ? difference : toInt(BigInt(a) - BigInt(b));
  }
  if (isInt(a)) return isInt(b) ? toInt(BigInt(a) - BigInt(b)) : noOverloadFor(b);
  if (a instanceof Double) return b instanceof Double ? new Double(a.value - b.value) : noOverloadFor(b);
  if (a instanceof Uint) return b instanceof Uint ? toUint(a.value - b.value) : noOverloadFor(b);
  if (a instanceof Timestamp) {
    if (b instanceof Duration) return moved(a, -b.nanos);
    return b instanceof Timestamp ? between(a, b) : noOverloadFor(b);
  }
  if (a instanceof Duration) return b instanceof Duration ? toDuration(a.nanos - b.nanos) : noOverloadFor(b);
  return typeof a === 'string' ? noOverloadFor(a) : noOperator('_-_', a);
}

const between = (a: Timestamp, b: Timestamp): Value =>
  toDuration(BigInt(a.seconds - b.seconds) * BigInt(nanosPerSecond) + BigInt(a.nanos - b.nanos));

export function multiply(_: Meter, a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    // Of zero there is only one.
    return Number.isSafeInteger(product) ? product + 0 : toInt(BigInt(a) * BigInt(b));
  }
  if (isInt(a)) return isInt(b) ? toInt(BigInt(a) * BigInt(b)) : noOverloadFor(b);
  if (a instanceof Double) return b instanceof Double ? new Double(a.value * b.value) : noOverloadFor(b);
  if (a instanceof Uint) return b instanceof Uint ? toUint(a.value * b.value) : noOverloadFor(b);
  return noOperator('_*_', a);
}

export function divide(_: Meter, a: Value, b: Value): Value {
  if (isInt(a)) {
    if (!isInt(b)) return noOverloadFor(b);
    if (b === 0) return divisionByZero;
    if (typeof a === 'number' && typeof b === 'number') return Math.trunc(a / b) + 0;
    return toInt(BigInt(a) / BigInt(b));
  }
  if (a instanceof Double) return b instanceof Double ? new Double(a.value / b.value) : noOverloadFor(b);
  if (a instanceof Uint) {
    if (!(b instanceof Uint)) return noOverloadFor(b);
    return b.value === 0n ? divisionByZero : new Uint(a.value / b.value);
  }
  return noOperator('_/_', a);
}

export function modulo(_: Meter, a: Value, b: Value): Value {
  if (isInt(a)) {
    if (!isInt(b)) return noOverloadFor(b);
    if (b === 0) return modulusByZero;
    if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0;
    if (a === int64Min && b === -1) return intOverflow;
    return toInt(BigInt(a) % BigInt(b));
  }
  if (a instanceof Uint) {
    if (!(b instanceof Uint)) return noOverloadFor(b);
    return b.value === 0n ? modulusByZero : new Uint(a.value % b.value);
  }
  return noOperator('_%_', a);
}

export function negate(_: Meter, a: Value): Value {
  if (typeof a === 'number') return -a + 0;
  if (typeof a === 'bigint') return toInt(-a);
  if (a instanceof Double) return new Double(-a.value);
  if (a instanceof Duration) return toDuration(-a.nanos);
  if (typeof a === 'boolean') return noOverloadFor(a);
  return noOperator('-_', a);
}

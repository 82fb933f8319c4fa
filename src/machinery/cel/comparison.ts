import { compareText } from '../compare-text.ts';
import type { Meter } from './meter.ts';
import { CelError, Double, Duration, noOverloadFor, Timestamp, Uint, type Value } from './value.ts';

const unordered = new CelError('NaN values cannot be ordered');

const order = <T extends number | bigint>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** Negative, zero or positive; an error when the values have no order. Undefined when the first is of a type without one. */
export function compare(a: Value, b: Value): number | CelError | undefined {
  switch (typeof a) {
    case 'number':
    case 'bigint':
      return compareNumber(a, b);
    case 'string':
      return typeof b === 'string' ? Math.sign(compareText(a, b)) : noOverloadFor(b);
    case 'boolean':
      return typeof b === 'boolean' ? Number(a) - Number(b) : noOverloadFor(b);
    default:
      break;
  }
  if (a instanceof Double || a instanceof Uint) return compareNumber(a, b);
  if (a instanceof Timestamp) {
    if (!(b instanceof Timestamp)) return noOverloadFor(b);
    return order(a.seconds, b.seconds) || order(a.nanos, b.nanos);
  }
  if (a instanceof Duration) return b instanceof Duration ? order(a.nanos, b.nanos) : noOverloadFor(b);
  if (a instanceof Uint8Array) return b instanceof Uint8Array ? Buffer.compare(a, b) : noOverloadFor(b);
  return undefined;
}

/** Exactly where both are whole; as doubles, as the original has it, where one is a double. */
function compareNumber(a: number | bigint | Double | Uint, b: Value): number | CelError {
  if (!(typeof b === 'number' || typeof b === 'bigint' || b instanceof Double || b instanceof Uint)) {
    return a instanceof Double && Number.isNaN(a.value) ? unordered : noOverloadFor(b);
  }
  const left = a instanceof Double || a instanceof Uint ? a.value : a;
  const right = b instanceof Double || b instanceof Uint ? b.value : b;
  if (!(a instanceof Double) && !(b instanceof Double)) return left < right ? -1 : left > right ? 1 : 0;
  const [x, y] = [Number(left), Number(right)];
  return Number.isNaN(x) || Number.isNaN(y) ? unordered : order(x, y);
}

/** `<` and the like, under the name that errors show. */
export const ordering =
  (name: string, holds: (order: number) => boolean) =>
  (_: Meter, a: Value, b: Value): Value => {
    if (typeof a === 'number' && typeof b === 'number') return holds(a - b);
    const result = compare(a, b);
    if (typeof result === 'number') return holds(result);
    return result ?? (a instanceof CelError ? a : new CelError(`no such overload: ${name}`));
  };

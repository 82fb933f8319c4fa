import { goQuote } from '../../machinery/go-quote.ts';
import { valueAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { parseQuantity, QuantityError } from '../../machinery/quantity.ts';

/** Quantities of bytes below `path` of `object`, which stands at `at`, that are no whole number, counted in thousandths. */
export function fractionalBytesWarnings(
  object: JsonObject | undefined,
  path: readonly string[],
  resources: readonly string[],
  at: string,
): string[] {
  return resources.flatMap((resource) => {
    const value = valueAt(object, ...path, resource);
    if (typeof value !== 'string' || isWhole(value)) return [];
    const place = `${at}.${path.join('.')}[${resource}]`;
    return [`${place}: fractional byte value ${goQuote(value)} is invalid, must be an integer`];
  });
}

/** Of the spec of a PersistentVolumeClaim, which stands at `at`. */
export const claimWarnings = (spec: JsonObject | undefined, at: string): string[] =>
  ['requests', 'limits'].flatMap((field) => fractionalBytesWarnings(spec, ['resources', field], ['storage'], at));

/** What is no quantity is for validation to name. */
function isWhole(text: string): boolean {
  try {
    const { mantissa, exponent } = parseQuantity(text);
    if (exponent >= 0 || mantissa === 0n) return true;
    const thousandths = mantissa * 1000n;
    const unit = 10n ** BigInt(-exponent);
    const rounded = thousandths / unit + (thousandths % unit === 0n ? 0n : mantissa < 0n ? -1n : 1n);
    return rounded % 1000n === 0n;
  } catch (error) {
    if (error instanceof QuantityError) return true;
    throw error;
  }
}

import { goQuote } from '../../machinery/go-quote.ts';
import { badRequest } from '../../machinery/status-errors.ts';

/**
 * A flag: absent is undefined; `0` and `false` in any case are false; everything else is true, the empty string included.
 * Never fails, as in the original.
 */
export function flagIn(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name);
  return value === null ? undefined : value !== '0' && value.toLowerCase() !== 'false';
}

const largestInt64 = 2n ** 63n - 1n;

/**
 * An int64: absent is undefined; a bigint where a double cannot hold it.
 * @throws {ApiError} 400 in the words of strconv.
 */
export function int64In(query: URLSearchParams, name: string): number | bigint | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const failure = (why: string) => badRequest(`strconv.ParseInt: parsing ${goQuote(text)}: ${why}`);
  if (!/^[+-]?\d+$/.test(text)) throw failure('invalid syntax');
  const value = BigInt(text.replace(/^\+/, ''));
  if (value > largestInt64 || value < -largestInt64 - 1n) throw failure('value out of range');
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** The same, where a double that is near will do. */
export function integerIn(query: URLSearchParams, name: string): number | undefined {
  const value = int64In(query, name);
  return value === undefined ? undefined : Number(value);
}

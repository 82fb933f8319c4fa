import { goQuote } from './go-quote.ts';

const largest = 2n ** 63n;

/** Go's strconv.Atoi: the number, or its error in its words. */
export function parseInteger(text: string): { readonly value: bigint } | { readonly error: string } {
  const failure = (why: string) => ({ error: `strconv.Atoi: parsing ${goQuote(text)}: ${why}` });
  const [, sign = '', digits = ''] = /^([+-]?)0*(\d+)$/.exec(text) ?? [];
  if (digits === '') return failure('invalid syntax');
  if (digits.length > 19) return failure('value out of range');
  const value = BigInt(sign === '-' ? `-${digits}` : digits);
  return value >= -largest && value < largest ? { value } : failure('value out of range');
}

import { goQuote } from './go-quote.ts';

const units = new Set(['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h']);

/** What Go's time.ParseDuration says of a text that is no duration; undefined: it is one. */
export function goDurationError(text: string): string | undefined {
  const invalid = `time: invalid duration ${goQuote(text)}`;
  const parts = text.replace(/^[+-]/, '');
  if (parts === '0') return undefined;
  if (parts === '') return invalid;
  let nanoseconds = 0;
  for (let rest = parts; rest !== ''; ) {
    const [amount = ''] = /^\d*(?:\.\d*)?/.exec(rest) ?? [];
    if (!/\d/.test(amount)) return invalid;
    rest = rest.slice(amount.length);
    const [unit = ''] = /^[^.\d]*/.exec(rest) ?? [];
    if (unit === '') return `time: missing unit in duration ${goQuote(text)}`;
    if (!units.has(unit)) return `time: unknown unit ${goQuote(unit)} in duration ${goQuote(text)}`;
    nanoseconds += Number(amount) * nanosecondsOf(unit);
    if (nanoseconds > 2 ** 63) return invalid;
    rest = rest.slice(unit.length);
  }
  return undefined;
}

const nanosecondsOf = (unit: string): number =>
  ({ ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 6e10, h: 3.6e12 })[unit] ?? 0;

import { isInRange, parseDuration, parseTimestamp, secondsOf } from './go-time.ts';
import { int64Max } from './literals.ts';
import { CelError, Duration, Timestamp, type Value } from './value.ts';

const fullDate = /^(\d{4})-(\d{2})-(\d{2})$/;
const localTime = /^\d{4}-\d{2}-\d{2}T\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?$/;

/** A text of the format `date`, or of `date-time`, which may have no zone. */
export function timestampOfJson(text: string, isDate: boolean): Value {
  if (!isDate) {
    if (text === '') return new Timestamp(0, 0);
    const time = parseTimestamp(localTime.test(text) ? `${text}Z` : text);
    return time !== undefined && isInRange(time) ? time : new CelError(`Invalid date-time formatted string ${text}`);
  }
  const match = fullDate.exec(text);
  const at = match === null ? undefined : parseTimestamp(`${text}T00:00:00Z`);
  if (match === null || at === undefined) return new CelError(`Invalid date formatted string ${text}`);
  return new Timestamp(secondsOf(Number(match[1]), Number(match[2]), Number(match[3])), 0);
}

/** What units may be called, and what they are in nanoseconds. The last name of each is also that of longer ones. */
const units: readonly (readonly [bigint, readonly string[]])[] = [
  [1n, ['ns', 'nano']],
  [1_000n, ['us', 'µs', 'micro']],
  [1_000_000n, ['ms', 'milli']],
  [1_000_000_000n, ['s', 'sec']],
  [60_000_000_000n, ['m', 'min']],
  [3_600_000_000_000n, ['h', 'hr', 'hour']],
  [86_400_000_000_000n, ['d', 'day']],
  [604_800_000_000_000n, ['w', 'wk', 'week']],
];
const part = /((\d+)\s*([A-Za-zµ]+))/g;
const maxTextLength = 10_000;

/** A text of the format `duration`: Go's, or with units in words: `2 hours`. */
export function durationOfJson(text: string): Value {
  const known = parseDuration(text);
  if (known !== undefined) return known;
  let nanos: bigint | undefined;
  for (const [, , amount = '', name = ''] of text.slice(0, maxTextLength).matchAll(part)) {
    const unit = name.toLowerCase();
    for (const [scale, names] of units) {
      const matches = names.some((one, at) => one === unit || (at === names.length - 1 && unit.startsWith(one)));
      if (matches && amount.length <= 18) nanos = (nanos ?? 0n) + BigInt(amount) * scale;
    }
  }
  if (nanos === undefined || nanos > int64Max) {
    return new CelError(`Invalid duration ${text}: unable to parse ${text} as duration`);
  }
  return new Duration(nanos);
}

import { int64Max, int64Min } from './literals.ts';
import { Duration, Timestamp } from './value.ts';

/** Year 1 to the end of 9999. */
export const minSeconds = -62_135_596_800;
export const maxSeconds = 253_402_300_799;

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

const daysIn = (year: number, month: number): number =>
  new Date(Date.UTC(2000, month, 0)).getUTCDate() + leap(year, month);
/** February of 2000 has 29 days. */
const leap = (year: number, month: number): number =>
  month === 2 && !(year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)) ? -1 : 0;

/** Seconds since 1970 of a moment in UTC, of any year. */
export function secondsOf(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return date.getTime() / 1000;
}

/** As Go's time.Parse with RFC 3339. Undefined when it is no such time; years are not looked at. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = rfc3339.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const [, , , , , , , fraction = '', sign, zoneHours = '0', zoneMinutes = '0'] = match;
  if (Number(zoneHours) > 24 || Number(zoneMinutes) > 60) return undefined;
  const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -60 : 60);
  const nanos = Number(fraction.slice(0, 9).padEnd(9, '0'));
  return new Timestamp(secondsOf(year, month, day, hour, minute, second) - offset, nanos, offset);
}

export const isInRange = ({ seconds }: Timestamp): boolean => seconds >= minSeconds && seconds <= maxSeconds;

/** `2006-01-02T15:04:05.9Z`. */
export function timestampText({ seconds, nanos, offset }: Timestamp): string {
  const fraction = nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`;
  const [local = ''] = new Date((seconds + offset) * 1000).toISOString().split('.');
  // Year 0 and year 10000 are seen by those near the ends of time; the latter has more digits in JavaScript.
  return `${local.replace(/^\+0/, '')}${fraction}${offset === 0 ? 'Z' : offsetText(offset)}`;
}

function offsetText(offset: number): string {
  const minutes = Math.abs(offset) / 60;
  const [hour, minute] = [Math.trunc(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  return `${offset < 0 ? '-' : '+'}${hour}:${minute}`;
}

const unitNanos: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);
const durationPart = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y;
/** Longer numbers are no int64 of nanoseconds in any unit. */
const maxDigits = 19;

/** As Go's time.ParseDuration: `1h30m`, `-1.5s`, `0`. Undefined when it is none. */
export function parseDuration(text: string): Duration | undefined {
  const sign = text.startsWith('-') ? -1n : 1n;
  const parts = text.replace(/^[+-]/, '');
  if (parts === '0') return new Duration(0n);
  if (parts === '') return undefined;
  let nanos = 0n;
  for (let at = 0; at < parts.length; at = durationPart.lastIndex) {
    durationPart.lastIndex = at;
    const match = durationPart.exec(parts);
    if (match === null) return undefined;
    const [, whole = '', fraction = '', unit = ''] = match;
    if (whole === '' && fraction === '') return undefined;
    const digits = whole.replace(/^0+/, '');
    if (digits.length > maxDigits) return undefined;
    const scale = unitNanos.get(unit) ?? 1n;
    const kept = fraction.slice(0, maxDigits - 1);
    nanos += BigInt(digits === '' ? '0' : digits) * scale;
    if (kept !== '') nanos += BigInt(Math.trunc(Number(kept) * (Number(scale) / 10 ** kept.length)));
    if (nanos > int64Max + 1n) return undefined;
  }
  const signed = sign * nanos;
  return signed > int64Max || signed < int64Min ? undefined : new Duration(signed);
}

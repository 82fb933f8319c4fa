import { type FunctionDeclaration, method } from '../function.ts';
import type { Meter } from '../meter.ts';
import { durationType, intType, stringType, timestampType } from '../type.ts';
import { CelError, type Duration, Timestamp, type Value } from '../value.ts';

type Part = (date: Date, nanos: number) => number;

const millisPerDay = 86_400_000;

/** Days since the first of January. */
function dayOfYear(date: Date): number {
  const start = new Date(date);
  start.setUTCMonth(0, 1);
  return Math.round((date.getTime() - start.getTime()) / millisPerDay);
}

/** The local time of a zone, as if it were UTC. */
function inZone({ seconds }: Timestamp, zone: string): Date | CelError {
  const colon = zone.indexOf(':');
  if (colon === -1) return inNamedZone(seconds, zone);
  const [hours, minutes] = [zone.slice(0, colon), zone.slice(colon + 1)];
  for (const part of [hours, minutes]) {
    if (!/^[+-]?\d{1,9}$/.test(part))
      return new CelError(`strconv.Atoi: parsing ${JSON.stringify(part)}: invalid syntax`);
  }
  const offset = zone.startsWith('-') ? Number(hours) * 60 - Number(minutes) : Number(hours) * 60 + Number(minutes);
  return new Date((seconds + offset * 60) * 1000);
}

/** Formats of zones asked for before. Their number is that of the names that there are. */
const zones = new Map<string, Intl.DateTimeFormat>();
const zoneName = /^[A-Za-z][A-Za-z0-9_+\-/]*$/;

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  const known = zones.get(zone);
  if (known !== undefined || !zoneName.test(zone)) return known;
  try {
    const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
    const format = new Intl.DateTimeFormat('en-US', {
      ...parts,
      second: 'numeric',
      era: 'short',
      hourCycle: 'h23',
      timeZone: zone,
    });
    zones.set(zone, format);
    return format;
  } catch {
    return undefined;
  }
}

function inNamedZone(seconds: number, zone: string): Date | CelError {
  if (zone === '' || zone === 'UTC') return new Date(seconds * 1000);
  const format = formatOf(zone);
  if (format === undefined) return new CelError(`unknown time zone ${zone}`);
  const found = new Map(format.formatToParts(new Date(seconds * 1000)).map(({ type, value }) => [type, value]));
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (
    ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
  ).map((part) => Number(found.get(part)));
  const date = new Date(0);
  date.setUTCFullYear(found.get('era') === 'BC' ? 1 - year : year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return date;
}

interface TimePart {
  readonly name: string;
  readonly id: string;
  readonly part: Part;
  /** The same of a duration, which is whole hours and so on of all of it. */
  readonly ofDuration?: readonly [id: string, nanos: bigint];
}

const parts: readonly TimePart[] = [
  { name: 'getFullYear', id: 'timestamp_to_year', part: (date) => date.getUTCFullYear() },
  { name: 'getMonth', id: 'timestamp_to_month', part: (date) => date.getUTCMonth() },
  { name: 'getDayOfYear', id: 'timestamp_to_day_of_year', part: dayOfYear },
  { name: 'getDayOfMonth', id: 'timestamp_to_day_of_month', part: (date) => date.getUTCDate() - 1 },
  { name: 'getDate', id: 'timestamp_to_day_of_month_1_based', part: (date) => date.getUTCDate() },
  { name: 'getDayOfWeek', id: 'timestamp_to_day_of_week', part: (date) => date.getUTCDay() },
  {
    name: 'getHours',
    id: 'timestamp_to_hours',
    part: (date) => date.getUTCHours(),
    ofDuration: ['duration_to_hours', 3_600_000_000_000n],
  },
  {
    name: 'getMinutes',
    id: 'timestamp_to_minutes',
    part: (date) => date.getUTCMinutes(),
    ofDuration: ['duration_to_minutes', 60_000_000_000n],
  },
  {
    name: 'getSeconds',
    id: 'timestamp_to_seconds',
    part: (date) => date.getUTCSeconds(),
    ofDuration: ['duration_to_seconds', 1_000_000_000n],
  },
  {
    name: 'getMilliseconds',
    id: 'timestamp_to_milliseconds',
    part: (_, nanos) => Math.floor(nanos / 1_000_000),
    ofDuration: ['duration_to_milliseconds', 1_000_000n],
  },
];

/** Parts of moments, in UTC or a time zone: `ts.getHours('Europe/Berlin')`, `ts.getDate('-08:00')`. */
export const timeFunctions: readonly FunctionDeclaration[] = parts.map(({ name, id, part, ofDuration }) => ({
  name,
  overloads: [
    method(
      id,
      [timestampType],
      intType,
      (_: Meter, { seconds, nanos }: Timestamp): Value => part(new Date(seconds * 1000), nanos),
    ),
    method(`${id}_with_tz`, [timestampType, stringType], intType, (_: Meter, time: Timestamp, zone: string): Value => {
      const local = inZone(time, zone);
      return local instanceof CelError ? local : part(local, time.nanos);
    }),
    ...(ofDuration === undefined
      ? []
      : [
          method(
            ofDuration[0],
            [durationType],
            intType,
            (_: Meter, { nanos }: Duration): Value => Number(nanos / ofDuration[1]),
          ),
        ]),
  ],
}));

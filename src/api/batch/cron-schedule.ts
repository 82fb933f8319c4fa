import { goDurationError } from '../../machinery/go-duration-error.ts';
import { parseInteger } from '../../machinery/go-numbers.ts';
import { timeZoneError } from './time-zones.ts';

/** One of the fields of a schedule: what its numbers may be, and the names that they have. */
interface Field {
  readonly low: bigint;
  readonly high: bigint;
  readonly names?: ReadonlyMap<string, bigint>;
}

const named = (first: bigint, ...names: readonly string[]): ReadonlyMap<string, bigint> =>
  new Map(names.map((name, index) => [name, first + BigInt(index)]));

const months = named(1n, 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec');
const days = named(0n, 'sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat');

/** Minute, hour, day of the month, month, day of the week. */
const fields: readonly Field[] = [
  { low: 0n, high: 59n },
  { low: 0n, high: 23n },
  { low: 1n, high: 31n },
  { low: 1n, high: 12n, names: months },
  { low: 0n, high: 6n, names: days },
];

const descriptors = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']);
const every = '@every ';

/** What Go takes for space. */
const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/** Why a field cannot be read. */
class ScheduleError extends Error {}

/** What is wrong with a cron schedule, in the words of the parser that Kubernetes uses; undefined: nothing. */
export function cronScheduleError(schedule: string): string | undefined {
  let rest = schedule;
  if (/^(?:CRON_)?TZ=/.test(schedule)) {
    const end = schedule.indexOf(' ');
    if (end === -1) return 'invalid schedule format: runtime error: slice bounds out of range [:-1]';
    const zone = schedule.slice(schedule.indexOf('=') + 1, end);
    const wrong = timeZoneError(zone);
    if (wrong !== undefined) return `provided bad location ${zone}: ${wrong}`;
    rest = schedule.slice(end).trim();
  }
  if (rest.startsWith('@')) return descriptorError(rest);
  const parts = rest.split(space).filter((part) => part !== '');
  if (parts.length !== fields.length) {
    return `expected exactly ${fields.length} fields, found ${parts.length}: [${parts.join(' ')}]`;
  }
  try {
    for (const [index, field] of fields.entries()) checkField(parts[index] ?? '', field);
    return undefined;
  } catch (error) {
    if (error instanceof ScheduleError) return error.message;
    throw error;
  }
}

function descriptorError(descriptor: string): string | undefined {
  if (descriptors.has(descriptor)) return undefined;
  if (!descriptor.startsWith(every)) return `unrecognized descriptor: ${descriptor}`;
  const wrong = goDurationError(descriptor.slice(every.length));
  return wrong === undefined ? undefined : `failed to parse duration ${descriptor}: ${wrong}`;
}

/** A list of ranges: `1-5/2,10`. @throws {ScheduleError} */
function checkField(text: string, field: Field): void {
  for (const range of text.split(',')) if (range !== '') checkRange(range, field);
}

/** `*`, `5`, `1-5`, each with `/2` behind it. @throws {ScheduleError} */
function checkRange(text: string, { low, high, names }: Field): void {
  const [range = '', step, ...moreSteps] = text.split('/');
  const [first = '', last, ...moreLimits] = range.split('-');
  let [start, end] = [low, high];
  if (first !== '*' && first !== '?') {
    start = numberOrName(first, names);
    if (moreLimits.length > 0) throw new ScheduleError(`too many hyphens: ${text}`);
    end = last === undefined ? start : numberOrName(last, names);
  }
  if (moreSteps.length > 0) throw new ScheduleError(`too many slashes: ${text}`);
  const by = step === undefined ? 1n : positive(step);
  if (step !== undefined && last === undefined) end = high;
  if (start < low) throw new ScheduleError(`beginning of range (${start}) below minimum (${low}): ${text}`);
  if (end > high) throw new ScheduleError(`end of range (${end}) above maximum (${high}): ${text}`);
  if (start > end) throw new ScheduleError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (by === 0n) throw new ScheduleError(`step of range should be a positive number: ${text}`);
}

const numberOrName = (text: string, names: Field['names']): bigint => names?.get(text.toLowerCase()) ?? positive(text);

function positive(text: string): bigint {
  const parsed = parseInteger(text);
  if ('error' in parsed) throw new ScheduleError(`failed to parse int from ${text}: ${parsed.error}`);
  if (parsed.value < 0n) throw new ScheduleError(`negative number (${parsed.value}) not allowed: ${text}`);
  return parsed.value;
}

import { parseInteger } from '../../machinery/go-numbers.ts';
import { goQuote } from '../../machinery/go-quote.ts';

/** Indexes of an Indexed job's pods, both included. */
interface Interval {
  readonly first: bigint;
  readonly last: bigint;
}

type Read<T> = T | { readonly error: string };

/** One `7` or `1-5`. `completions`: indexes are below it. */
function intervalIn(text: string, completions: number): Read<Interval> {
  const [from = '', to, ...more] = text.split('-');
  if (more.length > 0) {
    const why = "violates the requirement that an index interval can have at most two parts separated by '-'";
    return { error: `the fragment ${goQuote(text)} ${why}` };
  }
  const first = indexIn(from, completions);
  if (typeof first !== 'bigint' || to === undefined) return typeof first === 'bigint' ? { first, last: first } : first;
  const last = indexIn(to, completions);
  if (typeof last !== 'bigint') return last;
  return first < last ? { first, last } : { error: notIncreasing(first, last) };
}

function indexIn(text: string, completions: number): Read<bigint> {
  const parsed = parseInteger(text);
  if ('error' in parsed) return { error: `cannot convert string to integer for index: ${goQuote(text)}` };
  return parsed.value < BigInt(completions) ? parsed.value : { error: `too large index: ${goQuote(text)}` };
}

const notIncreasing = (previous: bigint, current: bigint): string =>
  `non-increasing order, previous: ${previous}, current: ${current}`;

/** How many indexes a text like `1,3-5,7` names, or why it names none. */
export function countIndexes(text: string, completions: number): Read<{ readonly total: number }> {
  let total = 0n;
  let before: bigint | undefined;
  for (const part of text === '' ? [] : text.split(',')) {
    const interval = intervalIn(part, completions);
    if ('error' in interval) return interval;
    if (before !== undefined && before >= interval.first) return { error: notIncreasing(before, interval.first) };
    total += interval.last - interval.first + 1n;
    before = interval.last;
  }
  return { total: Number(BigInt.asIntN(32, total)) };
}

/** What such a text names more than once is told elsewhere: here, the first index that two of them have in common. */
export function commonIndex(completed: string, failed: string, completions: number): bigint | undefined {
  if (completed === '' || failed === '') return undefined;
  const [left, right] = [completed, failed].map((text) => text.split(',').map((part) => intervalIn(part, completions)));
  let [at, other] = [0, 0];
  for (;;) {
    const [one, two] = [left?.[at], right?.[other]];
    if (one === undefined || two === undefined) return undefined;
    if ('error' in one) at += 1;
    else if ('error' in two) other += 1;
    else if (one.first <= two.last && two.first <= one.last) return one.first > two.first ? one.first : two.first;
    else if (one.first <= two.first) at += 1;
    else other += 1;
  }
}

import type { Spread } from '../measure/spread.ts';
import type { Figure } from '../measure/verdict.ts';

/** Three digits are all that a shared machine can tell. */
const three = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2));

export function milliseconds(value: number): string {
  if (value >= 10_000) return `${three(value / 1000)} s`;
  return value >= 1 ? `${three(value)} ms` : `${three(value * 1000)} µs`;
}

export function bytes(value: number): string {
  if (Math.abs(value) >= 2 ** 30) return `${three(value / 2 ** 30)} GB`;
  if (Math.abs(value) >= 2 ** 20) return `${three(value / 2 ** 20)} MB`;
  return Math.abs(value) >= 1024 ? `${three(value / 1024)} KB` : `${value.toFixed(0)} B`;
}

export const count = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : three(value));

/** What is held, and in what its values are. */
export const figures: Readonly<Record<Figure, { readonly name: string; readonly text: (value: number) => string }>> = {
  cpu: { name: 'CPU', text: (micros) => milliseconds(micros / 1000) },
  p99: { name: 'p99', text: milliseconds },
  'resident-each': { name: 'resident each', text: bytes },
  ready: { name: 'until ready', text: milliseconds },
  resident: { name: 'resident', text: bytes },
  'resident-by-stored': { name: 'resident beyond empty', text: (ratio) => `${ratio.toFixed(2)} × stored` },
};

/** `median [min – max]`; one round has no spread. */
export function spreadOf(spread: Spread | null, text: (value: number) => string): string {
  if (spread === null) return '–';
  const [median, min, max] = [text(spread.median), text(spread.min), text(spread.max)];
  return min === max ? median : `${median} [${min} – ${max}]`;
}

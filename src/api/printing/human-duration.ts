const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** `12m` or `12m5s`: two units, the smaller one left out when it is zero. */
const two = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`;

/**
 * A duration in milliseconds as `kubectl get` shows ages: two or three significant figures.
 * Up to two seconds in the future count as now, since clocks differ; beyond that it is `<invalid>`.
 */
export function humanDuration(ms: number): string {
  const whole = (unit: number) => Math.floor(ms / unit);
  if (ms <= -2 * second) return '<invalid>';
  if (ms < 0) return '0s';
  if (ms < 2 * minute) return `${whole(second)}s`;
  if (ms < 10 * minute) return two(whole(minute), 'm', whole(second) % 60, 's');
  if (ms < 3 * hour) return `${whole(minute)}m`;
  if (ms < 8 * hour) return two(whole(hour), 'h', whole(minute) % 60, 'm');
  if (ms < 2 * day) return `${whole(hour)}h`;
  if (ms < 8 * day) return two(whole(day), 'd', whole(hour) % 24, 'h');
  if (ms < 2 * year) return `${whole(day)}d`;
  if (ms < 8 * year) return two(whole(year), 'y', whole(day) % 365, 'd');
  return `${whole(year)}y`;
}

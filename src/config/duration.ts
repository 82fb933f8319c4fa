const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/**
 * Parses a duration as Go's flags write it: `1m30s`, `250ms`, `1.5h`, `0`. The result is in whole milliseconds.
 * @throws {RangeError} for anything else, negative durations included.
 */
export function parseDuration(text: string): number {
  if (text === '0') return 0;
  if (!/^(?:\d+(?:\.\d+)?(?:h|ms|m|s))+$/.test(text)) {
    throw new RangeError(`not a duration such as 30s, 5m or 1h30m: ${JSON.stringify(text)}`);
  }
  let total = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)) {
    total += Number(amount) * (unitMs[unit] ?? Number.NaN);
  }
  return Math.round(total);
}

/** The shortest text that {@link parseDuration} reads back as `ms`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0';
  let rest = ms;
  let text = '';
  for (const [unit, size] of Object.entries(unitMs)) {
    const amount = Math.floor(rest / size);
    if (amount === 0) continue;
    text += `${amount}${unit}`;
    rest -= amount * size;
  }
  return text;
}

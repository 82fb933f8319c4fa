import type { Measurement, Spread } from '../measure/run-profile.ts';
import type { Run } from './run.ts';

/** Micros below a second, else milliseconds: three digits are all that a shared machine can tell. */
export function micros(value: number): string {
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} ms`;
  if (value >= 100) return `${value.toFixed(0)} µs`;
  return `${value.toFixed(value >= 10 ? 1 : 2)} µs`;
}

const spreadOf = (spread: Spread | null, text: (value: number) => string): string =>
  spread === null ? '–' : `${text(spread.median)} [${text(spread.min)} – ${text(spread.max)}]`;

const count = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1));
const mega = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;

/** The ratio to the floor of the same profile, variant and transport. */
export function floorRatio(measurement: Measurement, all: readonly Measurement[]): number | undefined {
  const floor = all.find(
    ({ profile, variant, target }) =>
      profile === measurement.profile && variant === measurement.variant && target === measurement.floorName,
  );
  const [own, base] = [measurement.cpuMicros?.median, floor?.cpuMicros?.median];
  return own === undefined || base === undefined || base === 0 ? undefined : own / base;
}

export function renderTable(run: Run): string {
  const header = ['profile', 'target', 'CPU per operation', '× floor', 'operations/s', 'p50', 'p99', 'max', 'resident'];
  const rows = run.measurements.map((measurement) => [
    [measurement.profile, measurement.variant].filter((text) => text !== '').join(', '),
    measurement.target,
    spreadOf(measurement.cpuMicros, micros),
    floorRatio(measurement, run.measurements)?.toFixed(2) ?? '',
    count(measurement.operationsPerSecond.median),
    ...latencyCells(measurement),
    measurement.residentBytes === null ? '–' : mega(measurement.residentBytes.median),
  ]);
  const starts = run.coldStarts.map((start) => [
    `cold start, ${start.objects} objects`,
    start.target,
    '',
    '',
    '',
    ...[start.readyMs.median, start.readyMs.min, start.readyMs.max].map((ms) => `${ms.toFixed(0)} ms`),
    mega(start.residentBytes),
  ]);
  const wrong = run.measurements.flatMap(({ profile, target, wrong }) =>
    wrong.map((what) => `WRONG  ${profile} on ${target}: ${what}`),
  );
  const held = run.verdicts.map(
    ({ holds, profile, target, rule, measured, allowed }) =>
      `${holds ? 'holds ' : 'MISSED'}  ${profile} on ${target}: at most ${rule} (measured ÷ allowed ${(measured / allowed).toFixed(2)})`,
  );
  return [columns([header, ...rows, ...starts]), ...held, ...wrong].join('\n');
}

const latencyCells = ({ latency }: Measurement): string[] =>
  latency === null
    ? ['', '', '']
    : [latency.p50, latency.p99, latency.max].map((ms) => `${ms.toFixed(ms >= 10 ? 0 : 2)} ms`);

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '─'.repeat(width)).join('  '));
  return lines.join('\n');
}

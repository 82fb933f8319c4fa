import type { Measurement } from '../measure/measurement.ts';
import { bytes, count, milliseconds, spreadOf } from './figures.ts';
import type { ColdStart, Run } from './run.ts';

/** The ratio to the floor of the same profile, variant and transport. */
export function floorRatio(measurement: Measurement, all: readonly Measurement[]): number | undefined {
  const floor = all.find(
    ({ profile, variant, target }) =>
      profile === measurement.profile && variant === measurement.variant && target === measurement.floorName,
  );
  const [own, base] = [measurement.cpuMicros?.median, floor?.cpuMicros?.median];
  return own === undefined || base === undefined || base === 0 ? undefined : own / base;
}

export const nameOf = ({ profile, variant }: Measurement): string =>
  [profile, variant].filter((text) => text !== '').join(', ');

/** Cost first, then what clients saw, then starts, limits and what was wrong. Spreads are `median [min – max]`. */
export function renderTable(run: Run): string {
  const wrong = run.measurements.flatMap((one) =>
    one.wrong.map((what) => `WRONG   ${nameOf(one)} on ${one.target}: ${what}`),
  );
  const held = run.verdicts.map(
    ({ holds, profile, target, rule, measured, allowed }) =>
      `${holds ? 'holds ' : 'MISSED'}  ${profile} on ${target}: at most ${rule} (measured ÷ allowed ${(measured / allowed).toFixed(2)})`,
  );
  const sections = [costs(run.measurements), seen(run.measurements), starts(run.coldStarts), held, wrong];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function costs(all: readonly Measurement[]): string[] {
  const header = ['server CPU', 'target', 'per operation', '× floor', 'resident', 'each', 'bytes each'];
  const rows = all.map((one) => [
    nameOf(one),
    one.target,
    spreadOf(one.cpuMicros, (micros) => milliseconds(micros / 1000)),
    floorRatio(one, all)?.toFixed(2) ?? '',
    spreadOf(one.residentBytes, bytes),
    one.profile.startsWith('idle') ? spreadOf(one.residentPerOperation, bytes) : '',
    bytes(one.bytesPerOperation.median),
  ]);
  return columns(header, rows);
}

function seen(all: readonly Measurement[]): string[] {
  const header = ['seen by clients', 'target', 'rounds', 'operations/s', 'p50', 'p99', 'max'];
  const rows = all.map((one) => [
    nameOf(one),
    one.target,
    String(one.rounds),
    spreadOf(one.operationsPerSecond, count),
    ...(['p50', 'p99', 'max'] as const).map((quantile) =>
      one.latency === null ? '' : spreadOf(one.latency[quantile], milliseconds),
    ),
  ]);
  return columns(header, rows);
}

function starts(all: readonly ColdStart[]): string[] {
  const header = ['cold start', 'target', 'until ready', 'CPU', 'resident', '× stored'];
  const rows = all.map((start) => [
    `${start.objects.toLocaleString('en')} objects`,
    start.target,
    spreadOf(start.readyMs, milliseconds),
    spreadOf(start.cpuMs, milliseconds),
    spreadOf(start.residentBytes, bytes),
    start.storedBytes === 0 ? '' : (start.residentBytes.median / start.storedBytes).toFixed(1),
  ]);
  return columns(header, rows);
}

/** Words to the left, figures to the right. */
function columns(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)];
}

import { type ColdStart, residentByStored, variantOf } from '../measure/cold-start.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { Verdict } from '../measure/verdict.ts';
import { bytes, count, figures, milliseconds, spreadOf } from './figures.ts';
import type { Run } from './run.ts';

/** The ratio to the floor of the same profile, variant and transport. */
export function floorRatio(measurement: Measurement, all: readonly Measurement[]): number | undefined {
  const floor = all.find(
    ({ profile, variant, target }) =>
      profile === measurement.profile && variant === measurement.variant && target === measurement.floorName,
  );
  const [own, base] = [measurement.cpuMicros?.median, floor?.cpuMicros?.median];
  return own === undefined || base === undefined || base === 0 ? undefined : own / base;
}

export const nameOf = ({ profile, variant }: { readonly profile: string; readonly variant: string }): string =>
  [profile, variant].filter((text) => text !== '').join(', ');

/** Cost first, then what clients saw, then starts, limits and what was wrong. Spreads are `median [min – max]`. */
export function renderTable(run: Run): string {
  const wrong = run.measurements.flatMap((one) =>
    one.wrong.map((what) => `WRONG   ${nameOf(one)} on ${one.target}: ${what}`),
  );
  const sections = [costs(run.measurements), seen(run.measurements), starts(run.coldStarts), held(run.verdicts), wrong];
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
    spreadOf(one.cpuMicros, figures.cpu.text),
    floorRatio(one, all)?.toFixed(2) ?? '',
    spreadOf(one.residentBytes, bytes),
    one.residentPerWatch === null ? '' : spreadOf(one.residentPerWatch, bytes),
    bytes(one.bytesPerOperation.median),
  ]);
  return columns(header, rows);
}

function seen(all: readonly Measurement[]): string[] {
  const header = ['seen by clients', 'target', 'rounds', 'operations/s', 'p50', 'p99', 'max', 'load CPU'];
  const rows = all.map((one) => [
    nameOf(one),
    one.target,
    String(one.rounds),
    spreadOf(one.operationsPerSecond, count),
    ...(['p50', 'p99', 'max'] as const).map((quantile) =>
      one.latency === null ? '' : spreadOf(one.latency[quantile], milliseconds),
    ),
    one.loadMicros === null ? '' : figures.cpu.text(one.loadMicros.median),
  ]);
  return columns(header, rows);
}

function starts(all: readonly ColdStart[]): string[] {
  const header = ['cold start', 'target', 'rounds', 'until ready', 'CPU', 'resident', 'beyond empty'];
  const rows = all.map((start) => [
    variantOf(start),
    start.target,
    String(start.rounds),
    spreadOf(start.readyMs, milliseconds),
    spreadOf(start.cpuMs, milliseconds),
    spreadOf(start.residentBytes, bytes),
    residentText(residentByStored(start, all)),
  ]);
  return columns(header, rows);
}

const residentText = (ratio: number | undefined): string =>
  ratio === undefined ? '' : figures['resident-by-stored'].text(ratio);

/** The floor's own figure tells how fast the machine was, where a limit is a time. */
function held(all: readonly Verdict[]): string[] {
  const header = ['limits', 'target', 'of', 'measured', 'floor', 'at most', '', '÷ allowed', ''];
  const rows = all.map((verdict) => {
    const { name, text } = figures[verdict.figure];
    return [
      nameOf(verdict),
      verdict.target,
      name,
      text(verdict.measured),
      verdict.floor === null ? '' : text(verdict.floor),
      text(verdict.allowed),
      verdict.rule === '' ? '' : `= ${verdict.rule}`,
      (verdict.measured / verdict.allowed).toFixed(2),
      verdict.holds ? 'holds' : 'MISSED',
    ];
  });
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

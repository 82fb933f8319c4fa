import type { ColdStart } from '../measure/cold-start.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { Profile } from '../profile.ts';
import { barChart, distributionChart, lineChart, type Point, type Series } from './chart.ts';
import type { Run } from './run.ts';
import { floorRatio, nameOf } from './table.ts';

/** Every chart of a run by file name, without folder and ending; what was not measured has none. */
export function charts(run: Run, profiles: readonly Profile[]): Map<string, string> {
  const made = new Map<string, string>([['ratios', ratios(run)]]);
  for (const profile of profiles) {
    const own = run.measurements.filter(({ profile: name }) => name === profile.name);
    if (profile.axis !== undefined && profile.variants.length > 1) made.set(profile.name, growth(profile, own));
    made.set(`latency-${profile.name}`, latencies(profile, own));
  }
  made.set(
    'cold-start',
    coldStarts(run.coldStarts, 'until /readyz, ms', ({ readyMs }) => readyMs.median),
  );
  const resident = coldStarts(run.coldStarts, 'resident, MB', ({ residentBytes }) => residentBytes.median / 2 ** 20);
  made.set('cold-start-memory', resident);
  return new Map([...made].filter(([, svg]) => svg !== ''));
}

function ratios(run: Run): string {
  const bars = run.measurements.flatMap((one) => {
    const ratio = floorRatio(one, run.measurements);
    if (ratio === undefined || one.x > 0) return [];
    return [{ name: `${nameOf(one)}, ${one.target}`, value: ratio, ...allowedRatio(run, one, ratio) }];
  });
  return barChart('CPU per operation, ratio to the floor', '× floor', bars);
}

/** What a floor ratio may be, where the profile's limit is one that can be told as a ratio. */
function allowedRatio(run: Run, measurement: Measurement, ratio: number): { allowed?: number } {
  const verdict = run.verdicts.find(
    ({ profile, target, rule }) =>
      profile === measurement.profile && target === measurement.target && !rule.includes('resident'),
  );
  return verdict === undefined ? {} : { allowed: (verdict.allowed / verdict.measured) * ratio };
}

function growth({ what, axis = '', operation }: Profile, own: readonly Measurement[]): string {
  const targets = [...new Set(own.map(({ target }) => target))];
  const series = targets.map((name) => ({
    name,
    points: own
      .filter(({ target, x }) => target === name && x > 0)
      .map(({ x, cpuMicros }) => ({ x, y: cpuMicros?.median ?? 0 })),
  }));
  return lineChart(what, axis, `µs CPU per ${operation}`, series);
}

/** Of the last variant, which is the heaviest. */
function latencies({ name, what, variants }: Profile, own: readonly Measurement[]): string {
  const last = variants.at(-1)?.label ?? '';
  const series = own.flatMap((one): Series[] =>
    one.variant !== last || one.latency === null ? [] : [{ name: one.target, points: cumulative(one.latency.buckets) }],
  );
  return distributionChart(`${name}${last === '' ? '' : `, ${last}`}: latency (${what})`, 'ms', series);
}

function cumulative(buckets: readonly (readonly [number, number])[]): Point[] {
  const all = buckets.reduce((sum, [, count]) => sum + count, 0);
  let below = 0;
  return buckets.map(([milliseconds, count]) => {
    below += count;
    return { x: milliseconds, y: below / all };
  });
}

/** An empty store is drawn at one object. */
function coldStarts(all: readonly ColdStart[], yLabel: string, value: (start: ColdStart) => number): string {
  const targets = [...new Set(all.map(({ target }) => target))];
  const series = targets.map((name) => ({
    name,
    points: all
      .filter(({ target }) => target === name)
      .map((start) => ({ x: Math.max(1, start.objects), y: value(start) })),
  }));
  return lineChart(`Cold start, ${yLabel}`, 'objects', yLabel, series);
}

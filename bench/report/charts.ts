import { type ColdStart, residentByStored } from '../measure/cold-start.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { Verdict } from '../measure/verdict.ts';
import type { Profile } from '../profile.ts';
import { coldStartLimits } from '../profiles/cold-starts.ts';
import { coldStart } from '../profiles.ts';
import { barChart, distributionChart, grey, lineChart, type Point, palette, type Series } from './chart.ts';
import { figures } from './figures.ts';
import type { Run } from './run.ts';
import { floorRatio, nameOf } from './table.ts';

/** Every chart of a run by file name, without folder and ending; what was not measured has none. */
export function charts(run: Run, profiles: readonly Profile[]): Map<string, string> {
  const made = new Map<string, string>([
    ['ratios', ratios(run)],
    ['limits', limits(run)],
  ]);
  for (const profile of profiles) {
    const own = run.measurements.filter(({ profile: name }) => name === profile.name);
    if (profile.axis !== undefined && profile.variants.length > 1) made.set(profile.name, growth(profile, own));
    made.set(`latency-${profile.name}`, latencies(profile, own));
  }
  made.set('cold-start', untilReady(run.coldStarts));
  made.set('cold-start-memory', residentOf(run.coldStarts));
  return new Map([...made].filter(([, svg]) => svg !== ''));
}

function ratios(run: Run): string {
  const bars = run.measurements.flatMap((one) => {
    const ratio = floorRatio(one, run.measurements);
    if (ratio === undefined || one.x > 0) return [];
    return [{ name: `${nameOf(one)}, ${one.target}`, value: ratio, ...allowedRatio(run, one, ratio) }];
  });
  const subtitle = 'server CPU per operation ÷ that of the floor over the same transport';
  return barChart({ title: 'Cost against the floor', subtitle }, '× floor', bars);
}

/** What a floor ratio may be: whatever a limit is held against, it allows so many times the floor's CPU of this run. */
function allowedRatio(run: Run, one: Measurement, ratio: number): { allowed?: number } {
  const verdict = run.verdicts.find(
    ({ profile, variant, target, figure }) =>
      profile === one.profile && variant === one.variant && target === one.target && figure === 'cpu',
  );
  return verdict === undefined ? {} : { allowed: (verdict.allowed / verdict.measured) * ratio };
}

function limits({ verdicts }: Run): string {
  const nameIn = (verdict: Verdict) =>
    `${nameOf(verdict)}, ${verdict.target.replace('crowsnest ', '')}: ${figures[verdict.figure].name}`;
  const bars = verdicts.map((one) => ({ name: nameIn(one), value: one.measured / one.allowed, allowed: 1 }));
  const subtitle = 'measured ÷ allowed, for every figure that has a limit';
  return barChart({ title: 'Against what the project allows itself', subtitle }, '', bars);
}

function growth({ name, what, axis = '', operation, limits: held }: Profile, own: readonly Measurement[]): string {
  const targets = [...new Set(own.map(({ target }) => target))];
  const series = targets.map((target, i): Series => {
    const measured = own.filter((one) => one.target === target && one.x > 0);
    return { ...styleOf(target, i), points: measured.map(({ x, cpuMicros }) => ({ x, y: cpuMicros?.median ?? 0 })) };
  });
  const [first] = series;
  const allowed = held.flatMap((limit): Series[] => {
    const base = limit.against === 'variant' ? first?.points.find(({ x }) => x === limit.x) : undefined;
    if (base === undefined || limit.against !== 'variant') return [];
    const points = (first?.points ?? []).filter(({ x }) => x >= limit.x);
    return [allowedSeries(points.map(({ x }) => ({ x, y: base.y * limit.atMost })))];
  });
  return lineChart({ title: name, subtitle: what }, { label: axis }, `µs CPU per ${operation}`, [
    ...series,
    ...allowed,
  ]);
}

/** Of the last variant, which is the heaviest. */
function latencies({ name, what, variants }: Profile, own: readonly Measurement[]): string {
  const last = variants.at(-1)?.label ?? '';
  const series = own
    .filter(({ variant }) => variant === last)
    .flatMap(({ target, latency }, i): Series[] =>
      latency === null ? [] : [{ ...styleOf(target, i), points: cumulative(latency.buckets) }],
    );
  return distributionChart({ title: [name, last].filter(Boolean).join(', '), subtitle: what }, 'ms', series);
}

function cumulative(buckets: readonly (readonly [number, number])[]): Point[] {
  const all = buckets.reduce((sum, [, count]) => sum + count, 0);
  let below = 0;
  return buckets.map(([milliseconds, count]) => {
    below += count;
    return { x: milliseconds, y: below / all };
  });
}

function untilReady(all: readonly ColdStart[]): string {
  const allowed = coldStartLimits.flatMap(({ figure, objects, atMost }) =>
    figure !== 'ready' || objects === undefined ? [] : [{ x: atLeastOne(objects), y: atMost }],
  );
  const subtitle = 'from spawn to /readyz, on stores that were filled before';
  return starts({ title: coldStart, subtitle }, 'ms until ready', all, allowed, ({ readyMs }) => readyMs.median);
}

function residentOf(all: readonly ColdStart[]): string {
  const bounds = all.flatMap((start) => {
    const ratio = residentByStored(start, all);
    const limit = coldStartLimits.find(({ figure }) => figure === 'resident-by-stored')?.atMost;
    return ratio === undefined || limit === undefined
      ? []
      : [{ x: start.objects, y: (start.residentBytes.median - (ratio - limit) * start.storedBytes) / 2 ** 20 }];
  });
  const allowed = bounds.filter(({ x }, i) => bounds.findIndex((one) => one.x === x) === i);
  const subtitle = 'resident memory once ready';
  const value = ({ residentBytes }: ColdStart) => residentBytes.median / 2 ** 20;
  return starts({ title: `${coldStart}: memory`, subtitle }, 'MB resident', all, allowed, value);
}

/** A logarithmic axis has no 0. */
const atLeastOne = (objects: number): number => Math.max(1, objects);

function starts(
  heading: { readonly title: string; readonly subtitle: string },
  yLabel: string,
  all: readonly ColdStart[],
  allowed: readonly Point[],
  value: (start: ColdStart) => number,
): string {
  if (all.length === 0) return '';
  const targets = [...new Set(all.map(({ target }) => target))];
  const series = targets.map((target, i): Series => {
    const own = all.filter((start) => start.target === target);
    return { ...styleOf(target, i), points: own.map((start) => ({ x: atLeastOne(start.objects), y: value(start) })) };
  });
  const text = (objects: number) => (objects === 1 ? 'empty' : objects.toLocaleString('en'));
  return lineChart(heading, { label: 'objects', text }, yLabel, [...series, allowedSeries(allowed)]);
}

const allowedSeries = (points: readonly Point[]): Series => ({ name: 'allowed', points, colour: grey, isDashed: true });

/** A target looks the same in every chart; the floor as crowsnest over the same transport, but dashed. */
const colours = new Map<string, string>([
  ['crowsnest memory http', palette[0]],
  ['crowsnest memory tls', palette[1]],
  ['crowsnest memory h2', palette[2]],
  ['crowsnest memory', palette[0]],
  ['crowsnest embedded http', palette[3]],
  ['crowsnest embedded', palette[3]],
  ['crowsnest etcd http', palette[4]],
  ['crowsnest etcd', palette[4]],
  ['floor', grey],
  ['floor http', palette[0]],
  ['floor tls', palette[1]],
  ['floor h2', palette[2]],
]);

const styleOf = (target: string, index: number) => ({
  name: target,
  colour: colours.get(target) ?? palette[(index + 3) % palette.length] ?? grey,
  isDashed: target.startsWith('floor'),
});
